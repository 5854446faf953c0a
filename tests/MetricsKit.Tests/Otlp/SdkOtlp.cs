using MetricsKit.Testing;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using Xunit;

namespace MetricsKit.Tests.Otlp;

/// <summary>OpenTelemetry's own SDK and exporter, which send what one meter measures when a test says so.</summary>
sealed class SdkOtlp : IDisposable
{
    readonly MeterProvider _provider;

    public SdkOtlp(OtlpReceiver receiver, bool grpc, string meter, MetricReaderTemporalityPreference temporality = MetricReaderTemporalityPreference.Cumulative, Action<MeterProviderBuilder>? configure = null)
    {
        OpenTelemetry.Exporter.OtlpExporterOptions options = new()
        {
            Endpoint = grpc ? receiver.Grpc : receiver.HttpMetrics,
            Protocol = grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
        };
        var builder = Sdk.CreateMeterProviderBuilder().AddMeter(meter)
            .AddReader(new BaseExportingMetricReader(new OtlpMetricExporter(options)) { TemporalityPreference = temporality });
        configure?.Invoke(builder);
        _provider = builder.Build();
    }

    public void Export() => Assert.True(_provider.ForceFlush());

    public void Dispose() => _provider.Dispose();
}
