using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using static MetricsKit.Benchmarks.MarkdownReport;
using static MetricsKit.Benchmarks.Rivals;

namespace MetricsKit.Benchmarks;

/// <summary>Threads that come, record every series once, and go: what they allocate, and what is left of them.</summary>
/// <remarks>The series exist and were scraped before the first thread starts. The threads themselves are part of what is allocated.</remarks>
static class Churn
{
    const int Rounds = 3, Threads = 200, AtOnce = 8, Series = 1000;

    static readonly string[][] Cases = [["churn", Nobody], ["churn", Kit], ["churn", OtelSdk]];

    static long _passes;

    internal static string Report()
    {
        var medians = Child.Medians(Rounds, Cases);
        MarkdownReport report = new("Churn: short-lived threads", $"Each of {Threads} threads, {AtOnce} at a time, adds 1 to each of {Series.ToString("N0", CultureInfo.InvariantCulture)} counters with two tags and ends; median of {Rounds} interleaved processes. The series existed before. What is allocated contains the threads themselves, which are the first row.");
        report.Table("200 threads", ["library", "total is exact", "KB allocated", "KB kept, after a scrape", "ms"], Cases.Select((c, i) =>
            new[] { c[1] == Nobody ? "threads that do nothing" : c[1], medians[i][0] switch { 1 => "yes", 0 => "NO", _ => "–" }, Number(medians[i][1], "0"), Number(medians[i][2], "0"), Number(medians[i][3], "0") }));
        return report.ToString();
    }

    internal static async Task<string> RunChildAsync(string[] arguments)
    {
        string[] texts = Inputs.Texts("type-", Series);
        switch (arguments[0])
        {
            case Nobody:
                return Child.Line([double.NaN, .. await RunAsync(static () => { }, static () => ValueTask.CompletedTask)]);
            case Kit:
                await using (var host = MetricsKitHost.Create(static kit => kit.AddMeter<BenchmarkMeter>()))
                {
                    var counter = host.GetMeter<BenchmarkMeter>().Tagged;
                    Scrapes.Discard discard = new();
                    double[] figures = await RunAsync(() => { foreach (string text in texts) counter.Add(1, text, "north"); }, async () =>
                    {
                        using var snapshot = await host.GetSnapshotAsync();
                        PrometheusTextWriter.Write(snapshot, discard, ExpositionFormat.PrometheusText);
                    });
                    using var last = await host.GetSnapshotAsync();
                    return Child.Line([Exact(last.Total("benchmark.tagged")), .. figures]);
                }
            default:
                SumOfPoints sum = new();
                using (Meter meter = new("Sdk"))
                using (var provider = OpenTelemetry.Sdk.CreateMeterProviderBuilder().AddMeter("Sdk").AddReader(new BaseExportingMetricReader(sum) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative }).Build())
                {
                    var counter = meter.CreateCounter<long>("tagged");
                    double[] figures = await RunAsync(() => { foreach (string text in texts) counter.Add(1, OrdinaryInstruments.Type(text), OrdinaryInstruments.Zone("north")); }, () =>
                    {
                        provider.ForceFlush();
                        return ValueTask.CompletedTask;
                    });
                    return Child.Line([Exact(sum.Total), .. figures]);
                }
        }
    }

    static double Exact(double total) => total == (double)Series * _passes ? 1 : 0;

    static async Task<double[]> RunAsync(Action record, Func<ValueTask> scrape)
    {
        // Code that is not compiled for good yet allocates where the final code does not.
        for (long end = Stopwatch.GetTimestamp() + Stopwatch.Frequency; Stopwatch.GetTimestamp() < end; _passes++) record();
        RunThreads(AtOnce, record);
        for (int i = 0; i < 3; i++) await scrape(); // what ended before is folded, and buffers have their size
        long heap = Memory.Heap();
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long began = Stopwatch.GetTimestamp();
        for (int started = 0; started < Threads; started += AtOnce) RunThreads(AtOnce, record);
        double milliseconds = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        for (int i = 0; i < 3; i++) await scrape();
        return [allocated / 1e3, (Memory.Heap() - heap) / 1e3, milliseconds];
    }

    static void RunThreads(int count, Action record)
    {
        Thread[] threads = [.. Enumerable.Range(0, count).Select(_ => new Thread(() => record()))];
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        _passes += count;
    }

    /// <summary>Adds up whatever counters of whole numbers the SDK exports.</summary>
    internal sealed class SumOfPoints : BaseExporter<Metric>
    {
        internal long Total { get; private set; }

        public override ExportResult Export(in Batch<Metric> batch)
        {
            Total = 0;
            foreach (var metric in batch)
            {
                if (metric.MetricType != MetricType.LongSum) continue;
                foreach (ref readonly var point in metric.GetMetricPoints()) Total += point.GetSumLong();
            }
            return ExportResult.Success;
        }
    }
}
