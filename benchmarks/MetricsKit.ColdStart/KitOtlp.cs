using Microsoft.Extensions.DependencyInjection;

namespace MetricsKit.Benchmarks;

/// <summary>All predefined meters and collectors with the OTLP exporter: one event, and with a second word one export, which is the one of a host that ends.</summary>
static class KitOtlp
{
    internal static int Run(string endpoint, bool export)
    {
        var host = MetricsKitHost.Create(kit => kit.AddOtlpExporter(o => o.Endpoint = endpoint));
        host.GetMeter<SafetyMetrics>().EventOccurred("door", Severity.Critical);
        if (export) host.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return 0;
    }
}
