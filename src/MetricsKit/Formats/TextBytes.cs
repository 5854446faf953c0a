using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MetricsKit;

/// <summary>Puts rendered text and numbers into a span that has room for more than them.</summary>
static class TextBytes
{
    /// <summary>What must be left behind a text that is put: the steps of a copy and of a number overrun their ends. More than the longest number and the line's end.</summary>
    internal const int Slack = 64;

    /// <summary>Bytes behind the end of a text that <see cref="Put(ReadOnlySpan{byte}, int, Span{byte})"/> may read.</summary>
    internal const int Padding = 32;

    /// <summary>Copies in whole vectors, which is half the cost of a call that asks how long the text is. Reads up to <see cref="Padding"/> bytes behind the length, and writes as many.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such room.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Put(ReadOnlySpan<byte> padded, int length, Span<byte> to)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Math.Min(padded.Length, to.Length) - Padding);
        ref byte from = ref MemoryMarshal.GetReference(padded), into = ref MemoryMarshal.GetReference(to);
        for (nuint i = 0; i < (nuint)length; i += (nuint)Vector256<byte>.Count) Vector256.LoadUnsafe(ref from, i).StoreUnsafe(ref into, i);
    }

    /// <summary>A whole number and the line's end; the length of both.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int PutLine(long value, Span<byte> to)
    {
        int length = WholeNumberText.Write(value, to);
        to[length] = (byte)'\n';
        return length + 1;
    }

    /// <summary>The shortest number that reads back as the same double, and the line's end; the length of both.</summary>
    internal static int PutLine(double value, Span<byte> to)
    {
        value.TryFormat(to, out int length, "R", CultureInfo.InvariantCulture);
        to[length] = (byte)'\n';
        return length + 1;
    }
}
