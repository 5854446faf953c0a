using Microsoft.Extensions.Logging;

namespace MetricsKit;

// What is done about calls that do not return.
sealed partial class CollectorMonitor
{
    /// <summary>How often a pass is looked at; chosen so that a healthy one, which takes less than a millisecond, ends before the first look.</summary>
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a pass may take in all. Whoever had no turn by then is left out of the snapshot: it comes to that only when more calls hang than there are threads.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Most threads for one pass, those that are stuck included. From so many stuck ones on, no observable is called whose last call did not return in time.</summary>
    const int MostThreads = 16;

    /// <summary>From so many stuck threads on, no observable of a foreign meter is called at all until one returns: the bound when everything hangs.</summary>
    const int MostStuck = 2 * MostThreads;

    int _stuck;
    long _heldBack;

    // An episode in which calls are not made: none, one that is about to be told, one that was told.
    const int Calm = 0, Crowded = 1, Told = 2;
    int _crowd;

    /// <summary>How many threads are kept by calls that were given up.</summary>
    internal int Stuck => Volatile.Read(ref _stuck);

    /// <summary>How many calls were not made since too many others hang.</summary>
    internal long HeldBack => Interlocked.Read(ref _heldBack);

    void Open(CollectorPass pass)
    {
        _passes.Add(pass);
        pass.Watch = MakeTimer(() => LookAt(pass), Look, Look);
    }

    void End(CollectorPass pass)
    {
        lock (_assigning) _passes.Remove(pass);
        pass.Watch?.Dispose();
        pass.End();
    }

    void Finish(CollectorPass pass, int turns)
    {
        if (pass.Finish(turns)) End(pass);
    }

    /// <summary>Gives up what had its time, and finds threads for what had no turn.</summary>
    void LookAt(CollectorPass pass)
    {
        long now = time.GetTimestamp(), since = now - TicksOf(Deadline), lately = now - TicksOf(Look / 2);
        int busy = 0;
        for (int turn = 0, begun = pass.Begun; turn < begun; turn++)
        {
            var state = pass.At(turn);
            if (state.TryGiveUp(since) is { } kept) GiveUp(state, kept);
            else if (state.Keeps(pass, lately)) busy++;
        }
        if (!pass.HasMore) return;
        if (time.GetElapsedTime(pass.Began, now) >= Patience) HoldBack(pass, pass.TakeRest());
        else Help(pass, busy);
    }

    void GiveUp(CollectorState state, CollectorPass kept)
    {
        CountHang(state);
        lock (_assigning)
        {
            kept.Threads--;
            if (ReferenceEquals(_thread?.Running, state))
            {
                _thread.Stop();
                _thread = null;
            }
            if (state.IsQuarantined && !state.IsRemoved && !_disposed) state.Probe ??= new(MakeTimer, () => Probe(state));
        }
        Finish(kept, 1);
        SayHang(state); // behind the end of the pass, since a log may hang as well
    }

    /// <summary>Twice as many threads for a pass that stands still, since a long call keeps each of them or nobody has begun. When there shall be no more, one at a time goes on with what may still be called.</summary>
    void Help(CollectorPass pass, int busy)
    {
        int more;
        lock (_assigning)
        {
            if (_disposed || pass.Begun > 0 && busy < pass.Threads) return;
            more = pass.Threads <= 0 ? 1 : Math.Min(pass.Threads, MostThreads - Stuck - pass.Threads);
            pass.Threads += Math.Max(0, more);
        }
        for (; more > 0; more--) CollectorThread.Help(pass, RunOne);
    }

    /// <summary>Whether it may not be called while so many calls hang. The host's own collectors always may: they are few.</summary>
    bool IsBarred(CollectorState state) => state.IsForeign && Stuck is >= MostThreads and var stuck && (stuck >= MostStuck || state.Strikes > 0);

