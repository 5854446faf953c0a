using System.Collections.Concurrent;

namespace MetricsKit;

/// <summary>A background thread that works at passes until it is stopped; a collector that never returns keeps it, and nobody waits for it.</summary>
sealed class CollectorThread
{
    readonly BlockingCollection<CollectorPass> _passes = [];
    readonly Action<CollectorState, CollectorPass> _run;
    volatile CollectorState? _running;
    volatile bool _stopped;

    internal CollectorThread(Action<CollectorState, CollectorPass> run)
    {
        _run = run;
        Begin(Loop);
    }

    internal CollectorState? Running => _running;

    /// <summary>Begins a thread that helps with one pass and ends with it.</summary>
    internal static void Help(CollectorPass pass, Action<CollectorState, CollectorPass> run) => Begin(() =>
    {
        var ambient = ExecutionContext.Capture();
        while (pass.Take() is { } state) Run(state, pass, run, ambient);
    });

    internal void Post(CollectorPass pass)
    {
        try { _passes.Add(pass); }
        catch (InvalidOperationException) { return; } // stopped meanwhile: whoever watches the pass finds another thread
    }

    internal void Stop()
    {
        _stopped = true;
        _passes.CompleteAdding();
    }

    /// <summary>Without the ambient context of whoever asked first, which would live as long as the thread.</summary>
    static void Begin(ThreadStart work) => new Thread(work) { IsBackground = true, Name = "MetricsKit collectors" }.UnsafeStart();

    static void Run(CollectorState state, CollectorPass pass, Action<CollectorState, CollectorPass> run, ExecutionContext? ambient)
    {
        run(state, pass);
        if (ambient is not null) ExecutionContext.Restore(ambient); // an activity that a callback began is not the next one's parent
    }

    void Loop()
    {
        var ambient = ExecutionContext.Capture();
        foreach (var pass in _passes.GetConsumingEnumerable())
        {
            while (!_stopped && pass.Take() is { } state)
            {
                _running = state;
                Run(state, pass, _run, ambient);
                _running = null;
            }
            if (_stopped) return;
        }
    }
}
