using System.Diagnostics;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Oracle;

public sealed class PrometheusServerTests
{
    static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(200);
    static readonly ExpositionRules _clientGolang = ExpositionRules.Strict with { AllowIntegerBounds = true, AllowNameCollisions = true };
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [PrometheusFact]
    public async Task Server_ScrapingItself_IsUpAndItsPageParses()
    {
        await using var prometheus = await PrometheusServer.StartAsync(address => [new ScrapeTarget("self", new Uri(address, "/metrics"), _interval)]);

        var up = Assert.Single(await prometheus.WaitForAsync("up == 1", samples => samples.Count == 1, _patience));
        Assert.Equal("self", up.Labels["job"]);
        Assert.Equal(prometheus.Address.Authority, up.Labels["instance"]);

        var range = Assert.Single(await prometheus.QueryRangeAsync("up", up.Timestamp, up.Timestamp + TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)));
        Assert.Equal([1, 1, 1], range.Samples.Select(sample => sample.Value));

        using var http = new HttpClient();
        var page = await http.GetByteArrayAsync(new Uri(prometheus.Address, "/metrics"));
        var exposition = ExpositionParser.Parse(page, ExpositionSyntax.Text, _clientGolang);
        Assert.Equal(1, exposition.Value("prometheus_ready"));
        Assert.Equal(ExpositionType.Histogram, exposition.Family("prometheus_http_request_duration_seconds").Type);

        // Each leniency is there because Prometheus itself needs it; if that ends, the leniency can go.
        var integers = Assert.Throws<ExpositionException>(() => ExpositionParser.Parse(page, ExpositionSyntax.Text, _clientGolang with { AllowIntegerBounds = false }));
        Assert.Contains("not canonical", integers.Sentence, StringComparison.Ordinal);
        var collision = Assert.Throws<ExpositionException>(() => ExpositionParser.Parse(page, ExpositionSyntax.Text, _clientGolang with { AllowNameCollisions = false }));
        Assert.Contains("collides", collision.Sentence, StringComparison.Ordinal);
    }

    [PrometheusFact]
    public async Task Query_Scalar_IsOneSampleWithoutLabels()
    {
        await using var prometheus = await PrometheusServer.StartAsync();

        var sample = Assert.Single(await prometheus.QueryAsync("scalar(vector(1.5))"));

        Assert.Equal(1.5, sample.Value);
        Assert.Empty(sample.Labels);
        Assert.Contains("Server is ready", prometheus.Output, StringComparison.Ordinal);
    }

    [PrometheusFact]
    public async Task Query_ThatDoesNotParse_SaysWhatPrometheusSays()
    {
        await using var prometheus = await PrometheusServer.StartAsync();

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => prometheus.QueryAsync("up{"));

        Assert.Contains("parse error", refusal.Message, StringComparison.Ordinal);
    }

    [PrometheusFact]
    public async Task WaitFor_AnswerThatNeverComes_SaysTheLastOneAndTheTargets()
    {
        // Nothing listens on port 1.
        await using var prometheus = await PrometheusServer.StartAsync(new ScrapeTarget("nobody", new Uri("http://127.0.0.1:1/metrics"), _interval));
        await prometheus.WaitForAsync("up", samples => samples.Count == 1, _patience);

        var late = await Assert.ThrowsAsync<TimeoutException>(() => prometheus.WaitForAsync("up", samples => samples.Any(sample => sample.Value == 1), TimeSpan.FromSeconds(3))); // all of which it takes; one answer must come in it

        Assert.Contains("job=\"nobody\"", late.Message, StringComparison.Ordinal);
        Assert.Contains("connection refused", late.Message, StringComparison.Ordinal);
    }

    [PrometheusFact]
    public async Task Start_WithAConfigurationThatIsRefused_CarriesTheOutput()
    {
        var twice = new ScrapeTarget("twice", new Uri("http://127.0.0.1:1/metrics"), _interval);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => PrometheusServer.StartAsync(twice, twice));

        Assert.Contains("twice", refusal.Message, StringComparison.Ordinal);
    }

    [PrometheusFact]
    public async Task Dispose_Server_EndsTheProcessAndRemovesItsDirectory()
    {
        var prometheus = await PrometheusServer.StartAsync();
        var id = prometheus.ProcessId;
        var directory = Path.GetDirectoryName(prometheus.DataPath)!;
        Assert.True(Directory.Exists(directory));

        await prometheus.DisposeAsync();

        Assert.False(Directory.Exists(directory));
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(id));
    }

    [PrometheusTheory]
    [InlineData("# HELP x_total Xs.\n# TYPE x_total counter\nx_total 1\n", 0)]
    [InlineData("# TYPE x counter\nx 1\n", 3)]
    [InlineData("# TYPE x gauge\nx one\n", 1)]
    public async Task PromTool_Document_EndsWithItsJudgement(string document, int exitCode)
    {
        var result = await PromTool.CheckMetricsAsync(document);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Equal(exitCode == 0, result.Output.Length == 0);
    }

    [Theory]
    [InlineData("/usr/bin/prometheus", null, null)]
    [InlineData("/usr/bin/prometheus", "true", null)]
    [InlineData(null, null, "prometheus is not installed")]
    [InlineData(null, "false", "prometheus is not installed")]
    [InlineData(null, "true", null)]
    public void Skip_WithoutPrometheus_HappensOnlyOutsideContinuousIntegration(string? path, string? ci, string? reason) =>
        Assert.Equal(reason, PrometheusSkip.Reason(path, ci));
}
