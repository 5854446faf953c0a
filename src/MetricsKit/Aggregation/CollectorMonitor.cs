using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>Calls collectors and the observables of foreign meters on threads of its own: the due ones when a snapshot is taken, the others by their intervals.</summary>
/// <remarks>
/// One that throws is counted, logged once an episode and left alone for a while. One that does not return costs the first snapshot the deadline;
/// its thread is given up, it is skipped until its call comes back, and what the late call still reports is dropped. So at most one thread is stuck
/// for each, and the rest of that very round is complete. After three such calls in a row it is quarantined: snapshots do not wait for it any more,
/// and it is called now and then until a call returns in time.
/// Several that hang do not add up: a pass that stands still gets further threads, each time twice as many, so that all of them meet their deadlines together.
/// </remarks>
sealed partial class CollectorMonitor(TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>How old a reading may be before a snapshot takes a new one.</summary>
    static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a collector that failed is left alone when it has no interval; with one it is twice the interval.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly Lock _assigning = new();
    readonly List<CollectorState> _states = [];
    readonly List<ITimer> _timers = [];
    readonly CollectorFaultLedger _faults = new();

    // Guarded by the lock: foreign observables, which come and go; the thread of what is read with snapshots, and one for each collector with an interval,
    // so that neither waits for the other; and the passes that have not ended.
    readonly List<CollectorState> _foreign = [];
    readonly Dictionary<CollectorState, CollectorThread> _timed = [];
    readonly HashSet<CollectorPass> _passes = [];
    CollectorThread? _thread;
    bool _disposed;

    /// <summary>How long a snapshot waits for one call: far above any reading of a machine, far below a scrape's time-out.</summary>
    internal TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The host's own collectors, none of which is added after the start.</summary>
    internal IReadOnlyList<CollectorState> States => _states;

    /// <summary>What failed so far, by name: of the host's own collectors, and of those observables that ever failed.</summary>
    internal IEnumerable<CollectorFaults> Faults => _faults.All;

    /// <summary>Adds a collector before the monitor starts.</summary>
    internal CollectorState Add(ICollector collector, string name, TimeSpan? interval)
    {
        CollectorState state = new(collector, new CollectorRound(), name, interval) { Faults = _faults.Of(name) };
        _states.Add(state);
        return state;
    }

    /// <summary>Adds an observable of a foreign meter, at any time; it is read with snapshots.</summary>
    internal CollectorState Add(ICollector observable, ObservationRound round, string name, string meter)
    {
        CollectorState state = new(observable, round, name, interval: null, meter);
        lock (_assigning)
        {
            state.Place = _foreign.Count;
            _foreign.Add(state);
        }
        return state;
    }

    /// <summary>The observable has gone. A call that runs is not waited for here; nothing of it is shown.</summary>
    internal void Remove(CollectorState state)
    {
        state.Close();
        lock (_assigning)
        {
            state.Probe?.Dispose();
            state.Probe = null;
            if (state.Place >= _foreign.Count || !ReferenceEquals(_foreign[state.Place], state)) return;
            var last = _foreign[^1];
            _foreign[state.Place] = last;
            last.Place = state.Place;
            _foreign.RemoveAt(_foreign.Count - 1);
        }
    }

    /// <summary>Collectors and observables that snapshots do not wait for, since their calls did not return in time.</summary>
    internal List<CollectorState> Absent()
    {
        lock (_assigning) return [.. _states.Concat(_foreign).Where(static s => s.IsHanging || s.IsQuarantined)];
    }

    /// <summary>Begins the background readings; the first ones at once.</summary>
    internal void Start()
    {
        foreach (var state in _states)
        {
            if (state.Interval is not { } interval) continue;
            Tick(state); // here and not by the timer, which would start the thread pool for it
            _timers.Add(MakeTimer(() => Tick(state), interval, interval));
        }
    }

    /// <summary>Reads what is due before a snapshot, and waits for it up to the deadlines.</summary>
    internal ValueTask RefreshAsync() => Begin(Due(alsoForeign: true)) is { } pass ? new(pass.Done) : default;

    /// <summary>The same for a foreign listener that reads the host's own observables, on its own thread.</summary>
    internal void Refresh()
    {
        if (ObservationRound.Current is not null) return; // a collector that reads its own instruments must not wait for itself
        if (Begin(Due(alsoForeign: false)) is { } pass) pass.Done.Wait(Patience + Deadline); // longer than any pass takes
    }

    /// <summary>Has the next snapshot read everything that is read with snapshots anew, however fresh it is: for last totals there is no later reading.</summary>
    /// <remarks>What failed or hangs is still left alone.</remarks>
    internal void Expire()
    {
        lock (_assigning)
        {
            foreach (var state in _states.Concat(_foreign))
            {
                if (state.Interval is null) Volatile.Write(ref state.LastRead, 0);
            }
        }
    }

    public void Dispose()
    {
        foreach (var timer in _timers) timer.Dispose();
        CollectorPass[] passes;
        lock (_assigning)
        {
            _disposed = true;
            _thread?.Stop();
            _thread = null;
            foreach (var thread in _timed.Values) thread.Stop();
            foreach (var state in _states.Concat(_foreign)) state.Probe?.Dispose();
            passes = [.. _passes];
        }
        foreach (var pass in passes)
        {
            pass.TakeRest();
            End(pass);
        }
    }

    /// <summary>Has a collector with an interval read, unless its last reading is still going on.</summary>
    void Tick(CollectorState state)
    {
        bool hangs;
        long now = time.GetTimestamp();
        lock (_assigning)
        {
            if (_disposed || now < Volatile.Read(ref state.NotBefore)) return;
            if (!_timed.TryGetValue(state, out var thread)) _timed[state] = thread = new(RunOne);
            if (state.TryQueue())
            {
                thread.Post(new([state], now));
                return;
            }
            hangs = state.TryGiveUp(now - TicksOf(state.Interval > Deadline ? state.Interval.Value : Deadline)) is not null;
        }
        if (!hangs) return;
        CountHang(state);
        SayHang(state);
    }

    List<CollectorState> Due(bool alsoForeign)
    {
        List<CollectorState> due;
        lock (_assigning)
        {
            due = new(_states.Count + _foreign.Count);
            long now = time.GetTimestamp();
            Add(_states);
            if (alsoForeign) Add(_foreign);

            void Add(List<CollectorState> states)
            {
                foreach (var state in states)
                {
                    if (state.Interval is not null || state.IsRunning || state.IsQuarantined || now < Volatile.Read(ref state.NotBefore)) continue;
                    long last = Volatile.Read(ref state.LastRead);
                    if (last == 0 || time.GetElapsedTime(last, now) >= Freshness) due.Add(state);
                }
            }
        }
        return due;
    }

    /// <summary>Begins to read; null when there is nothing to wait for.</summary>
    CollectorPass? Begin(List<CollectorState> due)
    {
        if (due.Count == 0) return null;
        CollectorPass pass = new(due, time.GetTimestamp());
        lock (_assigning)
        {
            if (_disposed) return null;
            Open(pass);
            pass.Threads = 1;
            (_thread ??= new(RunOne)).Post(pass);
        }
        return pass;
    }

    void RunOne(CollectorState state, CollectorPass pass)
    {
        long began = time.GetTimestamp();
        if (IsBarred(state)) HoldBack(pass, [state]);
        else if (!state.TryBegin(pass, began)) Finish(pass, 1); // it runs elsewhere, or is gone
        else
        {
            NoteEnd(state, state.Run(), began);
            // The end is last: a log that hangs is given up like a collector that does.
            if (state.End()) NoteReturn();
            else Finish(pass, 1);
        }
        state.LeaveQueue();
    }

    void NoteEnd(CollectorState state, Exception? fault, long began)
    {
        long now = time.GetTimestamp();
        Volatile.Write(ref state.LastRead, Math.Max(1, now));
        Volatile.Write(ref state.LastTook, now - began);
        if (fault is not null)
        {
            (state.Faults ??= _faults.Of(state.Name)).CountError();
            var pause = state.Interval * 2 ?? Pause;
            Volatile.Write(ref state.NotBefore, now + TicksOf(pause));
            if (!state.Failing) Say(() => Messages.LogFailure(logger, state.Title, pause.TotalSeconds, fault));
        }
        else if (!state.IsHanging && (state.Failing || state.Strikes > 0)) Say(() => Messages.LogRecovery(logger, state.Title));
        state.Failing = fault is not null;
    }

    long TicksOf(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    /// <summary>Without the ambient context of whoever asks, which would live as long as the timer.</summary>
    ITimer MakeTimer(Action call, TimeSpan first, TimeSpan period)
    {
        if (ExecutionContext.IsFlowSuppressed()) return time.CreateTimer(_ => call(), null, first, period);
        using (ExecutionContext.SuppressFlow()) return time.CreateTimer(_ => call(), null, first, period);
    }
}
