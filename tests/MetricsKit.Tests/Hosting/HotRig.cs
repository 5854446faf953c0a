using MetricsKit.Testing;
using MetricsKit.Tests.Collectors;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MetricsKit.Tests.Hosting;

/// <summary>A kit whose configuration a test changes, and what it says of it.</summary>
sealed class HotRig : IAsyncDisposable, ILoggerProvider, ILogger
{
    readonly List<string> _log = [];

    public HotRig(params (string, string?)[] start) : this(null, null, null, start) { }

    public HotRig(MemoryHostFiles machine, params (string, string?)[] start) : this(machine, null, null, start) { }

    public HotRig(FakeTimeProvider time, params (string, string?)[] start) : this(null, time, null, start) { }

    public HotRig(Action<MetricsKitOptions> code) : this(null, null, code, []) { }

    readonly FakeTimeProvider _own = new();

    HotRig(MemoryHostFiles? machine, FakeTimeProvider? time, Action<MetricsKitOptions>? code, (string Key, string? Value)[] start)
    {
        Configuration = new ConfigurationBuilder().AddInMemoryCollection(start.Select(static s => KeyValuePair.Create("MetricsKit:" + s.Key, s.Value))).Build();
        Kit = TestKit.Start(code, b => b.AddMeter<HotMetrics>().Services.AddLogging(l => l.AddProvider(this)), Configuration, time ?? _own, machine);
    }

    public TestKit Kit { get; }

    public IConfigurationRoot Configuration { get; }

    public bool Throws { get; set; }

    public HotMetrics Lane => Kit.Meter<HotMetrics>();

    public IReadOnlyList<string> Lines
    {
        get { lock (_log) return [.. _log]; }
    }

    public void Set(params ReadOnlySpan<(string Key, string? Value)> changes)
    {
        foreach (var (key, value) in changes) Configuration["MetricsKit:" + key] = value;
        Reload();
        _own.Advance(TimeSpan.FromSeconds(1)); // collectors are read again
    }

    public void Reload() => Configuration.Reload();

    /// <summary>What is shown but for the kit's own.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync()
    {
        using var snapshot = await Kit.SnapshotAsync();
        return [.. snapshot.Families.Where(static f => f.Meter is "Hot.Lane" && f.Series.Any()).Select(static f => f.Definition.Name)];
    }

    public ValueTask DisposeAsync() => Kit.DisposeAsync();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (Throws) throw new InvalidOperationException("The log is full.");
        if (eventId.Id is < 10 or > 14) return; // what others say
        lock (_log) _log.Add($"{logLevel}: {formatter(state, exception)}");
    }

    void IDisposable.Dispose() { }
}

/// <summary>A closed tag.</summary>
public enum HotSide { Left, Right }

/// <summary>An instrument of each kind that is switched in its own way.</summary>
public sealed class HotMetrics(Instruments<HotMetrics> instruments) : ICatalogMeter
{
    static class Rows
    {
        static readonly TagKey<string> Tag = TagKey.Open("tag");

        public static readonly InstrumentDefinition<CounterInstrument<string>> Open = Define.Counter("hot.open", "1", "Open.", Tag);
        public static readonly InstrumentDefinition<CounterInstrument<string, string, string>> Pair = Define.Counter("hot.pair", "1", "Wide.", Tag, TagKey.Open("second"), TagKey.Open("third"));
        public static readonly InstrumentDefinition<CounterInstrument<HotSide>> Closed = Define.Counter("hot.closed", "1", "Closed.", TagKey.OfEnum<HotSide>("side", "left", "right"));
        public static readonly InstrumentDefinition<GaugeInstrument<string>> Level = Define.Gauge("hot.level", "1", "Level.", Tag);
        public static readonly InstrumentDefinition<HistogramInstrument<string>> Time = Define.Histogram("hot.time", "s", "Time.", Tag);
    }

    public static MeterDefinition Definition { get; } = new("Hot.Lane", Rows.Open, Rows.Pair, Rows.Closed, Rows.Level, Rows.Time);

    public CounterInstrument<string> Open { get; } = instruments.Create(Rows.Open);

    public CounterInstrument<string, string, string> Pair { get; } = instruments.Create(Rows.Pair);

    public CounterInstrument<HotSide> Closed { get; } = instruments.Create(Rows.Closed);

    public GaugeInstrument<string> Level { get; } = instruments.Create(Rows.Level);

    public HistogramInstrument<string> Time { get; } = instruments.Create(Rows.Time);
}
