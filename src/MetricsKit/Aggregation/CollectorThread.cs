using System.Collections.Concurrent;

namespace MetricsKit;

/// <summary>Collectors that are to run one after the other.</summary>
sealed class CollectorPass(List<CollectorState> due)
{
    readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _next;

    /// <summary>Ends when every collector had its turn.</summary>
    internal Task Done => _done.Task;

    internal CollectorState? Take()
    {
        int next = Interlocked.Increment(ref _next) - 1;
        if (next < due.Count) return due[next];
        _done.TrySetResult();
        return null;
    }

    /// <summary>Those that had no turn yet, taken away from whoever runs the pass.</summary>
    internal List<CollectorState> TakeRest()
    {
        int next = Interlocked.Exchange(ref _next, due.Count);
        return next < due.Count ? due[next..] : [];
    }
}

/// <summary>A background thread that runs passes until it is stopped; a collector that never returns keeps it, and nobody waits for it.</summary>
sealed class CollectorThread
{
    readonly BlockingCollection<CollectorPass> _passes = [];
    readonly Action<CollectorState> _run;
    volatile CollectorState? _running;
    volatile bool _stopped;
    long _since;

    internal CollectorThread(Action<CollectorState> run)
    {
        _run = run;
        new Thread(Loop) { IsBackground = true, Name = "MetricsKit collectors" }.Start();
    }

    internal CollectorState? Running => _running;

    internal void Post(CollectorPass pass) => _passes.Add(pass);

    internal void Stop()
    {
        _stopped = true;
        _passes.CompleteAdding();
    }

    /// <summary>How long the collector that runs has been running; zero when none does.</summary>
    internal TimeSpan RunningFor(TimeProvider time)
    {
        if (_running is null) return TimeSpan.Zero;
        // The first who asks starts the clock: the thread itself reads none, so an idle clock in a test cannot race with it.
        long since = Interlocked.CompareExchange(ref _since, time.GetTimestamp(), 0);
        return since == 0 ? TimeSpan.FromTicks(1) : time.GetElapsedTime(since) + TimeSpan.FromTicks(1);
    }

    void Loop()
    {
        foreach (var pass in _passes.GetConsumingEnumerable())
        {
            while (!_stopped && pass.Take() is { } state)
            {
                Interlocked.Exchange(ref _since, 0);
                _running = state;
                _run(state);
                _running = null;
            }
            if (_stopped) return;
        }
    }
}
