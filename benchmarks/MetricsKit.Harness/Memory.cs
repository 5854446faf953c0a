using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using static MetricsKit.Benchmarks.MarkdownReport;
using static MetricsKit.Benchmarks.Rivals;

namespace MetricsKit.Benchmarks;

/// <summary>Bytes of managed memory that a series holds, and that an instrument holds which has none or one.</summary>
/// <remarks>The texts of the labels belong to the caller and are not counted. The heap is compacted before each reading.</remarks>
static class Memory
{
    const int Rounds = 3;
    static readonly string[][] Series = [.. from kind in new[] { "counters", "histograms" } from c in new[] { (Kit, "1"), (Kit, "4"), (Kit, "16"), (Kit, "64"), (OtelSdk, "1") } select new[] { "memory", kind, c.Item1, c.Item2 }];
    static readonly string[][] Idle = [["memory", "idle", Kit, "1"], ["memory", "idle", OtelSdk, "1"]];

    internal static string Report()
    {
        var medians = Child.Medians(Rounds, [.. Series, .. Idle]);
        MarkdownReport report = new("Memory", $"Bytes of the managed heap after a full collection; median of {Rounds} interleaved processes; the texts of labels are not counted. Cells stop growing at `MaxCellBytes`, here the default of 32 MiB. The SDK collects into an exporter that keeps nothing, so its text buffers come on top.");
        report.Table("A series with three labels", ["series", "library", "writing threads", "created", "and scraped", "MiB of cells"], Series.Select((c, i) =>
            new[] { ScrapeMeter.CountOf(c[1]).ToString("N0", CultureInfo.InvariantCulture) + " " + c[1], c[2], c[3], Number(medians[i][0], "0"), Number(medians[i][1], "0"), Number(medians[i][2], "0.0") }));
        report.Table("A counter that is hardly used", ["library", "without series", "with one series, scraped"], Idle.Select((c, i) =>
            new[] { c[2], Number(medians[Series.Length + i][0], "#,0"), Number(medians[Series.Length + i][1], "#,0") }));
        return report.ToString();
    }

    internal static async Task<string> RunChildAsync(string[] arguments)
    {
        int writers = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        return (arguments[0], arguments[1]) switch
        {
            ("idle", Kit) => await KitIdleAsync(),
            ("idle", _) => SdkIdle(),
            (_, Kit) => await KitSeriesAsync(arguments[0], writers),
            _ => SdkSeries(arguments[0]),
        };
    }

    static async Task<string> KitSeriesAsync(string kind, int count)
    {
        await using var host = MetricsKitHost.Create(static kit => kit.AddMeter<ScrapeMeter>().Services.Configure<MetricsKitOptions>(static o => o.Limits.MaxSeries = 200_000));
        var meter = host.GetMeter<ScrapeMeter>();
        string[] endpoints = ScrapeMeter.Endpoints(kind);
        Scrapes.Discard discard = new();
        await ScrapeAsync(host, discard);
        long before = Heap();
        using Writers writers = new(count, () => meter.RecordAll(kind, endpoints));
        double created = (double)(Heap() - before) / endpoints.Length;
        await ScrapeAsync(host, discard);
        double scraped = (double)(Heap() - before) / endpoints.Length;
        GC.KeepAlive(discard);
        return Child.Line(created, scraped, CellSpace.Bytes / (double)(1 << 20));
    }

    static string SdkSeries(string kind)
    {
        string[] endpoints = ScrapeMeter.Endpoints(kind);
        long before = Heap();
        using Meter meter = new("Sdk");
        using var provider = Provider(new MetricStreamConfiguration { CardinalityLimit = endpoints.Length });
        var counter = meter.CreateCounter<long>("counters");
        var histogram = meter.CreateHistogram("histograms", "s", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = BenchmarkMeter.Bounds });
        foreach (string endpoint in endpoints)
        {
            if (kind == "counters") counter.Add(1, new("endpoint", endpoint), new("method", "GET"), new KeyValuePair<string, object?>("status", "200"));
            else histogram.Record(1, new("endpoint", endpoint), new("method", "GET"), new KeyValuePair<string, object?>("status", "200"));
        }
        double created = (double)(Heap() - before) / endpoints.Length;
        provider.ForceFlush();
        return Child.Line(created, (double)(Heap() - before) / endpoints.Length, double.NaN);

        MeterProvider Provider(MetricStreamConfiguration limit) => OpenTelemetry.Sdk.CreateMeterProviderBuilder().AddMeter("Sdk").AddView(kind, limit).AddReader(Reader()).Build();
    }

    static async Task<string> KitIdleAsync()
    {
        await using var host = MetricsKitHost.Create(static kit => kit.AddMeter<IdleMeter>());
        await using var without = MetricsKitHost.Create();
        Scrapes.Discard discard = new();
        await ScrapeAsync(without, discard);
        long before = Heap();
        var meter = host.GetMeter<IdleMeter>();
        meter.CreateAll();
        double created = (double)(Heap() - before) / IdleMeter.Count;
        meter.TouchAll();
        await ScrapeAsync(host, discard);
        return Child.Line(created, (double)(Heap() - before) / IdleMeter.Count);
    }

    static string SdkIdle()
    {
        using Meter meter = new("Sdk");
        using var provider = OpenTelemetry.Sdk.CreateMeterProviderBuilder().AddMeter("Sdk").AddReader(Reader()).Build();
        meter.CreateCounter<long>("first").Add(1);
        long before = Heap();
        Counter<long>[] counters = [.. Enumerable.Range(0, IdleMeter.Count).Select(i => meter.CreateCounter<long>("idle." + i.ToString(CultureInfo.InvariantCulture)))];
        double created = (double)(Heap() - before) / counters.Length;
        foreach (var counter in counters) counter.Add(1, new KeyValuePair<string, object?>("type", "door"));
        provider.ForceFlush();
        double touched = (double)(Heap() - before) / counters.Length;
        GC.KeepAlive(counters);
        return Child.Line(created, touched);
    }

    static BaseExportingMetricReader Reader() => new(new NoExporter()) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative };

    static async ValueTask ScrapeAsync(MetricsKitHost host, Scrapes.Discard to)
    {
        using var snapshot = await host.GetSnapshotAsync();
        PrometheusTextWriter.Write(snapshot, to, ExpositionFormat.PrometheusText);
    }

    internal static long Heap()
    {
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    sealed class NoExporter : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                foreach (ref readonly var point in metric.GetMetricPoints()) _ = point.StartTime;
            }
            return ExportResult.Success;
        }
    }
}

/// <summary>Many counters that hardly anybody uses.</summary>
sealed class IdleMeter(Instruments<IdleMeter> instruments) : ICatalogMeter
{
    internal const int Count = 200;

    static readonly InstrumentDefinition<CounterInstrument<string>>[] Rows =
        [.. Enumerable.Range(0, Count).Select(static i => Define.Counter("idle.n" + i.ToString(CultureInfo.InvariantCulture), "{event}", "Events that hardly ever happen, by type.", TagKey.Open("type")))];

    public static MeterDefinition Definition { get; } = new("Idle", [.. Rows]);

    CounterInstrument<string>[] _counters = [];

    internal void CreateAll() => _counters = [.. Rows.Select(instruments.Create)];

    internal void TouchAll()
    {
        foreach (var counter in _counters) counter.Add(1, "door");
    }
}
