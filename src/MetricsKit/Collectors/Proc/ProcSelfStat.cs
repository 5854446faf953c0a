namespace MetricsKit;

/// <summary>What <c>/proc/self/stat</c> (proc_pid_stat(5)) says of this process.</summary>
/// <param name="Threads">The number of threads.</param>
/// <param name="StartTicks">When the process started, in clock ticks after boot.</param>
/// <param name="ResidentPages">The pages of memory it holds.</param>
readonly record struct ProcSelfStat(long Threads, long StartTicks, long ResidentPages)
{
    /// <summary>
    /// The ticks of a second in proc files. The kernel scales to USER_HZ there, which is 100 on every architecture that
    /// .NET runs on, whatever frequency the kernel itself was built for; asking sysconf would always give this.
    /// </summary>
    public const long TicksPerSecond = 100;

    public static bool TryParse(ReadOnlySpan<byte> file, out ProcSelfStat stat)
    {
        stat = default;

        // The name of the program stands in parentheses and may itself hold blanks and parentheses: fields are counted
        // from the last one. The name of a hostile program may hold a newline too, hence no walk over lines here.
        var afterName = file.LastIndexOf((byte)')') + 1;
        if (afterName == 0 || file[^1] != (byte)'\n')
            return false;

        // Field 3, the state, is the first after the name; threads are field 20, the start 22, resident pages 24.
        var fields = new ProcFields(file[afterName..^1]);
        if (!fields.TrySkip(17) || !fields.TryNextCount(out var threads)
            || !fields.TrySkip(1) || !fields.TryNextCount(out var start)
            || !fields.TrySkip(1) || !fields.TryNextCount(out var pages))
            return false;

        stat = new ProcSelfStat(threads, start, pages);
        return true;
    }
}
