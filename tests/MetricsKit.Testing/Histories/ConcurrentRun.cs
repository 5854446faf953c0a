namespace MetricsKit.Testing;

/// <summary>Threads that do short scripts at the same time, round after round, and write down when each call began and returned.</summary>
public sealed class ConcurrentRun : IDisposable
{
    // Longer than any round takes on a loaded machine; past it a test fails and does not hang.
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    readonly Thread[] _threads;
    readonly Barrier _barrier;
    Action<int>? _round;
    Exception? _failure;
    int _ready;
    long _clock;

    /// <summary>Starts so many threads.</summary>
    public ConcurrentRun(int threads)
    {
        _barrier = new Barrier(threads + 1);
        _threads = [.. Enumerable.Range(0, threads).Select(number => new Thread(() => Work(number)) { IsBackground = true })];
        Array.ForEach(_threads, static t => t.Start());
    }

    /// <summary>Runs one script on each thread, all at once, and gives the history of their calls.</summary>
    /// <param name="scripts">For each thread its operations, one after another; each does what it does and says what it was.</param>
    public IReadOnlyList<HistoryCall<TOperation>> Round<TOperation>(params IReadOnlyList<Func<TOperation>>[] scripts)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(scripts.Length, _threads.Length);
        var calls = scripts.Select(static s => new HistoryCall<TOperation>[s.Count]).ToArray();
        _round = thread =>
        {
            for (var i = 0; i < scripts[thread].Count; i++)
            {
                var began = Interlocked.Increment(ref _clock);
                var operation = scripts[thread][i]();
                calls[thread][i] = new HistoryCall<TOperation>(operation, began, Interlocked.Increment(ref _clock));
            }
        };
        Volatile.Write(ref _ready, 0);
        Meet(); // they begin
        Meet(); // they have ended
        return _failure is { } failure ? throw new InvalidOperationException("A script failed.", failure) : calls.SelectMany(static c => c).ToList();
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        _round = null;
        Meet();
        Array.ForEach(_threads, static t => t.Join());
        _barrier.Dispose();
    }

    void Work(int thread)
    {
        while (true)
        {
            _barrier.SignalAndWait();
            if (_round is not { } round)
            {
                return;
            }

            try
            {
                // The barrier wakes them one after another; short scripts would hardly overlap.
                Interlocked.Increment(ref _ready);
                SpinWait wait = default;
                while (Volatile.Read(ref _ready) < _threads.Length)
                {
                    wait.SpinOnce(sleep1Threshold: -1);
                }

                round(thread);
            }
            catch (Exception failure)
            {
                _failure = failure;
            }

            _barrier.SignalAndWait();
        }
    }

    void Meet()
    {
        if (!_barrier.SignalAndWait(_patience))
        {
            throw new TimeoutException("A script never ended.");
        }
    }
}
