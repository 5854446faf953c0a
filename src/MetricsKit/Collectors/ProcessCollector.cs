namespace MetricsKit;

/// <summary>Reads this process, from <c>/proc/self</c> and the runtime.</summary>
sealed class ProcessCollector(ProcessMetrics process, IHostFiles files) : ICollector
{
    byte[] _buffer = [];
    double? _startTime;

    public void Collect()
    {
        // Everywhere, and not only where /proc is missing: it is finer than clock ticks, and going to and fro between two
        // sources would make the counter step back by a tick, which Prometheus takes for a restart.
        process.ObserveCpu(Environment.CpuUsage.TotalTime);

        if (files.TryRead("proc/self/stat", ref _buffer, out var length)
            && ProcSelfStat.TryParse(_buffer.AsSpan(0, length), out var stat))
        {
            process.ObserveThreads(stat.Threads);
            ObserveResidentMemory((double)stat.ResidentPages * Environment.SystemPageSize);
            ObserveStartTime(stat.StartTicks);
        }
        else
        {
            ObserveResidentMemory(Environment.WorkingSet);
        }

        // One file for each descriptor, as in "fd", but plain ones: those links are followed one by one while they are listed,
        // which takes several times as long. The count includes the descriptor of the directory that is being listed.
        if (files.TryCount("proc/self/fdinfo", out var descriptors) && descriptors > 0)
            process.ObserveOpenFds(descriptors - 1);
    }

    // 0 is how a platform says that it does not know.
    void ObserveResidentMemory(double bytes)
    {
        if (bytes > 0)
            process.ObserveResidentMemory(bytes);
    }

    // Worked out once: the time of boot is derived from the wall clock and moves with it, the start of a process does not.
    void ObserveStartTime(long ticks)
    {
        if (_startTime is null && files.TryRead("proc/stat", ref _buffer, out var length)
            && ProcStat.TryReadBootTime(_buffer.AsSpan(0, length), out var bootTime))
            _startTime = bootTime + (double)ticks / ProcSelfStat.TicksPerSecond;

        if (_startTime is { } startTime)
            process.ObserveStartTime(startTime);
    }
}
