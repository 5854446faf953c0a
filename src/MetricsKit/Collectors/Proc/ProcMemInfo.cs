namespace MetricsKit;

/// <summary>The memory of the machine in bytes, from <c>/proc/meminfo</c> (proc_meminfo(5)); null is absent.</summary>
/// <param name="Total">The memory that the kernel manages.</param>
/// <param name="Available">What programs could still get without swapping.</param>
readonly record struct ProcMemInfo(long? Total, long? Available)
{
    /// <summary>Total without available: what could not be had, so that caches do not look like use.</summary>
    public long? Used => Total >= Available ? Total - Available : null;

    public static ProcMemInfo Parse(ReadOnlySpan<byte> file)
    {
        long? total = null, available = null, free = null, buffers = null, cached = null;
        var lines = new ProcLines(file);
        while (lines.TryNext(out var line))
        {
            if (line.StartsWith("MemTotal:"u8)) total = Bytes(line["MemTotal:".Length..]);
            else if (line.StartsWith("MemAvailable:"u8)) available = Bytes(line["MemAvailable:".Length..]);
            else if (line.StartsWith("MemFree:"u8)) free = Bytes(line["MemFree:".Length..]);
            else if (line.StartsWith("Buffers:"u8)) buffers = Bytes(line["Buffers:".Length..]);
            else if (line.StartsWith("Cached:"u8)) cached = Bytes(line["Cached:".Length..]);
        }

        // MemAvailable is missing in some sandboxes; this sum is what tools used before the kernel had it. It is absent
        // when any part is.
        available ??= Sum(Sum(free, buffers), cached);
        return new ProcMemInfo(total > 0 ? total : null, available);
    }

    static long? Bytes(ReadOnlySpan<byte> value)
    {
        var fields = new ProcFields(value);
        return fields.TryNextCount(out var kibibytes) && kibibytes <= long.MaxValue / 1024
            && fields.TryNext(out var unit) && unit.SequenceEqual("kB"u8)
            ? kibibytes * 1024
            : null;
    }

    static long? Sum(long? left, long? right) => left <= long.MaxValue - right ? left + right : null;
}