    void HoldBack(CollectorPass pass, List<CollectorState> states)
    {
        foreach (var state in states) state.Forget();
        Interlocked.Add(ref _heldBack, states.Count);
        // Before the end of the pass, behind which calls may have come back already that would belong to another episode then.
        bool tell = states.Count > 0 && Interlocked.CompareExchange(ref _crowd, Crowded, Calm) == Calm;
        Finish(pass, states.Count);
        if (!tell) return;
        Say(() => Messages.LogCrowd(logger, Stuck));
        if (Interlocked.CompareExchange(ref _crowd, Told, Crowded) != Crowded) SayRoom(Stuck); // it ended meanwhile, and its end comes behind its beginning
    }

    /// <summary>Calls a quarantined collector, which nobody waits for.</summary>
    void Probe(CollectorState state)
    {
        CollectorPass pass;
        lock (_assigning)
        {
            if (_disposed || state.IsRemoved || !state.IsQuarantined)
            {
                state.Probe?.Dispose();
                state.Probe = null;
                return;
            }
            if (state.IsRunning) return; // the call before, or the one before that
            pass = new([state], time.GetTimestamp()) { Threads = 1 };
            Open(pass);
        }
        CollectorThread.Help(pass, RunOne);
    }

    void CountHang(CollectorState state)
    {
        Interlocked.Increment(ref _stuck);
        (state.Faults ??= _faults.Of(state.Name)).CountHang();
    }

    /// <summary>A call came back that was given up.</summary>
    void NoteReturn()
    {
        int stuck = Interlocked.Decrement(ref _stuck);
        if (stuck < MostThreads && Interlocked.Exchange(ref _crowd, Calm) == Told) SayRoom(stuck);
    }

    void SayRoom(int stuck) => Say(() => Messages.LogRoom(logger, stuck));

    /// <summary>An episode of late calls has one line at its beginning, one when snapshots stop to wait, and one at its end.</summary>
    void SayHang(CollectorState state)
    {
        int strikes = state.Strikes;
        if (strikes == 1) Say(() => Messages.LogHang(logger, state.Title, Deadline.TotalSeconds));
        else if (strikes == CollectorState.MostHangs && state.IsQuarantined) Say(() => Messages.LogQuarantine(logger, state.Title, strikes, CollectorProbe.Longest.TotalSeconds));
    }

    /// <summary>A log that throws would end the collectors' thread, and with it the process.</summary>
    static void Say(Action log)
    {
        try { log(); }
        catch (Exception) { return; }
    }

    /// <summary>Apart, since their delegates are made together with the other statics of the class that holds them: a collector that fails is seldom among the first things that happen.</summary>
    static partial class Messages
    {
        [LoggerMessage(1, LogLevel.Warning, "The {Collector} failed; it is tried again after {Seconds} s, and its series are absent until then.")]
        internal static partial void LogFailure(ILogger logger, string collector, double seconds, Exception fault);

        [LoggerMessage(2, LogLevel.Information, "The {Collector} works again.")]
        internal static partial void LogRecovery(ILogger logger, string collector);

        [LoggerMessage(3, LogLevel.Warning, "The {Collector} did not return within {Seconds} s; its series are absent until it does.")]
        internal static partial void LogHang(ILogger logger, string collector, double seconds);

        [LoggerMessage(4, LogLevel.Warning, "The {Collector} did not return in time {Times} times in a row: no snapshot waits for it any more. It is called now and then, at least every {Seconds} s, until it returns in time.")]
        internal static partial void LogQuarantine(ILogger logger, string collector, int times, double seconds);

        [LoggerMessage(5, LogLevel.Warning, "Collectors and observable instruments take so long that some are not called, and their series are absent: {Stuck} calls hang. Make their callbacks return at once.")]
        internal static partial void LogCrowd(ILogger logger, int stuck);

        [LoggerMessage(6, LogLevel.Information, "Collectors and observable instruments are called again that were not called since too many calls hung; {Stuck} still do.")]
        internal static partial void LogRoom(ILogger logger, int stuck);
    }
}
