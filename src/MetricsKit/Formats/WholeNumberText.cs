using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>Whole numbers in decimal, eight digits in one step.</summary>
/// <remarks>A text of many series is mostly numbers, of lengths that no branch predictor learns: short ones are written without a branch.</remarks>
static class WholeNumberText
{
    /// <summary>The room that a number needs: sign, nineteen digits, and what the last step writes behind the number's end.</summary>
    internal const int Room = 32;

    const uint EightDigits = 100_000_000;
    const ulong Zeros = 0x3030_3030_3030_3030;

    /// <summary>Writes the number where <see cref="Room"/> bytes are the caller's, and returns its length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Write(long value, ref byte to) => (ulong)value < EightDigits ? WriteShort((uint)value, ref to) : WriteLong(value, ref to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int WriteShort(uint value, ref byte to)
    {
        ulong digits = Digits(value);
        int leadingZeros = BitOperations.TrailingZeroCount(digits | 1UL << 56) >> 3; // the last digit stays, whatever it is
        Put((digits | Zeros) >> (leadingZeros * 8), ref to);
        return sizeof(ulong) - leadingZeros;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int WriteLong(long value, ref byte to)
    {
        if (value >= 0) return WriteUnsigned((ulong)value, ref to);
        to = (byte)'-';
        return 1 + WriteUnsigned(0UL - (ulong)value, ref Unsafe.Add(ref to, 1)); // unsigned, because the smallest number has no opposite
    }

    static int WriteUnsigned(ulong value, ref byte to)
    {
        if (value < EightDigits) return WriteShort((uint)value, ref to);
        ulong high = value / EightDigits;
        int length = WriteUnsigned(high, ref to);
        Put(Digits((uint)(value - high * EightDigits)) | Zeros, ref Unsafe.Add(ref to, length));
        return length + sizeof(ulong);
    }

    /// <summary>The eight digits of a number below 10^8, the first in the lowest byte: halves of four digits become pairs, and pairs digits, all at once.</summary>
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put(ulong text, ref byte to) => Unsafe.WriteUnaligned(ref to, BitConverter.IsLittleEndian ? text : BinaryPrimitives.ReverseEndianness(text));
}
