using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using static MetricsKit.Benchmarks.MarkdownReport;
using static MetricsKit.Benchmarks.Rivals;

namespace MetricsKit.Benchmarks;

/// <summary>What ordinary meters cost beside their calls: reading observables, label values without end, meters that come and go.</summary>
static class ForeignCosts
{
    const int Rounds = 3, Observables = 300, Meters = 2_000, Warm = 200_000, Values = 10_000_000;
    const string Name = "Foreign";

    static readonly string[][] Cases = [.. from what in new[] { "observables", "meters", "values" } from rival in new[] { Kit, OtelSdk } select new[] { "lifetimes", what, rival }];

    internal static string Report()
    {
        var medians = Child.Medians(Rounds, Cases);
        MarkdownReport report = new("Lifetimes: what ordinary meters cost beside their calls", $"Medians of {Rounds} interleaved processes.");
        report.Table($"{Observables} observable gauges, read without an exporter", ["library", "µs a reading", "KB allocated a reading"], Rows("observables"));
        report.Table($"{Meters.ToString("N0", CultureInfo.InvariantCulture)} meters with a counter and a histogram, made, used and disposed of while nobody reads", ["library", "KB kept"], Rows("meters"));
        report.Table($"{Values.ToString("N0", CultureInfo.InvariantCulture)} values of one label, each once", ["library", "ns a call", "KB kept", "sum is exact"], Rows("values").Select(static r => (string[])[.. r[..^1], r[^1] == "1" ? "yes" : "NO"]));
        return report.ToString();

        IEnumerable<string[]> Rows(string what) => Cases.Select((c, i) => (Case: c, Figures: medians[i])).Where(r => r.Case[1] == what)
            .Select(static r => (string[])[r.Case[2], .. r.Figures.Select(static f => Number(f, f is 0 or 1 ? "0" : "0.#"))]);
    }

    internal static async Task<string> RunChildAsync(string[] arguments)
    {
        await using Listening listening = new(arguments[1] == Kit);
        return Child.Line(arguments[0] switch
        {
            "observables" => await ReadAsync(listening),
            "meters" => await ComeAndGoAsync(listening),
            _ => await FloodAsync(listening),
        });
    }

    static async Task<double[]> ReadAsync(Listening listening)
    {
        using Meter meter = new(Name);
        for (int i = 0; i < Observables; i++)
        {
            double value = i;
            meter.CreateObservableGauge(string.Create(CultureInfo.InvariantCulture, $"gauge.{i}"), () => value);
        }
        const int Few = 15;
        List<double> microseconds = [], bytes = [];
        for (int i = 0; i < 3 * Few; i++)
        {
            await Task.Delay(260); // the kit reads observables at most four times a second
            long allocated = GC.GetTotalAllocatedBytes(precise: true), began = Stopwatch.GetTimestamp();
            await listening.CollectAsync();
            double took = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
            if (i < Few) continue;
            microseconds.Add(took);
            bytes.Add((GC.GetTotalAllocatedBytes(precise: true) - allocated) / 1e3);
        }
        return [Child.Median(microseconds), Child.Median(bytes)];
    }

    static async Task<double[]> ComeAndGoAsync(Listening listening)
    {
        for (int i = 0; i < 50; i++) UseAndDispose(-1 - i);
        await listening.CollectAsync();
        long before = Memory.Heap();
        for (int i = 0; i < Meters; i++) UseAndDispose(i);
        return [(Memory.Heap() - before) / 1e3];

        static void UseAndDispose(int number)
        {
            using Meter meter = new(Name, number.ToString(CultureInfo.InvariantCulture));
            meter.CreateCounter<long>("calls").Add(1, OrdinaryInstruments.Type("door"));
            meter.CreateHistogram<double>("size").Record(1, OrdinaryInstruments.Type("door"));
        }
    }

    static async Task<double[]> FloodAsync(Listening listening)
    {
        using Meter meter = new(Name);
        var counter = meter.CreateCounter<long>("calls");
        for (int i = 0; i < Warm; i++) Call(-1 - i);
        await listening.CollectAsync();
        long before = Memory.Heap(), began = Stopwatch.GetTimestamp();
        for (int i = 0; i < Values; i++) Call(i);
        double nanoseconds = Stopwatch.GetElapsedTime(began).TotalNanoseconds / Values;
        double kept = (Memory.Heap() - before) / 1e3;
        return [nanoseconds, kept, await listening.TotalAsync() == Values + Warm ? 1 : 0];

        void Call(int value) => counter.Add(1, OrdinaryInstruments.Type(value.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>Whoever listens to the meter.</summary>
    sealed class Listening : IAsyncDisposable
    {
        readonly MetricsKitHost? _host;
        readonly MeterProvider? _provider;
        readonly Churn.SumOfPoints _points = new();

        internal Listening(bool isKit)
        {
            if (isKit)
                _host = MetricsKitHost.Create(static kit => kit.AddMeter(Name).Services.Configure<MetricsKitOptions>(static o =>
                {
                    // The collectors of the machine are not what is measured.
                    foreach (string group in (string[])["System", "Process", "Application", "Business", "Safety", "Performance"]) o.Groups[group] = new() { Enabled = false };
                }));
            else _provider = Sdk.CreateMeterProviderBuilder().AddMeter(Name).AddReader(new BaseExportingMetricReader(_points) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative }).Build();
        }

        internal async ValueTask CollectAsync()
        {
            if (_host is not null) (await _host.GetSnapshotAsync()).Dispose();
            else _provider!.ForceFlush();
        }

        internal async ValueTask<double> TotalAsync()
        {
            if (_host is null)
            {
                _provider!.ForceFlush();
                return _points.Total;
            }
            using var snapshot = await _host.GetSnapshotAsync();
            return snapshot.Total("calls");
        }

        public async ValueTask DisposeAsync()
        {
            _provider?.Dispose();
            if (_host is not null) await _host.DisposeAsync();
        }
    }
}
