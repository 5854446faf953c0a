namespace MetricsKit;

/// <summary>One collector and how its rounds went.</summary>
sealed class CollectorState(ICollector collector, string name, TimeSpan? interval)
{
    readonly ObservationRound _round = new();
    int _running;
    long _errors, _hangs;

    internal string Name => name;

    /// <summary>Null: read when a snapshot is taken.</summary>
    internal TimeSpan? Interval => interval;

    internal long Errors => Interlocked.Read(ref _errors);

    internal long Hangs => Interlocked.Read(ref _hangs);

    internal bool IsRunning => Volatile.Read(ref _running) != 0;

    /// <summary>When the last round ended, in the monitor's ticks; written by the thread that ran it.</summary>
    internal long LastRead;

    /// <summary>No round before this time, after a failure.</summary>
    internal long NotBefore;

    /// <summary>Whether the last round failed: the first failure of an episode is logged, and the recovery.</summary>
    internal bool Failing;

    internal bool Hanging;

    internal void CountHang() => Interlocked.Increment(ref _hangs);

    /// <summary>Runs a round unless one is still running; the exception that ended it, if any.</summary>
    internal Exception? Run(out bool ran)
    {
        ran = Interlocked.CompareExchange(ref _running, 1, 0) == 0;
        if (!ran) return null;
        try
        {
            _round.Run(collector);
            return null;
        }
        catch (Exception fault)
        {
            Interlocked.Increment(ref _errors);
            return fault;
        }
        finally { Volatile.Write(ref _running, 0); }
    }
}
