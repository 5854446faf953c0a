using System.Diagnostics.Metrics;
using MetricsKit.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using Xunit;

namespace MetricsKit.Tests.Providers;

/// <summary>The same recorded work through a snapshot, through the SDK and through a Prometheus server that scrapes <c>/metrics</c>.</summary>
public sealed class EqualityTests
{
    const string Foreign = "MetricsKit.Tests.Equality";

    static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [PrometheusFact]
    public async Task SameWork_ThroughThreeReaders_GivesTheSameNumbers()
    {
        SeenMetrics seen = new();
        await using var app = await StartAsync(seen);
        using ForeignWork foreign = new(Foreign);
        await WorkAsync(app.Services, foreign);

        using var snapshot = await app.Services.GetRequiredService<IMetricsSnapshotSource>().GetSnapshotAsync();
        MetricFamily[] families = [.. snapshot.Families.Where(static f => f.Meter is Foreign or "MetricsKit.Custom" || f.Meter == WorkMetrics.Definition.Name && f.Definition.Name != "work.share")];
        var ours = OfSnapshot(families);
        Assert.Equal(10 + 9 + 3 - 1, families.Length); // nothing of the work is left out, but a share that moves with the time
        AssertEqual(ours, seen.Collect().Where(p => families.Any(f => p.Key.StartsWith(f.Definition.Name + "{", StringComparison.Ordinal))));

        await using var prometheus = await PrometheusServer.StartAsync(new ScrapeTarget("equality", new Uri(new Uri(app.Urls.First()), "/metrics"), TimeSpan.FromMilliseconds(300)));
        await prometheus.WaitForAsync("work_plain_total", static samples => samples.Count == 1, _patience);
        AssertEqual(ours, PrometheusPoints.Of(await prometheus.QueryAsync("{job=\"equality\"}"), families));
    }

    static async Task<WebApplication> StartAsync(SeenMetrics seen)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddMetricsKit().AddMeter<WorkMetrics>().AddMeter(Foreign);
        builder.Services.AddTelemetry(m => m.AddMetricsKit().AddMeter(Foreign).AddReader(seen.Reader()));
        var app = builder.Build();
        app.MapMetricsKit();
        await app.StartAsync();
        seen.Of(app.Services.GetRequiredService<MeterProvider>());
        return app;
    }

    static async Task WorkAsync(IServiceProvider services, ForeignWork foreign)
    {
        var work = services.GetRequiredService<WorkMetrics>();
        var recorder = services.GetRequiredService<IMetricRecorder>();
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(seed => new Thread(() => Work(work, foreign, recorder, new(seed))) { IsBackground = true })];
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) Assert.True(thread.Join(_patience));

        // The last value counts: of one thread.
        foreach (string text in new[] { "x", "y" })
        {
            work.Gauge.Set(text.Length + 0.1, text);
            foreign.Gauge.Record(-0.3, new KeyValuePair<string, object?>("text", text));
            recorder.Record("recorded.level", 1.5, SampleKind.Gauge, ("text", text));
        }
        Assert.True(await recorder.FlushAsync(_patience));
    }

    static void Work(WorkMetrics work, ForeignWork foreign, IMetricRecorder recorder, Random random)
    {
        string[] texts = ["x", "y", "", "ü\"\\\n"], shifts = ["early", "late", "never"];
        var bound = work.Counter.Bind("bound", WorkLevel.High);
        var boundHistogram = work.Histogram.Bind("bound", WorkLevel.High);
        var boundUpDown = work.UpDown.Bind("bound");
        for (int i = 0; i < 2000; i++)
        {
            string text = texts[random.Next(texts.Length)], shift = shifts[random.Next(shifts.Length)];
            var level = (WorkLevel)random.Next(4); // one of them is out of range
            double value = random.NextDouble() * Math.Pow(10, random.Next(-4, 3));
            work.Plain.Add(1);
            work.Counter.Add(random.Next(100), text, level);
            work.Wide.Add(3, text, level, texts[i % 2], shift);
            work.Closed.Add(2, level, shift);
            work.UpDown.Add(random.Next(-50, 50), text);
            work.Times.Record(value);
            work.Histogram.Record(value, text, level);
            bound.Add(random.Next(3));
            boundHistogram.Record(value / 3);
            boundUpDown.Add(-1);
            foreign.Record(random.Next(1, 20), value, text);
            recorder.Record("recorded.energy", value, SampleKind.Counter, ("text", text));
            recorder.Record("recorded.weight", value, SampleKind.Histogram, ("text", text));
            // What is rejected reaches nobody.
            work.Counter.Add(-1, text, level);
            work.Histogram.Record(double.NaN, text, level);
        }
    }

    static Dictionary<string, SeenPoint> OfSnapshot(IEnumerable<MetricFamily> families)
    {
        Dictionary<string, SeenPoint> points = [];
        foreach (var family in families)
        {
            foreach (var series in family.Series)
            {
                // What is known beforehand is published at zero; the SDK knows what was recorded alone.
                if (series.Value == 0 && family.Definition.Kind != InstrumentKind.Gauge) continue;
                points.Add(SeenMetrics.NameOf(family.Definition.Name, series.Tags), new(series.Value, series.Sum, series.BucketCounts.ToArray(), family.Definition.Kind == InstrumentKind.Histogram ? [.. family.Bounds, double.PositiveInfinity] : []));
            }
        }
        return points;
    }

    static void AssertEqual(Dictionary<string, SeenPoint> ours, IEnumerable<KeyValuePair<string, SeenPoint>> theirs)
    {
        Dictionary<string, SeenPoint> others = new(theirs.Where(p => p.Value.Value != 0 || ours.ContainsKey(p.Key)).Select(static p => KeyValuePair.Create(Bare(p.Key), p.Value)));
        Assert.Equal(ours.Keys.Select(Bare).Order(StringComparer.Ordinal), others.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, point) in ours)
        {
            var other = others[Bare(name)];
            Assert.True(IsWithin(point.Value, other.Value), $"{name} is {point.Value} and {other.Value}");
            Assert.True(IsWithin(point.Sum, other.Sum), $"The sum of {name} is {point.Sum} and {other.Sum}");
            Assert.Equal(point.Buckets, other.Buckets);
            Assert.Equal(point.Bounds, other.Bounds);
        }
    }

    /// <summary>Whole numbers, which are most, exactly; sums of fractions depend on the order in which they were added up.</summary>
    static bool IsWithin(double one, double other) => one == other || (one != Math.Round(one) && Math.Abs(one - other) <= 1e-9 * Math.Max(Math.Abs(one), Math.Abs(other)));

    /// <summary>Prometheus has underscores in the place of dots in the keys of labels.</summary>
    static string Bare(string name) => name.Replace('.', '_');
}
