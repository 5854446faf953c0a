using System.Globalization;

namespace MetricsKit;

/// <summary>An exemplar as it stands behind a sample in OpenMetrics 1.0: <c> # {trace_id="…",span_id="…"} value timestamp</c>.</summary>
/// <remarks>Its labels have 63 characters, which are their names and the ids; the specification allows 128.</remarks>
static class ExemplarText
{
    /// <summary>More than the longest takes: ids and their names 77 bytes, a double 24, seconds since the epoch until the year 9999 with milliseconds 16.</summary>
    internal const int Room = 128;

    /// <summary>Puts it in place of the end of a line that has just been written, and ends the line; where the line ends now.</summary>
    internal static int PutAtEnd(Exemplar exemplar, Span<byte> span, int end)
    {
        end--; // the line's end
        Put(" # {trace_id=\""u8, span, ref end);
        PutHex(exemplar.TraceHigh, span, ref end);
        PutHex(exemplar.TraceLow, span, ref end);
        Put("\",span_id=\""u8, span, ref end);
        PutHex(exemplar.Span, span, ref end);
        Put("\"} "u8, span, ref end);
        exemplar.Value.TryFormat(span[end..], out int length, "R", CultureInfo.InvariantCulture);
        end += length;
        Put(" "u8, span, ref end);
        (exemplar.Timestamp.ToUnixTimeMilliseconds() / 1000m).TryFormat(span[end..], out length, "0.000", CultureInfo.InvariantCulture);
        end += length;
        Put("\n"u8, span, ref end);
        return end;
    }

    static void PutHex(ulong half, Span<byte> span, ref int end)
    {
        half.TryFormat(span[end..], out int length, "x16", CultureInfo.InvariantCulture);
        end += length;
    }

    static void Put(ReadOnlySpan<byte> text, Span<byte> span, ref int end)
    {
        text.CopyTo(span[end..]);
        end += text.Length;
    }
}
