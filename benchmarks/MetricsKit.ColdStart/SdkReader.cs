using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace MetricsKit.Benchmarks;

/// <summary>The OpenTelemetry SDK: one counter, one event, one collection. It writes no text, since its Prometheus exporter is a prerelease.</summary>
static class SdkReader
{
    internal static int Run()
    {
        Exporter exporter = new();
        using Meter meter = new("Safety");
        var events = meter.CreateCounter<long>("safety.events");
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter("Safety").AddReader(new BaseExportingMetricReader(exporter) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative }).Build();
        events.Add(1, new("type", "door"), new KeyValuePair<string, object?>("severity", "critical"));
        provider.ForceFlush();
        return exporter.Total == 1 ? 0 : 1;
    }

    sealed class Exporter : BaseExporter<Metric>
    {
        internal long Total { get; private set; }

        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                foreach (ref readonly var point in metric.GetMetricPoints()) Total += point.GetSumLong();
            }
            return ExportResult.Success;
        }
    }
}
