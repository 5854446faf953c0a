using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace MetricsKit;

/// <summary>A message in the wire format of Protocol Buffers, in an array that grows and is written again and again.</summary>
/// <remarks>
/// The length of a message that is still being written is not known: four bytes are kept for it, which every reader takes, since a varint may be longer than it has
/// to be (as OpenTelemetry's own writer for .NET does). Behind the end there is always <see cref="TextBytes.Padding"/>, so that short texts are copied in whole vectors.
/// </remarks>
sealed class WireBytes
{
    /// <summary>The longest message that can be nested in another: a length of four bytes.</summary>
    internal const int MaxLength = (1 << 28) - 1;

    const int LengthBytes = 4;

    byte[] _bytes = new byte[1024];

    internal byte[] Array => _bytes;

    internal int End { get; set; }

    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(0, End);

    /// <summary>Makes room behind the end.</summary>
    internal void Reserve(int length)
    {
        int needed = checked(End + length + TextBytes.Padding);
        if (needed > _bytes.Length) System.Array.Resize(ref _bytes, Math.Max(needed, (int)Math.Min(2L * _bytes.Length, System.Array.MaxLength)));
    }

    /// <summary>Room for as many bytes behind the end, and perhaps for more.</summary>
    internal Span<byte> Room(int length)
    {
        Reserve(length);
        return _bytes.AsSpan(End);
    }

    internal void Put(byte value)
    {
        Reserve(1);
        _bytes[End++] = value;
    }

    internal void Put(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(End));
        End += bytes.Length;
    }

    internal void PutVarint(ulong value)
    {
        Reserve(10);
        End += PutVarint(value, _bytes.AsSpan(End));
    }

    /// <summary>A text; lone surrogates, which UTF-8 cannot carry, become U+FFFD.</summary>
    internal void PutText(byte field, string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        Reserve(11 + length);
        _bytes[End++] = field;
        PutVarint((uint)length);
        End += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(End));
    }

    /// <summary>Begins a message within this one.</summary>
    /// <returns>Where it begins, by which it is closed.</returns>
    internal int Open(byte field)
    {
        Reserve(1 + LengthBytes);
        _bytes[End] = field;
        End += 1 + LengthBytes;
        return End;
    }

    /// <summary>Ends the message that begins there; it may go on and be ended again.</summary>
    internal void Close(int at) => PutLength(End - at, _bytes.AsSpan(at - LengthBytes));

    static void PutLength(int length, Span<byte> to)
    {
        to[0] = (byte)(length | 0x80);
        to[1] = (byte)(length >> 7 | 0x80);
        to[2] = (byte)(length >> 14 | 0x80);
        to[3] = (byte)(length >> 21);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int SizeOf(ulong value) => (BitOperations.Log2(value | 1) + 7) / 7;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int PutVarint(ulong value, Span<byte> to)
    {
        int at = 0;
        for (; value >= 0x80; value >>= 7) to[at++] = (byte)(value | 0x80);
        to[at] = (byte)value;
        return at + 1;
    }

    /// <summary>Eight bytes each, the lowest first, whatever the machine's order.</summary>
    internal static void PutNumbers(ReadOnlySpan<long> numbers, Span<byte> to)
    {
        if (BitConverter.IsLittleEndian) MemoryMarshal.AsBytes(numbers).CopyTo(to);
        else
        {
            for (int i = 0; i < numbers.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(to[(8 * i)..], numbers[i]);
        }
    }
}
