namespace MetricsKit;

/// <summary>A background thread that works at passes until it is stopped; a collector that never returns keeps it, and nobody waits for it.</summary>
sealed class CollectorThread
{
    readonly Queue<CollectorPass> _passes = new(); // guarded by itself, which is also what the thread waits for
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
        lock (_passes)
        {
            if (_stopped) return; // whoever watches the pass finds another thread
            _passes.Enqueue(pass);
            Monitor.Pulse(_passes);
        }
    }

    internal void Stop()
    {
        lock (_passes)
        {
            _stopped = true;
            Monitor.Pulse(_passes);
        }
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
        while (Next() is { } pass)
        {
            while (!_stopped && pass.Take() is { } state)
            {
                _running = state;
                Run(state, pass, _run, ambient);
                _running = null;
            }
        }
    }

    /// <summary>The next pass, as soon as there is one; null when the thread is to end.</summary>
    CollectorPass? Next()
    {
        lock (_passes)
        {
            while (!_stopped && _passes.Count == 0) Monitor.Wait(_passes);
            return _stopped ? null : _passes.Dequeue();
        }
    }
}
