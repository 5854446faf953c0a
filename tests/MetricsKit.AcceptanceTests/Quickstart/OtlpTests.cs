using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.AcceptanceTests.Quickstart;

/// <summary>The quick start exports in OTLP as soon as the environment says where to.</summary>
public sealed class OtlpTests
{
    static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "", "POST /v1/metrics HTTP/1.1")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "/tenants/1", "POST /tenants/1 HTTP/1.1")]
    [InlineData("MetricsKit__Otlp__Endpoint", "/", "POST /v1/metrics HTTP/1.1")]
    public async Task Endpoint_InTheEnvironment_IsPostedTo(string variable, string path, string line)
    {
        await using ScriptedServer collector = new(static _ => ScriptedServer.Answer(200));
        await using var quickstart = await QuickstartProcess.StartAsync(Path.GetDirectoryName(Repository.Quickstart)!, [],
            (variable, collector.Address.GetLeftPart(UriPartial.Authority) + path), ("OTEL_METRIC_EXPORT_INTERVAL", "200"), ("OTEL_SERVICE_NAME", "robots of hall 7"), ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=s%3Dk"));
        await Eventually.BecomesAsync(() => collector.Requests.Count > 1, _patience, "two exports have arrived");
        Assert.All(collector.Requests, request =>
        {
            Assert.Equal((line, "application/x-protobuf", "s=k"), (request.Line, request.Headers["Content-Type"], request.Headers["api-key"]));
            Assert.Contains("service.name", request.Text, StringComparison.Ordinal);
            Assert.Contains("robots of hall 7", request.Text, StringComparison.Ordinal);
            Assert.Contains("safety.events", request.Text, StringComparison.Ordinal); // by its own name: the prefix is a matter of Prometheus
        });
        var scrape = await Scrape.GetAsync(quickstart.Http, ExpositionSyntax.OpenMetrics);
        Assert.Equal("robots of hall 7", scrape.Family("target").Samples.Single()["service_name"]);
        Assert.True(scrape.Value("metricskit_exports_total", ("exporter", "otlp"), ("outcome", "success")) > 0);
    }

    [Fact]
    public async Task Variables_WithoutAnEndpoint_ExportNothing()
    {
        await using var quickstart = await QuickstartProcess.StartAsync(Path.GetDirectoryName(Repository.Quickstart)!, [], ("OTEL_METRIC_EXPORT_INTERVAL", "200"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), ("OTEL_EXPORTER_OTLP_ENDPOINT", " "));
        var scrape = await Scrape.GetAsync(quickstart.Http, ExpositionSyntax.Text);
        Assert.DoesNotContain(scrape.Samples, static s => s["exporter"] == "otlp");
    }
}
