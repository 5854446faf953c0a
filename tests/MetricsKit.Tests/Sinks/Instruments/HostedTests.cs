using MetricsKit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MetricsKit.Tests.Sinks.Instruments;

/// <summary>From the recorder of a host to its scrape.</summary>
public sealed class HostedTests
{
    [Theory]
    [InlineData(ExpositionFormat.PrometheusText)]
    [InlineData(ExpositionFormat.OpenMetrics)]
    [Trait("Requirement", "S1-033")]
    [Trait("Requirement", "S2-009")]
    public async Task Recorded_Samples_StandBesideThePredefinedInstruments(ExpositionFormat format)
    {
        await using var kit = TestKit.Start(static o =>
        {
            o.Prefix = "oht50";
            o.Tags["site"] = "north";
        });
        var recorder = kit.Services.GetRequiredService<IMetricRecorder>();
        var energy = recorder.Series("line.energy", SampleKind.Counter, ("line", "a"));
        Assert.True(energy.Record(1.5) && energy.Record(2));
        Assert.True(recorder.Record("temperature_celsius", 21.5));
        Assert.True(recorder.Record("weight", 70, SampleKind.Histogram));
        kit.Meter<BusinessMetrics>().ConfigChanged("network");
        Assert.True(await recorder.FlushAsync(Threads.Patience));

        var scrape = await kit.ScrapeAsync(format);
        Assert.Equal(3.5, scrape.Value("oht50_line_energy_total", ("line", "a"), ("site", "north")));
        Assert.Equal(21.5, scrape.Value("oht50_temperature_celsius", ("site", "north")));
        Assert.Equal(1, scrape.Value("oht50_weight_count", ("site", "north")));
        Assert.Equal(1, scrape.Value("oht50_config_changes_total", ("config_type", "network"), ("site", "north")));
        await ShowsAsync(kit, 4, "metricskit_sink_samples_acknowledged_total", ("sink", "instruments"));
    }

    [Fact]
    [Trait("Requirement", "S2-044")]
    public async Task Configuration_Alone_DecidesAboutCustomMetrics()
    {
        var configuration = TestKit.Configuration(("Prefix", "plant"), ("Tags:site", "north"), ("Sinks:Instruments:Bounds:0", "10"), ("Sinks:Instruments:Bounds:1", "20.5"), ("Sinks:Instruments:MaxMetrics", "2"), ("Sinks:Instruments:MaxSeries", "1"));
        await using var kit = TestKit.Start(configuration: configuration);
        var recorder = kit.Services.GetRequiredService<IMetricRecorder>();
        foreach (string tag in new[] { "1", "2", "3" }) recorder.Record("weight", 15, SampleKind.Histogram, ("n", tag));
        recorder.Record("level", 1);
        recorder.Record("other", 1);
        await recorder.FlushAsync(Threads.Patience);

        var scrape = await kit.ScrapeAsync();
        Assert.Equal(["10.0", "20.5", "+Inf"], scrape.Samples.Where(static s => s.Name == "plant_weight_bucket" && s["n"] == "1").Select(static s => s["le"]));
        Assert.Equal(2, scrape.Value("plant_weight_count", ("site", "north"), ("otel_metric_overflow", "true")));
        Assert.Equal(1, scrape.Value("plant_level", ("site", "north")));
        Assert.DoesNotContain(scrape.Families, static f => f.Name == "plant_other");
        await ShowsAsync(kit, 1, "metricskit_sink_samples_dropped_total", ("sink", "instruments"), ("reason", "refused"));
        await ShowsAsync(kit, 2, "metricskit_series_folded_total", ("instrument", "weight"));
    }

    [Fact]
    public async Task Switch_Off_RecordsNowhere()
    {
        await using var kit = TestKit.Start(configuration: TestKit.Configuration(("Sinks:Instruments:Enabled", "false")));
        var recorder = kit.Services.GetRequiredService<IMetricRecorder>();
        recorder.Record("level", 1);
        await recorder.FlushAsync(Threads.Patience);
        Assert.False((await kit.ScrapeAsync()).TryValue("level", out _));
    }

    [Theory]
    [InlineData("MaxMetrics", "0", "MetricsKit:Sinks:Instruments:MaxMetrics is 0: it must be at least 1.")]
    [InlineData("MaxSeries", "-1", "MetricsKit:Sinks:Instruments:MaxSeries is -1: it must be at least 1.")]
    [InlineData("Bounds:0", "NaN", "MetricsKit:Sinks:Instruments:Bounds must be finite: the bucket up to infinity is added by itself.")]
    [InlineData("Bounds:0", "x", "MetricsKit:Sinks:Instruments:Bounds has 'x', which is not a number.")]
    public void Options_OfNoUse_StopTheStart(string key, string value, string fault) =>
        Assert.Contains(fault, TestKit.Faults(configuration: TestKit.Configuration(("Sinks:Instruments:" + key, value))));

    [Fact]
    public async Task ConflictsAndLimits_OfCustomMetrics_AreCountedAndLoggedOnce()
    {
        Lines lines = new();
        await using var kit = TestKit.Start(static o => o.Sinks.Instruments.MaxMetrics = 2, b => b.Services.AddLogging(l => l.AddProvider(lines)));
        var recorder = kit.Services.GetRequiredService<IMetricRecorder>();
        for (int i = 0; i < 3; i++)
        {
            recorder.Record("config_changes", 1); // a predefined counter has the name
            recorder.Record("level", 2);
            recorder.Record("other", 3);
            await recorder.FlushAsync(Threads.Patience);
            await kit.ScrapeAsync();
        }
        await ShowsAsync(kit, 6, "metricskit_sink_samples_dropped_total", ("sink", "instruments"), ("reason", "refused"));
        await ShowsAsync(kit, 1, "metricskit_name_conflicts");
        Assert.Equal(2, await kit.ValueAsync("level"));
        Assert.Single(lines.All, static l => l.Contains("config_changes of the meter MetricsKit.Custom has no name in Prometheus: config_changes belongs to config.changes", StringComparison.Ordinal));
        Assert.Single(lines.All, static l => l.Contains("more metrics than MaxMetrics allows (2)", StringComparison.Ordinal));
    }

    // The kit's own metrics are read at most every 250 ms.
    static Task ShowsAsync(TestKit kit, double value, string name, params (string, string)[] labels) =>
        Eventually.BecomesAsync(async () => (await kit.ScrapeAsync()).TryValue(name, out double shown, labels) && shown == value, Threads.Patience, $"{name} is {value}");

    sealed class Lines : ILoggerProvider, ILogger
    {
        readonly List<string> _all = [];

        public IReadOnlyList<string> All
        {
            get { lock (_all) return [.. _all]; }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_all) _all.Add(formatter(state, exception));
        }

        public void Dispose() { }
    }
}
