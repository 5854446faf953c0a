namespace MetricsKit;

/// <summary>One collector and how its rounds went.</summary>
sealed class CollectorState(ICollector collector, string name, TimeSpan? interval)
{
    readonly ObservationRound _round = new();
    int _running, _queued;
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

    /// <summary>Whether the call that runs was given up.</summary>
    internal bool Hanging;

    /// <summary>Whether a round waits or runs.</summary>
    internal bool IsQueued => Volatile.Read(ref _queued) != 0;

    /// <summary>Takes the one place in a queue; it is free again when the round and what follows from it have ended.</summary>
    internal bool TryQueue() => Interlocked.CompareExchange(ref _queued, 1, 0) == 0;

    internal void LeaveQueue() => Volatile.Write(ref _queued, 0);

    /// <summary>The call that runs is not waited for any more, and what it still reports is dropped.</summary>
    internal void GiveUp()
    {
        Interlocked.Increment(ref _hangs);
        Hanging = true;
        _round.Abandon();
    }

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
