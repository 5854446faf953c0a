namespace MetricsKit;

/// <summary>One collector, or one observable of a foreign meter, and how its calls went.</summary>
/// <param name="collector">What is called.</param>
/// <param name="round">Takes what a call reports.</param>
/// <param name="name">How logs and self-metrics call it.</param>
/// <param name="interval">Null: read when a snapshot is taken.</param>
/// <param name="meter">The meter of a foreign observable; null for a collector of the host.</param>
sealed class CollectorState(ICollector collector, ObservationRound round, string name, TimeSpan? interval, string? meter = null)
{
    /// <summary>So many calls in a row that did not return in time, and snapshots do not wait for the next.</summary>
    internal const int MostHangs = 3;

    // Guarded by the lock, which is held for no longer than it takes to look and to change.
    readonly Lock _calling = new();
    volatile bool _running, _givenUp, _quarantined;
    CollectorPass? _pass;
    long _since;
    volatile int _strikes;
    int _queued;

    internal string Name => name;

    internal TimeSpan? Interval => interval;

    /// <summary>Whether it is an observable of a foreign meter.</summary>
    internal bool IsForeign => meter is not null;

    /// <summary>How a sentence calls it.</summary>
    internal string Title => meter is null ? "collector " + name : $"observable instrument {name} of the meter {meter}";

    /// <summary>What failed so far; shared by all of one name. Null until something did.</summary>
    internal volatile CollectorFaults? Faults;

    internal long Errors => Faults?.Errors ?? 0;

    internal long Hangs => Faults?.Hangs ?? 0;

    internal bool IsRunning => _running;

    /// <summary>Whether the call that runs was given up.</summary>
    internal bool IsHanging => _givenUp;

    /// <summary>Whether snapshots do not wait for it any more, until a call returns in time.</summary>
    internal bool IsQuarantined => _quarantined;

    /// <summary>Calls in a row that did not return in time.</summary>
    internal int Strikes => _strikes;

    /// <summary>When the last round ended, in the monitor's ticks; written by the thread that ran it.</summary>
    internal long LastRead;

    /// <summary>How long the last round took, in the monitor's ticks; written by the thread that ran it.</summary>
    internal long LastTook;

    /// <summary>No round before this time, after a failure.</summary>
    internal long NotBefore;

    /// <summary>Whether the last round failed: the first failure of an episode is logged, and the recovery.</summary>
    internal bool Failing;

    /// <summary>Whether it has gone; it is not called any more.</summary>
    internal volatile bool IsRemoved;

    /// <summary>Where it stands among the observables of foreign meters; guarded by the monitor.</summary>
    internal int Place;

    /// <summary>Calls it now and then while it is quarantined; guarded by the monitor.</summary>
    internal CollectorProbe? Probe;

    /// <summary>Whether a round waits or runs.</summary>
    internal bool IsQueued => Volatile.Read(ref _queued) != 0;

    /// <summary>Takes the one place in a queue; it is free again when the round and what follows from it have ended.</summary>
    internal bool TryQueue() => Interlocked.CompareExchange(ref _queued, 1, 0) == 0;

    internal void LeaveQueue() => Volatile.Write(ref _queued, 0);

    /// <summary>Begins a call, unless one is still running: so there is at most one thread that it keeps.</summary>
    internal bool TryBegin(CollectorPass pass, long now)
    {
        lock (_calling)
        {
            if (_running || IsRemoved) return false;
            round.Ready(); // under the lock that giving up takes: a call that is given up before it has come to its first line stays given up
            _running = true;
            _pass = pass;
            _since = now;
            return true;
        }
    }

    /// <summary>Whether a thread of the pass is in a call since that time or longer, and is not given up.</summary>
    internal bool Keeps(CollectorPass pass, long since)
    {
        lock (_calling) return _running && !_givenUp && ReferenceEquals(_pass, pass) && _since <= since;
    }

    /// <summary>Runs the round that was begun; the exception that ended it, if any.</summary>
    internal Exception? Run()
    {
        try
        {
            round.Run(collector);
            return null;
        }
        catch (AggregateException faults) when (faults.InnerExceptions is [var only]) { return only; }
        catch (Exception fault) { return fault; }
    }

    /// <summary>Ends the call; whether it was given up before.</summary>
    internal bool End()
    {
        lock (_calling)
        {
            bool late = _givenUp;
            if (!late)
            {
                _strikes = 0;
                _quarantined = false;
            }
            _givenUp = _running = false;
            _pass = null;
            return late;
        }
    }

    /// <summary>Gives a call up that runs since that time or longer: it is not waited for any more, and what it still reports is dropped.</summary>
    /// <returns>The pass that it kept; null when there is nothing to give up.</returns>
    internal CollectorPass? TryGiveUp(long since)
    {
        lock (_calling)
        {
            if (!_running || _givenUp || _since > since) return null;
            _givenUp = true;
            _strikes++;
            if (_strikes >= MostHangs && interval is null) _quarantined = true; // nobody waits for what has an interval
            round.Abandon();
            return _pass;
        }
    }

    /// <summary>It had no turn: what it reported before is not known to hold any more.</summary>
    internal void Forget() => round.Forget();

    /// <summary>It is gone, and whatever it reported.</summary>
    internal void Close()
    {
        IsRemoved = true;
        round.Close();
    }
}
