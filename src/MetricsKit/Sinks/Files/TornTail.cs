using Microsoft.Win32.SafeHandles;

namespace MetricsKit;

/// <summary>Finds the end of the last whole line of a file that a killed process, a dead machine or a full disk left behind.</summary>
/// <remarks>It reads the end of the file and its first bytes only, however long it is.</remarks>
static class TornTail
{
    // The longest line that a series can make has about 100 KB: name, 32 tags of 255 and 256 characters, each at most six bytes when escaped.
    const int LongestLine = 1 << 20;
    const int Block = 64 << 10;

    /// <summary>The length up to the last whole line; null when this is no file of lines with that beginning, so that nothing should be cut off.</summary>
    internal static long? WholeLines(SafeFileHandle handle, ReadOnlySpan<byte> beginning)
    {
        long length = RandomAccess.GetLength(handle);
        if (!BeginsWith(handle, beginning, length)) return null;
        byte[] block = new byte[Block];
        for (long end = length; end > 0;)
        {
            if (length - end >= LongestLine) return null;
            long begin = Math.Max(0, end - Block);
            var bytes = block.AsSpan(0, Fill(handle, block.AsSpan(0, (int)(end - begin)), begin));
            int feed = bytes.LastIndexOf((byte)'\n');
            if (feed >= 0) return begin + feed + 1;
            end = begin;
        }
        return length <= LongestLine ? 0 : null;
    }

    static bool BeginsWith(SafeFileHandle handle, ReadOnlySpan<byte> beginning, long length)
    {
        Span<byte> found = stackalloc byte[(int)Math.Min(beginning.Length, length)];
        return beginning.StartsWith(found[..Fill(handle, found, 0)]);
    }

    static int Fill(SafeFileHandle handle, Span<byte> to, long offset)
    {
        int filled = 0;
        while (filled < to.Length && RandomAccess.Read(handle, to[filled..], offset + filled) is > 0 and var read) filled += read;
        return filled;
    }
}
