using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace MetricsKit;

/// <summary>Writes attributes: <c>KeyValue</c> messages with an <c>AnyValue</c> each.</summary>
static class OtlpAttributes
{
    /// <summary>Says of a series that it stands for others that found no room: the name is OpenTelemetry's, which has it as a boolean.</summary>
    const string Overflow = "otel.metric.overflow";

    /// <summary>The most bytes of an attribute beside its texts: four fields with a length each.</summary>
    const int Heads = 4 * (1 + 5);

    /// <summary>A text.</summary>
    /// <remarks>Optimised from the first call: the first export renders every series before the runtime would think of compiling this again.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Put(WireBytes to, byte field, string key, string value)
    {
        int keyLength = Encoding.UTF8.GetByteCount(key), length = Encoding.UTF8.GetByteCount(value);
        int any = 1 + WireBytes.SizeOf((uint)length) + length;
        var room = to.Room(keyLength + any + Heads);
        room[0] = field;
        int at = 1 + WireBytes.PutVarint((uint)(1 + WireBytes.SizeOf((uint)keyLength) + keyLength + 1 + WireBytes.SizeOf((uint)any) + any), room[1..]);
        room[at++] = OtlpField.Key;
        at += WireBytes.PutVarint((uint)keyLength, room[at..]);
        at += Encoding.UTF8.GetBytes(key, room[at..]);
        room[at++] = OtlpField.Value;
        at += WireBytes.PutVarint((uint)any, room[at..]);
        room[at++] = OtlpField.ValueText;
        at += WireBytes.PutVarint((uint)length, room[at..]);
        to.End += at + Encoding.UTF8.GetBytes(value, room[at..]);
    }

    /// <summary>A whole number, where the text is one as numbers are written: <c>007</c> stays a text, or two series would become one.</summary>
    internal static void PutNumber(WireBytes to, byte field, string key, string value)
    {
        Span<char> again = stackalloc char[20];
        if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            || !number.TryFormat(again, out int length, provider: CultureInfo.InvariantCulture) || !value.AsSpan().SequenceEqual(again[..length]))
        {
            Put(to, field, key, value);
            return;
        }
        PutKey(to, field, key, 1 + WireBytes.SizeOf((ulong)number));
        to.Put(OtlpField.ValueInt);
        to.PutVarint((ulong)number); // negative ones as ten bytes
    }

    internal static void PutOverflow(WireBytes to, byte field)
    {
        PutKey(to, field, Overflow, 2);
        to.Put(OtlpField.ValueBool);
        to.Put(1);
    }

    /// <summary>All of an attribute up to its <c>AnyValue</c>'s content.</summary>
    static void PutKey(WireBytes to, byte field, string key, int any)
    {
        int length = Encoding.UTF8.GetByteCount(key);
        to.Put(field);
        to.PutVarint((uint)(1 + WireBytes.SizeOf((uint)length) + length + 1 + WireBytes.SizeOf((uint)any) + any));
        to.PutText(OtlpField.Key, key);
        to.Put(OtlpField.Value);
        to.PutVarint((uint)any);
    }
}
