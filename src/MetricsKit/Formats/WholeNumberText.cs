using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>Whole numbers in decimal, eight digits in one step.</summary>
/// <remarks>A text of many series is mostly numbers, of lengths that no branch predictor learns: this has no branch that depends on the digits.</remarks>
static class WholeNumberText
{
    /// <summary>The room that a number needs: sign, twenty digits, and what the last step writes behind the number's end.</summary>
    internal const int Room = 32;

    const uint EightDigits = 100_000_000;

    /// <summary>Writes the number and returns its length; up to seven bytes behind it are overwritten.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Write(long value, Span<byte> to) => (ulong)value < EightDigits ? WriteShort((uint)value, to) : WriteLong(value, to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int WriteShort(uint value, Span<byte> to)
    {
        ulong digits = Digits(value);
        int leadingZeros = BitOperations.TrailingZeroCount(digits | 1UL << 56) >> 3; // the last digit stays, whatever it is
        BinaryPrimitives.WriteUInt64LittleEndian(to, (digits | Zeros) >> (leadingZeros * 8));
        return sizeof(ulong) - leadingZeros;
    }

    static int WriteLong(long value, Span<byte> to)
    {
        if (value < 0)
        {
            to[0] = (byte)'-';
            return 1 + WriteUnsigned(0UL - (ulong)value, to[1..]); // so that the smallest number has an opposite
        }
        return WriteUnsigned((ulong)value, to);
    }

    static int WriteUnsigned(ulong value, Span<byte> to)
    {
        if (value < EightDigits) return WriteShort((uint)value, to);
        ulong high = value / EightDigits;
        int length = WriteUnsigned(high, to);
        BinaryPrimitives.WriteUInt64LittleEndian(to[length..], Digits((uint)(value - high * EightDigits)) | Zeros);
        return length + sizeof(ulong);
    }

    const ulong Zeros = 0x3030_3030_3030_3030;

    /// <summary>The eight digits of a number below 10^8, the first in the lowest byte: halves of four digits are split into pairs, and pairs into digits, all at once.</summary>
    /// <remarks>The multipliers are reciprocals: x * 10486 >> 20 is x / 100 below 10,000, x * 103 >> 10 is x / 10 below 100.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Digits(uint value)
    {
        ulong halves = value / 10_000 | (ulong)(value % 10_000) << 32;
        ulong hundreds = halves * 10_486 >> 20 & 0x0000_007F_0000_007F;
        ulong pairs = hundreds | (halves - hundreds * 100) << 16;
        ulong tens = pairs * 103 >> 10 & 0x000F_000F_000F_000F;
        return tens | (pairs - tens * 10) << 8;
    }
}
