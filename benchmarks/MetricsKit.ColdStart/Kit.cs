using System.Buffers;

namespace MetricsKit.Benchmarks;

/// <summary>All predefined meters and collectors, one event, one scrape.</summary>
static class Kit
{
    internal static int Run()
    {
        var host = MetricsKitHost.Create();
        host.GetMeter<SafetyMetrics>().EventOccurred("door", Severity.Critical);
        ArrayBufferWriter<byte> text = new();
        using (var snapshot = host.GetSnapshotAsync().AsTask().GetAwaiter().GetResult()) PrometheusTextWriter.Write(snapshot, text, ExpositionFormat.PrometheusText);
        return text.WrittenCount > 1000 ? 0 : 1;
    }
}
