using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>Runs collectors on a thread of its own: the due ones when a snapshot is taken, the others by their intervals.</summary>
/// <remarks>
/// A collector that throws is counted, logged once an episode and left alone for a while. One that does not return costs the first
/// snapshot the deadline; its thread is given up and replaced, and the collector is skipped until its call comes back.
/// So at most one thread is stuck for each collector, the rest of that very round is complete, and what the late call still reports is dropped.
/// </remarks>
sealed partial class CollectorMonitor(TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>How old a reading may be before a snapshot takes a new one.</summary>
    static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a snapshot waits for the collectors: far above any reading of a machine, far below a scrape's time-out.</summary>
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);

    /// <summary>How long a collector that failed is left alone when it has no interval; with one it is twice the interval.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly Lock _assigning = new();
    readonly List<CollectorState> _states = [];
    readonly List<ITimer> _timers = [];

    // Guarded by the lock: the thread of what is read with snapshots, and one for each collector with an interval, so that neither waits for the other.
    readonly Dictionary<CollectorState, CollectorThread> _timed = [];
    CollectorThread? _thread;
    bool _disposed;

    internal IReadOnlyList<CollectorState> States => _states;

    /// <summary>Adds a collector before the monitor starts.</summary>
    internal CollectorState Add(ICollector collector, string name, TimeSpan? interval)
    {
        CollectorState state = new(collector, name, interval);
        _states.Add(state);
        return state;
    }

    /// <summary>Begins the background readings; the first ones at once.</summary>
    internal void Start()
    {
        foreach (var state in _states)
        {
            if (state.Interval is not { } interval) continue;
            _timers.Add(time.CreateTimer(_ => Tick(state), null, TimeSpan.Zero, interval));
        }
    }

    /// <summary>Reads what is due before a snapshot, and waits for it up to the deadline.</summary>
    internal async ValueTask RefreshAsync()
    {
        var due = Due();
        while (due.Count > 0)
        {
            if (Post(due) is not { } pass) return;
            try
            {
                await pass.Done.WaitAsync(Deadline, time).ConfigureAwait(false);
                return;
            }
            catch (TimeoutException) { due = GiveUp(pass); }
        }
    }

    /// <summary>The same for a foreign listener that reads observables, on its own thread.</summary>
    internal void Refresh()
    {
        if (ObservationRound.Current is not null) return; // a collector that reads its own instruments must not wait for itself
        var due = Due();
        while (due.Count > 0)
        {
            if (Post(due) is not { } pass || pass.Done.Wait(Deadline)) return;
            due = GiveUp(pass);
        }
    }

    public void Dispose()
    {
        foreach (var timer in _timers) timer.Dispose();
        lock (_assigning)
        {
            _disposed = true;
            _thread?.Stop();
            _thread = null;
            foreach (var thread in _timed.Values) thread.Stop();
        }
    }

    /// <summary>Has a collector with an interval read, unless its last reading is still going on.</summary>
    void Tick(CollectorState state)
    {
        lock (_assigning)
        {
            if (_disposed || time.GetTimestamp() < Volatile.Read(ref state.NotBefore)) return;
            if (!_timed.TryGetValue(state, out var thread)) _timed[state] = thread = new(RunOne, time);
            if (state.TryQueue()) thread.Post(new([state]));
            else if (!state.Hanging && thread.RunningFor(state) >= Deadline && thread.RunningFor(state) >= state.Interval) GiveUp(state);
        }
    }

    List<CollectorState> Due()
    {
        long now = time.GetTimestamp();
        List<CollectorState> due = [];
        foreach (var state in _states)
        {
            if (state.Interval is not null || state.IsRunning || now < Volatile.Read(ref state.NotBefore)) continue;
            long last = Volatile.Read(ref state.LastRead);
            if (last == 0 || time.GetElapsedTime(last, now) >= Freshness) due.Add(state);
        }
        return due;
    }

    CollectorPass? Post(List<CollectorState> due)
    {
        lock (_assigning)
        {
            if (_disposed) return null;
            CollectorPass pass = new(due);
            (_thread ??= new(RunOne, time)).Post(pass);
            return pass;
        }
    }

    /// <summary>After a deadline: leaves the thread behind if one collector has kept it that long. What has had no turn yet goes on with the next pass.</summary>
    List<CollectorState> GiveUp(CollectorPass pass)
    {
        lock (_assigning)
        {
            if (_thread is { Running: { } running } thread && thread.RunningFor(running) >= Deadline)
            {
                GiveUp(running);
                thread.Stop();
                _thread = null;
            }
            return pass.TakeRest();
        }
    }

    void GiveUp(CollectorState hung)
    {
        hung.GiveUp();
        Say(() => Messages.LogHang(logger, hung.Name, Deadline.TotalSeconds));
    }

    void RunOne(CollectorState state)
    {
        var fault = state.Run(out bool ran);
        if (!ran) return;
        long now = time.GetTimestamp();
        Volatile.Write(ref state.LastRead, Math.Max(1, now));
        if (fault is not null)
        {
            var pause = state.Interval * 2 ?? Pause;
            Volatile.Write(ref state.NotBefore, now + (long)(pause.TotalSeconds * time.TimestampFrequency));
            if (!state.Failing) Say(() => Messages.LogFailure(logger, state.Name, pause.TotalSeconds, fault));
        }
        else if (state.Failing || state.Hanging) Say(() => Messages.LogRecovery(logger, state.Name));
        state.Failing = fault is not null;
        state.Hanging = false;
        state.LeaveQueue();
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
        [LoggerMessage(1, LogLevel.Warning, "The collector {Collector} failed; it is tried again after {Seconds} s, and its series are absent until then.")]
        internal static partial void LogFailure(ILogger logger, string collector, double seconds, Exception fault);

        [LoggerMessage(2, LogLevel.Information, "The collector {Collector} works again.")]
        internal static partial void LogRecovery(ILogger logger, string collector);

        [LoggerMessage(3, LogLevel.Warning, "The collector {Collector} did not return within {Seconds} s; its series are absent until it does.")]
        internal static partial void LogHang(ILogger logger, string collector, double seconds);
    }
}
