using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Xunit;

namespace MetricsKit.Tests.Parity;

/// <summary>The same recorded work through our snapshot and through the OpenTelemetry SDK that listens to our meters.</summary>
public sealed class OpenTelemetryParityTests
{
    [Fact]
    public async Task Sdk_ListeningFromTheStart_CountsWhatTheSnapshotCounts()
    {
        // The provider is built before any of our meters exists.
        using Sdk sdk = new(ParityMeter<FromTheStart>.Name);
        await using var kit = MetricsKitHost.Create(static b => b.AddMeter<ParityMeter<FromTheStart>>());
        Work(kit.GetMeter<ParityMeter<FromTheStart>>(), seed: 1);
        using var snapshot = await kit.GetSnapshotAsync();
        AssertEqual(Ours(snapshot), sdk.Collect());
    }

    [Fact]
    public async Task Sdk_BuiltAfterOurMeters_CountsWhatTheSnapshotCounts()
    {
        await using var kit = MetricsKitHost.Create(static b => b.AddMeter<ParityMeter<BuiltAfter>>());
        using Sdk sdk = new(ParityMeter<BuiltAfter>.Name);
        Work(kit.GetMeter<ParityMeter<BuiltAfter>>(), seed: 2);
        using var snapshot = await kit.GetSnapshotAsync();
        AssertEqual(Ours(snapshot), sdk.Collect());
    }

    [Fact]
    public async Task Sdk_ManyThreads_CountsWhatTheSnapshotCounts()
    {
        using Sdk sdk = new(ParityMeter<ManyThreads>.Name);
        await using var kit = MetricsKitHost.Create(static b => b.AddMeter<ParityMeter<ManyThreads>>());
        var meter = kit.GetMeter<ParityMeter<ManyThreads>>();
        Parallel.For(0, 4, thread => Work(meter, seed: thread, withGauge: false));
        using var snapshot = await kit.GetSnapshotAsync();
        AssertEqual(Ours(snapshot), sdk.Collect());
    }

    [Fact]
    public async Task Sdk_WithAViewThatDropsATag_CountsTheSumOverIt()
    {
        using Sdk sdk = new(ParityMeter<WithAView>.Name, static b => b
            .AddView("parity.counter", new MetricStreamConfiguration { TagKeys = ["text"] })
            .AddView("parity.histogram", new MetricStreamConfiguration { TagKeys = [] }));
        await using var kit = MetricsKitHost.Create(static b => b.AddMeter<ParityMeter<WithAView>>());
        Work(kit.GetMeter<ParityMeter<WithAView>>(), seed: 3);
        using var snapshot = await kit.GetSnapshotAsync();
        AssertEqual(Ours(snapshot, dropped: ["level"], droppedOfHistograms: ["text", "level"]), sdk.Collect());
    }

    [Fact]
    public async Task Sdk_WithTwoHostsUnderIt_CountsTheSumOfBoth()
    {
        using Sdk sdk = new(ParityMeter<TwoHosts>.Name);
        await using var one = MetricsKitHost.Create(static b => b.AddMeter<ParityMeter<TwoHosts>>());
        await using var other = MetricsKitHost.Create(static b => b.AddMeter<ParityMeter<TwoHosts>>());
        Work(one.GetMeter<ParityMeter<TwoHosts>>(), seed: 4, withGauge: false);
        Work(other.GetMeter<ParityMeter<TwoHosts>>(), seed: 5, withGauge: false);
        using var first = await one.GetSnapshotAsync();
        using var second = await other.GetSnapshotAsync();
        var sum = Ours(first);
        foreach (var (name, point) in Ours(second)) sum[name] = sum.TryGetValue(name, out var there) ? there.Add(point) : point;
        AssertEqual(sum, sdk.Collect());
    }

