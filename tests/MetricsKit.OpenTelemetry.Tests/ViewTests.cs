using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Xunit;

namespace MetricsKit.Tests.Providers;

/// <summary>What rows and configuration say about an instrument holds under a provider as well.</summary>
public sealed class ViewTests
{
    [Fact]
    public async Task Bounds_OfRowAndOfConfiguration_AreTheProviders()
    {
        await using Rig rig = new(static o => o.Instruments["work.times"] = new() { Bounds = [1, 2, 4] });
        rig.Work.Times.Record(3);
        rig.Work.Histogram.Record(3, "x", WorkLevel.Low);

        var points = rig.Collect();
        Assert.Equal([1, 2, 4, double.PositiveInfinity], points["work.times{}"].Bounds);
        Assert.Equal([0, 0, 1, 0], points["work.times{}"].Buckets);
        Assert.Equal([0.001, 0.01, 0.1, 0.5, 1, 5, 50, double.PositiveInfinity], points["work.histogram{level=low,text=x}"].Bounds);
    }

    [Fact]
    public async Task OpenTags_PastMaxSeries_FoldAtTheProviderToo()
    {
        await using Rig rig = new(static o => o.Instruments["work.updown"] = new() { MaxSeries = 8 });
        for (int i = 0; i < 20; i++) rig.Work.UpDown.Add(1, $"t{i}");
        for (int i = 0; i < 20; i++) rig.Work.Gauge.Set(i, $"t{i}"); // not limited: the row's thousand

        var points = rig.Collect();
        Assert.Equal(9, points.Count(static p => p.Key.StartsWith("work.updown{", StringComparison.Ordinal)));
        Assert.Equal(12, points["work.updown{otel.metric.overflow=True}"].Value);
        Assert.Equal(20, points.Count(static p => p.Key.StartsWith("work.gauge{", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ClosedTags_InAllCombinations_HaveRoom()
    {
        await using Rig rig = new();
        foreach (string shift in new[] { "early", "late", "never" })
        {
            for (int level = 0; level < 4; level++) rig.Work.Closed.Add(1, (WorkLevel)level, shift);
        }
        var points = rig.Collect();
        Assert.Equal(12, points.Count(static p => p.Key.StartsWith("work.closed{", StringComparison.Ordinal)));
        Assert.Equal(1, points["work.closed{level=_OTHER,shift=_OTHER}"].Value);
    }

    [Fact]
    public async Task TagsAndNames_OfConfiguration_AreTheProviders()
    {
        await using Rig rig = new(static o => o.Instruments["work.counter"] = new() { TagKeys = ["level"], Name = "pieces.made" });
        rig.Work.Counter.Add(1, "x", WorkLevel.Low);
        rig.Work.Counter.Add(2, "y", WorkLevel.Low);
        rig.Work.Counter.Bind("z", WorkLevel.High).Add(4);

        var points = rig.Collect();
        Assert.Equal(3, points["pieces.made{level=low}"].Value);
        Assert.Equal(4, points["pieces.made{level=high}"].Value);
        Assert.DoesNotContain(points, static p => p.Key.StartsWith("work.counter", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Instruments_ThatAreSwitchedOff_AreNotMeasured()
    {
        await using Rig rig = new(static o =>
        {
            o.Instruments["work.plain"] = new() { Enabled = false };
            o.Instruments["work.counter"] = new() { Enabled = false }; // goes on for the sake of the share that is derived from it
        });
        rig.Work.Plain.Add(1);
        rig.Work.Counter.Add(1, "x", WorkLevel.High);
        rig.Work.UpDown.Add(1, "x");

        Assert.DoesNotContain(rig.Collect(), static p => p.Key.StartsWith("work.plain", StringComparison.Ordinal) || p.Key.StartsWith("work.counter", StringComparison.Ordinal));
        Assert.Contains("MetricsKit.Tests.Work/work.updown", rig.Seen.Streams);
    }

    [Fact]
    public async Task Kit_ThatIsSwitchedOff_SaysThatAlone()
    {
        await using Rig rig = new(static o => o.Enabled = false);
        rig.Work.Plain.Add(1);
        Assert.Equal(["metricskit.enabled{}"], rig.Collect().Keys);
        Assert.Equal(0, rig.Seen.Points["metricskit.enabled{}"].Value);
    }

    [Fact]
    public async Task View_OfTheUser_TakesThePlaceOfTheKits()
    {
        await using Rig rig = new(view: static i => i.Name == "work.histogram" ? new Base2ExponentialBucketHistogramConfiguration() : null);
        rig.Work.Histogram.Record(3, "x", WorkLevel.Low);

        Assert.Empty(rig.Collect()["work.histogram{level=low,text=x}"].Bounds);
        Assert.Single(rig.Seen.Streams, static s => s.EndsWith("/work.histogram", StringComparison.Ordinal));
    }

    [Fact]
    public async Task View_OfASecondCall_IsAskedToo()
    {
        await using Rig rig = new(
            view: static i => i.Name == "work.plain" ? MetricStreamConfiguration.Drop : null,
            further: static i => i.Name == "work.updown" ? MetricStreamConfiguration.Drop : null);
        rig.Work.Plain.Add(1);
        rig.Work.UpDown.Add(1, "x");
        rig.Work.Counter.Add(1, "x", WorkLevel.Low);

        Assert.Equal(["work.counter{level=low,text=x}"], rig.Collect().Keys.Where(static k => k is "work.plain{}" or "work.updown{text=x}" or "work.counter{level=low,text=x}"));
    }

    [Fact]
    public async Task View_ThatThrows_IsIgnoredAndTheCallerUnharmed()
    {
        await using Rig rig = new(view: static i => i.Name == "work.plain" ? throw new InvalidOperationException("A view of a test.") : null);
        rig.Work.Plain.Add(1);
        rig.Work.UpDown.Add(1, "x");
        Assert.Equal(1, rig.Collect()["work.updown{text=x}"].Value);
        using var snapshot = await rig.Kit.GetSnapshotAsync();
        Assert.Equal(1, snapshot.Total("work.plain"));
    }

    [Fact]
    public async Task RecordedMetrics_OfAnyName_AreMeasured()
    {
        await using Rig rig = new();
        rig.Kit.Recorder.Record("größe", -3, SampleKind.Gauge, ("le", "x"));
        rig.Kit.Recorder.Record("weight", 30, SampleKind.Histogram);
        Assert.True(await rig.Kit.Recorder.FlushAsync(TimeSpan.FromSeconds(60)));

        var points = rig.Collect();
        Assert.Equal(-3, points["größe{le=x}"].Value);
        Assert.Equal(1, points["weight{}"].Value);
    }

    [Fact]
    public async Task Tags_OfTheHost_AreAttributesOfTheResource()
    {
        await using Rig rig = new(static o => o.Tags["service_id"] = "fleet-7");
        rig.Work.Plain.Add(1);
        Assert.Equal(1, rig.Collect()["work.plain{}"].Value);
        Assert.Equal("fleet-7", rig.Seen.Resource["service_id"]);
    }

    /// <summary>A kit with its own provider.</summary>
    sealed class Rig : IAsyncDisposable
    {
        readonly MeterProvider _provider;

        public Rig(Action<MetricsKitOptions>? options = null, Func<System.Diagnostics.Metrics.Instrument, MetricStreamConfiguration?>? view = null, Func<System.Diagnostics.Metrics.Instrument, MetricStreamConfiguration?>? further = null)
        {
            Kit = MetricsKitHost.Create(b =>
            {
                b.AddMeter<WorkMetrics>();
                if (options is not null) b.Services.Configure(options);
            });
            _provider = Seen.Of(Sdk.CreateMeterProviderBuilder().AddMetricsKit(Kit, view).AddMetricsKit(Kit, further).AddReader(Seen.Reader()).Build());
        }

        public MetricsKitHost Kit { get; }

        public SeenMetrics Seen { get; } = new();

        public WorkMetrics Work => Kit.GetMeter<WorkMetrics>();

        public Dictionary<string, SeenPoint> Collect() => Seen.Collect();

        public ValueTask DisposeAsync()
        {
            _provider.Dispose();
            return Kit.DisposeAsync();
        }
    }
}
