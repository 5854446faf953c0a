using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MetricsKit;

/// <summary>Puts rendered text and numbers where more room is than they take, without asking for every piece whether it fits: who calls has asked once a line.</summary>
static class TextBytes
{
    /// <summary>Bytes behind the end of a text that a copy reads, and writes behind the copy.</summary>
    internal const int Padding = 32;

    /// <summary>What must be left behind the last text of a line: a copy's padding, or the longest number and the line's end.</summary>
    internal const int Slack = 64;

    /// <summary>Copies in whole vectors: texts of some tens of bytes cost half of what a call costs that looks how long they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Put(ref byte from, int length, ref byte to)
    {
        for (nuint i = 0; i < (uint)length; i += (nuint)Vector256<byte>.Count) Vector256.LoadUnsafe(ref from, i).StoreUnsafe(ref to, i);
    }

    /// <summary>A whole number and the line's end; the length of both.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int PutLine(long value, ref byte to)
    {
        int length = WholeNumberText.Write(value, ref to);
        Unsafe.Add(ref to, length) = (byte)'\n';
        return length + 1;
    }

    /// <summary>The shortest number that reads back as the same double, and the line's end; the length of both.</summary>
    internal static int PutLine(double value, ref byte to)
    {
        value.TryFormat(MemoryMarshal.CreateSpan(ref to, Slack), out int length, "R", CultureInfo.InvariantCulture);
        Unsafe.Add(ref to, length) = (byte)'\n';
        return length + 1;
    }
}