    [Fact]
    public async Task Sdk_AfterOneOfTwoHostsIsGone_KeepsWhatItCounted()
    {
        using Sdk sdk = new(ParityMeter<OneIsGone>.Name);
        await using var stays = MetricsKitHost.Create(static b => b.AddMeter<ParityMeter<OneIsGone>>());
        var gone = MetricsKitHost.Create(static b => b.AddMeter<ParityMeter<OneIsGone>>());
        stays.GetMeter<ParityMeter<OneIsGone>>().Counter.Add(5, "x", Level.Low);
        var handle = gone.GetMeter<ParityMeter<OneIsGone>>().Counter.Bind("x", Level.Low);
        handle.Add(7);
        Assert.Equal(12, sdk.Collect()["parity.counter{level=low,text=x}"].Value);
        await gone.DisposeAsync();
        handle.Add(100);
        stays.GetMeter<ParityMeter<OneIsGone>>().Counter.Add(1, "x", Level.Low);
        Assert.Equal(6, (await Total(stays)));
        Assert.Equal(13, sdk.Collect()["parity.counter{level=low,text=x}"].Value);

        static async Task<double> Total(MetricsKitHost host)
        {
            using var snapshot = await host.GetSnapshotAsync();
            return snapshot.Total("parity.counter");
        }
    }

    static void Work<T>(ParityMeter<T> meter, int seed, bool withGauge = true)
    {
        Random random = new(seed);
        string[] texts = ["x", "y", "z", ""];
        var bound = meter.Counter.Bind("bound", Level.High);
        var boundHistogram = meter.Histogram.Bind("bound", Level.High);
        for (int i = 0; i < 5000; i++)
        {
            string text = texts[random.Next(texts.Length)];
            var level = (Level)random.Next(4); // one of them is out of range
            meter.Counter.Add(random.Next(100), text, level);
            bound.Add(random.Next(3));
            meter.UpDown.Add(random.Next(-50, 50), text);
            double value = random.NextDouble() * Math.Pow(10, random.Next(-4, 3));
            meter.Histogram.Record(value, text, level);
            boundHistogram.Record(value / 3);
            if (withGauge) meter.Gauge.Set(value, text);
            // What we reject never reaches anybody else.
            meter.Counter.Add(-1, text, level);
            meter.Histogram.Record(double.NaN, text, level);
        }
    }

    static Dictionary<string, Point> Ours(MetricsSnapshot snapshot, string[]? dropped = null, string[]? droppedOfHistograms = null)
    {
        Dictionary<string, Point> points = [];
        foreach (var family in snapshot.Families.Where(static f => f.Definition.Name.StartsWith("parity.", StringComparison.Ordinal)))
        {
            bool histogram = family.Definition.Kind == InstrumentKind.Histogram;
            string[] without = (family.Definition.Name == "parity.counter" ? dropped : histogram ? droppedOfHistograms : null) ?? [];
            foreach (var series in family.Series)
            {
                string name = NameOf(family.Definition.Name, series.Tags.Where(t => !without.Contains(t.Key)).Select(static t => KeyValuePair.Create<string, object?>(t.Key, t.Value)));
                Point point = new(series.Value, series.Sum, series.BucketCounts.ToArray());
                // A series that is known beforehand is published at zero; the SDK knows only what was recorded.
                if (point.Value == 0 && family.Definition.Kind != InstrumentKind.Gauge) continue;
                points[name] = points.TryGetValue(name, out var there) ? there.Add(point) : point;
            }
        }
        return points;
    }

    static string NameOf(string instrument, IEnumerable<KeyValuePair<string, object?>> tags) =>
        $"{instrument}{{{string.Join(',', tags.OrderBy(static t => t.Key, StringComparer.Ordinal).Select(static t => string.Create(CultureInfo.InvariantCulture, $"{t.Key}={t.Value}")))}}}";

    static void AssertEqual(Dictionary<string, Point> ours, Dictionary<string, Point> theirs)
    {
        Assert.NotEmpty(ours);
        Assert.Equal(ours.Keys.Order(StringComparer.Ordinal), theirs.Where(static p => p.Value.Value != 0).Select(static p => p.Key).Order(StringComparer.Ordinal));
        foreach (var (name, point) in ours)
        {
            Assert.Equal(point.Value, theirs[name].Value);
            Assert.Equal(point.Buckets, theirs[name].Buckets);
            Assert.Equal(point.Sum, theirs[name].Sum, 1e-9 * Math.Max(1, Math.Abs(point.Sum)));
        }
    }

