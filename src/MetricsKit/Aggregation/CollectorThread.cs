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
    readonly TimeProvider _time;
    long _since;

    internal CollectorThread(Action<CollectorState> run, TimeProvider time)
    {
        _run = run;
        _time = time;
        new Thread(Loop) { IsBackground = true, Name = "MetricsKit collectors" }.Start();
    }

    internal CollectorState? Running => _running;

    internal void Post(CollectorPass pass) => _passes.Add(pass);

    internal void Stop()
    {
        _stopped = true;
        _passes.CompleteAdding();
    }

    /// <summary>How long that collector has been running here; zero when it is not.</summary>
    internal TimeSpan RunningFor(CollectorState state)
    {
        long since = Interlocked.Read(ref _since); // written before the collector is named
        return ReferenceEquals(_running, state) ? _time.GetElapsedTime(since) : TimeSpan.Zero;
    }

    void Loop()
    {
        foreach (var pass in _passes.GetConsumingEnumerable())
        {
            while (!_stopped && pass.Take() is { } state)
            {
                Interlocked.Exchange(ref _since, _time.GetTimestamp());
                _running = state;
                _run(state);
                _running = null;
            }
            if (_stopped) return;
        }
    }
}
