using System.Diagnostics.Metrics;
using MetricsKit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MetricsKit.Tests.Hosting;

/// <summary>What was not taken as it came is visible in the kit's own metrics, and named once in the log.</summary>
public sealed class OwnMetricsTests
{
    [Fact]
    public async Task Rejected_OfEachReason_IsShown()
    {
        await using var kit = TestKit.Start(static o => o.Instruments["cache.size"] = new() { MaxSeries = 1 });
        kit.Meter<BusinessMetrics>().TelemetryReceived("battery", "m1", -5);
        kit.Meter<BusinessMetrics>().TelemetryReceived(new string('x', 300), "m1");
        var performance = kit.Meter<PerformanceMetrics>();
        performance.CacheResized("one", 1);
        performance.CacheResized("two", 2);
        performance.CacheResized("two", 3);
        kit.Services.GetRequiredService<InstrumentRegistry>().Ledger.Count(LedgerEntry.NotFinite);
        var scrape = await kit.ScrapeAsync();

        Assert.Equal(1, scrape.Value("metricskit_measurements_rejected_total", ("reason", "negative")));
        Assert.Equal(2, scrape.Value("metricskit_measurements_rejected_total", ("reason", "past_limit")));
        Assert.Equal(1, scrape.Value("metricskit_measurements_rejected_total", ("reason", "not_finite")));
        Assert.Equal(1, scrape.Value("metricskit_tag_values_truncated_total"));
        Assert.Equal(1, scrape.Value("metricskit_enabled"));
        Assert.True(scrape.Value("metricskit_cell_bytes") > 0);
        Assert.DoesNotContain(scrape.Families, static f => f.Name == "metricskit_series_folded_total");
    }

    [Fact]
    public async Task ListenerErrors_OfAForeignListener_AreShown()
    {
        await using var kit = TestKit.Start();
        var mine = kit.Services.GetRequiredService<IMeterFactory>();
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, me) => { if (instrument.Meter.Scope == mine && instrument.Name == "config.changes") me.EnableMeasurementEvents(instrument); };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => throw new InvalidOperationException("not mine"));
        listener.Start();
        kit.Meter<BusinessMetrics>().ConfigChanged("network");

        Assert.Equal(1, await kit.ValueAsync("metricskit.listener.errors"));
        Assert.Equal(1, await kit.TotalAsync("config.changes"));
    }

    [Fact]
    public async Task FoldsAndConflicts_SnapshotAfterSnapshot_AreLoggedOnce()
    {
        Lines lines = new();
        FakeTimeProvider time = new();
        await using var kit = TestKit.Start(
            static o => o.Instruments["config.changes"] = new() { MaxSeries = 2 },
            b => { b.Services.AddLogging(l => l.AddProvider(lines)); b.AddMeter<Colliding>(); },
            time: time);
        foreach (string type in new[] { "a", "b", "c", "d" }) kit.Meter<BusinessMetrics>().ConfigChanged(type);
        for (int i = 0; i < 4; i++)
        {
            await kit.ScrapeAsync(); // names are decided by the first snapshot and reported by the next
            time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Single(lines.All, static l => l.Contains("config.changes has 2 series of at most 2", StringComparison.Ordinal) && l.Contains("label config_type (such as a, b)", StringComparison.Ordinal));
        Assert.Single(lines.All, static l => l.Contains("of the meter Fleet.Colliding has no name in Prometheus: missions_total belongs to missions already", StringComparison.Ordinal));
        Assert.Equal(1, await kit.ValueAsync("metricskit.name.conflicts"));
        Assert.Equal(2, await kit.ValueAsync("metricskit.series.folded", ("instrument", "config.changes")));
    }

    public sealed class Colliding : ICatalogMeter
    {
        static readonly InstrumentDefinition<CounterInstrument> Row = Define.Counter("missions.total", "1", "Missions of somebody else.");

        public static MeterDefinition Definition { get; } = new("Fleet.Colliding", Row);

        public Colliding(Instruments<Colliding> instruments) => instruments.Create(Row).Add(5);
    }

    sealed class Lines : ILoggerProvider, ILogger
    {
        readonly List<string> _all = [];

        public IReadOnlyList<string> All
        {
            get { lock (_all) return [.. _all]; }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_all) _all.Add(formatter(state, exception));
        }

        public void Dispose() { }
    }
}