    sealed record Point(double Value, double Sum, long[] Buckets)
    {
        public Point Add(Point other) => new(Value + other.Value, Sum + other.Sum, [.. Buckets.Zip(other.Buckets, static (a, b) => a + b)]);
    }

    public enum Level { Low, Middle, High }

    /// <summary>A meter of a name of its own for each test: the SDK listens to the whole process by name.</summary>
    sealed class ParityMeter<TTest> : ICatalogMeter
    {
        static class Rows
        {
            static readonly TagKey<string> Text = TagKey.Open("text");
            static readonly TagKey<Level> Level = TagKey.OfEnum<Level>("level", "low", "middle", "high");

            public static readonly InstrumentDefinition<CounterInstrument<string, Level>> Counter = Define.Counter("parity.counter", "1", "Counts.", Text, Level);
            public static readonly InstrumentDefinition<UpDownCounterInstrument<string>> UpDown = Define.UpDownCounter("parity.updown", "1", "Goes up and down.", Text);
            public static readonly InstrumentDefinition<GaugeInstrument<string>> Gauge = Define.Gauge("parity.gauge", "1", "Is set.", Text);
            public static readonly InstrumentDefinition<HistogramInstrument<string, Level>> Histogram = Define.Histogram("parity.histogram", "s", "Is recorded.", Text, Level) with { Bounds = [0.001, 0.01, 0.1, 0.5, 1, 5, 50] };
        }

        public static string Name { get; } = "Parity." + typeof(TTest).Name;

        public static MeterDefinition Definition { get; } = new(Name, Rows.Counter, Rows.UpDown, Rows.Gauge, Rows.Histogram);

        public ParityMeter(Instruments<ParityMeter<TTest>> instruments)
        {
            Counter = instruments.Create(Rows.Counter);
            UpDown = instruments.Create(Rows.UpDown);
            Gauge = instruments.Create(Rows.Gauge);
            Histogram = instruments.Create(Rows.Histogram);
        }

        public CounterInstrument<string, Level> Counter { get; }

        public UpDownCounterInstrument<string> UpDown { get; }

        public GaugeInstrument<string> Gauge { get; }

        public HistogramInstrument<string, Level> Histogram { get; }
    }

    public sealed class FromTheStart;

    public sealed class BuiltAfter;

    public sealed class ManyThreads;

    public sealed class WithAView;

    public sealed class TwoHosts;

    public sealed class OneIsGone;

    /// <summary>A provider with a reader that this test asks.</summary>
    sealed class Sdk : IDisposable
    {
        readonly MeterProvider _provider;
        readonly Keeper _kept = new();

        public Sdk(string meter, Action<MeterProviderBuilder>? configure = null)
        {
            var builder = OpenTelemetry.Sdk.CreateMeterProviderBuilder().AddMeter(meter).AddReader(new BaseExportingMetricReader(_kept));
            configure?.Invoke(builder);
            _provider = builder.Build();
        }

        public Dictionary<string, Point> Collect()
        {
            _kept.Points.Clear();
            Assert.True(_provider.ForceFlush());
            return _kept.Points;
        }

        public void Dispose() => _provider.Dispose();
    }

    sealed class Keeper : BaseExporter<Metric>
    {
        public Dictionary<string, Point> Points { get; } = [];

        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                foreach (ref readonly var point in metric.GetMetricPoints())
                {
                    List<KeyValuePair<string, object?>> tags = [];
                    foreach (var tag in point.Tags) tags.Add(tag);
                    Points.Add(NameOf(metric.Name, tags), metric.MetricType switch
                    {
                        MetricType.LongSum or MetricType.LongSumNonMonotonic => new(point.GetSumLong(), 0, []),
                        MetricType.DoubleGauge => new(point.GetGaugeLastValueDouble(), 0, []),
                        MetricType.Histogram => new(point.GetHistogramCount(), point.GetHistogramSum(), Buckets(in point)),
                        _ => throw new NotSupportedException(metric.MetricType.ToString()),
                    });
                }
            }
            return ExportResult.Success;
        }

        static long[] Buckets(in OpenTelemetry.Metrics.MetricPoint point)
        {
            List<long> buckets = [];
            foreach (var bucket in point.GetHistogramBuckets()) buckets.Add(bucket.BucketCount);
            return [.. buckets];
        }
    }
}
