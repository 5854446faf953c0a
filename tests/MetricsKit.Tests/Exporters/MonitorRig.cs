using MetricsKit.Testing;
using Microsoft.Extensions.Logging;

namespace MetricsKit.Tests.Exporters;

/// <summary>A monitor over a real snapshot source, by a clock of the test's, with what it logs.</summary>
sealed class MonitorRig : IAsyncDisposable, IMetricsSnapshotSource
{
    static readonly TagKey<string> Type = TagKey.Open("type");
    static readonly InstrumentDefinition<CounterInstrument<string>> Row = Define.Counter("jobs.done", "{job}", "Jobs that are done.", Type);

    readonly InstrumentRegistry _registry = TestInstruments.Registry();
    readonly CollectorMonitor _collectors;
    readonly SnapshotSource _source;
    readonly CounterInstrument<string> _jobs;
    readonly List<ScriptedExporter> _exporters = [];

    public MonitorRig()
    {
        _jobs = _registry.Open(new("Jobs", Row)).Create(Row);
        _collectors = new(Time, Log);
        _source = new(new(_registry, "", []), _collectors, Time);
        Monitor = new(this, Time, Log, TimeSpan.FromSeconds(5));
    }

    public FakeTimeProvider Time { get; } = new();

    public LogLines Log { get; } = new();

    public ExporterMonitor Monitor { get; }

    /// <summary>How many snapshots were read rather than shared.</summary>
    public long Reads => _source.Reads;

    /// <summary>Thrown instead of a snapshot.</summary>
    public Exception? Fault { get; set; }

    public void Job() => _jobs.Add(1, "any");

    /// <summary>Begins an exporter with an interval of ten seconds.</summary>
    public ScriptedExporter Start(string name = "one", double timeout = 4, double interval = 10)
    {
        ScriptedExporter exporter = new(Time);
        _exporters.Add(exporter);
        Monitor.Start(name, exporter, new() { Interval = TimeSpan.FromSeconds(interval), Timeout = TimeSpan.FromSeconds(timeout) });
        exporter.Ledger = Monitor.Pumps[^1].Ledger;
        return exporter;
    }

    /// <summary>Lets so many seconds pass.</summary>
    public void Pass(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>Waits for what other threads bring about at the time that the clock shows.</summary>
    public static Task UntilAsync(Func<bool> condition, string what) => Eventually.BecomesAsync(condition, Threads.Patience, what);

    /// <summary>The same while time passes in small steps.</summary>
    public Task PassUntilAsync(Func<bool> condition, string what) => Eventually.BecomesAsync(
        () =>
        {
            if (condition()) return true;
            Pass(0.5);
            return condition();
        },
        Threads.Patience, what);

    public ValueTask<MetricsSnapshot> GetSnapshotAsync(TimeSpan maxAge = default, CancellationToken cancellationToken = default) =>
        Fault is { } fault ? throw fault : _source.GetSnapshotAsync(maxAge, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _exporters.ForEach(static e => e.Heal());
        var stopped = Monitor.StopAsync(TimeSpan.Zero);
        await PassUntilAsync(() => stopped.IsCompleted, "the monitor has stopped");
        _source.Dispose();
        _collectors.Dispose();
        _registry.Dispose();
    }
}

/// <summary>An exporter that does what a test tells it to.</summary>
sealed class ScriptedExporter(TimeProvider time) : IMetricExporter, IAsyncDisposable
{
    readonly DateTimeOffset _start = time.GetUtcNow();
    readonly ManualResetEventSlim _healed = new(initialState: true);
    readonly Lock _lock = new();
    readonly List<double> _at = [], _begun = [], _totals = [];
    int _calls, _hung, _disposed;

    public ExportLedger Ledger { get; set; } = new();

    /// <summary>What it does before it takes the snapshot.</summary>
    public Action<CancellationToken>? Act { get; set; }

    public Action? ActAtDisposal { get; set; }

    /// <summary>When it was called, in seconds.</summary>
    public IReadOnlyList<double> At
    {
        get { lock (_lock) return [.. _at]; }
    }

    /// <summary>What the snapshots said when it was given them.</summary>
    public IReadOnlyList<double> Begun
    {
        get { lock (_lock) return [.. _begun]; }
    }

    /// <summary>What they said when it had done with them, in the order in which it had.</summary>
    public IReadOnlyList<double> Totals
    {
        get { lock (_lock) return [.. _totals]; }
    }

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>How many calls hang.</summary>
    public int Hung => Volatile.Read(ref _hung);

    public int Disposed => Volatile.Read(ref _disposed);

    public long Ended => Ledger.Successes + Ledger.Failures + Ledger.Timeouts;

    /// <summary>From now on it ignores that it is cancelled and does not return.</summary>
    public void Hang() => _healed.Reset();

    public void Heal() => _healed.Set();

    public ValueTask ExportAsync(MetricsSnapshot snapshot, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _at.Add((time.GetUtcNow() - _start).TotalSeconds);
            _begun.Add(snapshot.Total("jobs.done"));
        }
        Interlocked.Increment(ref _calls);
        Act?.Invoke(cancellationToken);
        Interlocked.Increment(ref _hung);
        if (!_healed.Wait(Threads.Patience, CancellationToken.None)) throw new TimeoutException("The test never healed it.");
        Interlocked.Decrement(ref _hung);
        lock (_lock) _totals.Add(snapshot.Total("jobs.done"));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Interlocked.Increment(ref _disposed);
        ActAtDisposal?.Invoke();
        return ValueTask.CompletedTask;
    }
}

/// <summary>A log that keeps its lines.</summary>
sealed class LogLines : ILogger
{
    readonly Lock _lock = new();
    readonly List<string> _all = [];

    public IReadOnlyList<string> All
    {
        get { lock (_lock) return [.. _all]; }
    }

    /// <summary>Thrown by every line, after it was kept.</summary>
    public Exception? Fault { get; set; }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lock) _all.Add($"{logLevel}: {formatter(state, exception)}");
        if (Fault is { } fault) throw fault;
    }
}
