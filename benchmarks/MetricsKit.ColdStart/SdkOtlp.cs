using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace MetricsKit.Benchmarks;

/// <summary>The OpenTelemetry SDK with its OTLP exporter: one counter, one event, and with a second word one export.</summary>
static class SdkOtlp
{
    internal static int Run(string endpoint, bool export)
    {
        Meter meter = new("Safety");
        var events = meter.CreateCounter<long>("safety.events");
        var provider = Sdk.CreateMeterProviderBuilder().AddMeter("Safety").AddOtlpExporter(o =>
        {
            o.Protocol = OtlpExportProtocol.HttpProtobuf;
            o.Endpoint = new(endpoint + "/v1/metrics"); // set by code it is taken as it is
        }).Build();
        events.Add(1, new("type", "door"), new KeyValuePair<string, object?>("severity", "critical"));
        return !export || provider.ForceFlush() ? 0 : 1;
    }
}
