using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.AcceptanceTests.Quickstart;

/// <summary>The quick start under its own concurrent traffic, seen by a real Prometheus.</summary>
public sealed class QuickstartTests(BusyQuickstart quickstart) : IClassFixture<BusyQuickstart>
{
    static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    [PrometheusTheory]
    [Trait("Requirement", "S1-001"), Trait("Requirement", "S1-002"), Trait("Requirement", "S1-003"), Trait("Requirement", "S1-004")]
    [Trait("Requirement", "S1-005"), Trait("Requirement", "S1-006"), Trait("Requirement", "S1-007"), Trait("Requirement", "S1-008")]
    [Trait("Requirement", "S1-009"), Trait("Requirement", "S1-010"), Trait("Requirement", "S1-011"), Trait("Requirement", "S1-012")]
    [Trait("Requirement", "S1-013"), Trait("Requirement", "S1-014"), Trait("Requirement", "S1-015"), Trait("Requirement", "S1-016")]
    [Trait("Requirement", "S1-017"), Trait("Requirement", "S1-018"), Trait("Requirement", "S1-019"), Trait("Requirement", "S1-020")]
    [Trait("Requirement", "S1-021"), Trait("Requirement", "S1-022"), Trait("Requirement", "S1-023"), Trait("Requirement", "S1-024")]
    [Trait("Requirement", "S1-025"), Trait("Requirement", "S1-026"), Trait("Requirement", "S1-027"), Trait("Requirement", "S1-028")]
    [InlineData("cpu_usage_percent", "core,type")]
    [InlineData("memory_usage_bytes", "type")]
    [InlineData("disk_usage_bytes", "mount_point,type")]
    [InlineData("network_bytes_total", "direction,interface")]
    [InlineData("system_load", "period")]
    [InlineData("http_requests_total", "endpoint,method,status_code")]
    [InlineData("http_request_duration_seconds_count", "endpoint,method")]
    [InlineData("http_request_duration_seconds_bucket", "endpoint,le,method")]
    [InlineData("websocket_connections_active", "channel")]
    [InlineData("database_connections_active", "")]
    [InlineData("mission_queue_size", "priority")]
    [InlineData("missions_total", "status,type")]
    [InlineData("mission_duration_seconds_count", "type")]
    [InlineData("mission_duration_seconds_bucket", "le,type")]
    [InlineData("mission_success_rate", "type")]
    [InlineData("safety_events_total", "severity,type")]
    [InlineData("safety_response_time_seconds_count", "type")]
    [InlineData("safety_response_time_seconds_bucket", "le,type")]
    [InlineData("telemetry_data_points_total", "data_type,module_id")]
    [InlineData("telemetry_latency_seconds_count", "data_type")]
    [InlineData("telemetry_latency_seconds_bucket", "data_type,le")]
    [InlineData("config_changes_total", "config_type")]
    [InlineData("config_validation_errors_total", "config_type")]
    [InlineData("api_response_time_seconds_count", "endpoint,method")]
    [InlineData("api_response_time_seconds_bucket", "endpoint,le,method")]
    [InlineData("api_throughput_requests_per_second", "endpoint")]
    [InlineData("database_query_duration_seconds_count", "query_type,table")]
    [InlineData("database_query_duration_seconds_bucket", "le,query_type,table")]
    [InlineData("database_connections_pool_size", "")]
    [InlineData("cache_hit_rate", "cache_type")]
    [InlineData("cache_size_bytes", "cache_type")]
    [InlineData("memory_allocation_bytes", "type")]
    [InlineData("garbage_collection_duration_seconds_count", "")]
    [InlineData("garbage_collection_duration_seconds_bucket", "le")]
    [InlineData("memory_total_bytes", "")]
    public async Task Name_UnderThePrefix_IsQueryableWithItsLabels(string name, string labels)
    {
        // Waited for, since chance decides when the traffic first opens a channel or refuses a configuration.
        var series = await quickstart.Prometheus.WaitForAsync("oht50_" + name, samples => samples.Count > 0, _patience);

        Assert.All(series, sample => Assert.Equal(labels, string.Join(',', Own(sample.Labels).Order(StringComparer.Ordinal))));
    }

    [PrometheusFact]
    public async Task Up_UnderTraffic_StaysOneFromTheFirstScrape()
    {
        // One that failed for what it was given failed at once; a machine that is busy for the second that a scrape may take proves nothing.
        Assert.Empty(await quickstart.Prometheus.QueryAsync("count_over_time((up == 0 and scrape_duration_seconds < 1)[5m:500ms])"));
        Assert.True(await quickstart.ValueAsync("sum_over_time(up[5m])") >= BusyQuickstart.Scrapes);
        // What it drops without giving the whole scrape up, such as duplicates, stands in its log only.
        Assert.DoesNotContain("Error on ingesting", quickstart.Prometheus.Output, StringComparison.Ordinal);
    }

    [PrometheusFact, Trait("Requirement", "B1-01")]
    public async Task Counters_UnderTraffic_NeverReset()
    {
        // One name after the other: resets() drops the name, and without it series of several metrics are the same.
        var names = (await quickstart.Prometheus.QueryAsync("""group by (__name__) ({__name__=~".+_(total|count|sum|bucket)"})""")).Select(sample => sample.Labels["__name__"]).ToList();

        Assert.True(names.Count > 20, string.Join(", ", names));
        foreach (var name in names)
        {
            var resets = await quickstart.Prometheus.QueryAsync($"resets({name}[5m])");
            Assert.NotEmpty(resets);
            Assert.All(resets, series => Assert.True(series.Value == 0, $"{name} {series}"));
        }
    }

    [PrometheusFact]
    public async Task Traffic_SeenByPrometheus_HasSuccessesFailuresAndStrangers()
    {
        await quickstart.Prometheus.WaitForAsync("""sum(oht50_missions_total{status="succeeded"}) > 0""", samples => samples.Count > 0, _patience);
        await quickstart.Prometheus.WaitForAsync("""sum(oht50_missions_total{status="failed"}) > 0""", samples => samples.Count > 0, _patience);
        await quickstart.Prometheus.WaitForAsync("""oht50_http_requests_total{status_code="404", endpoint="_UNMATCHED"} > 0""", samples => samples.Count > 0, _patience);
        await quickstart.Prometheus.WaitForAsync("""oht50_http_requests_total{status_code="500", endpoint="/crash"} > 0""", samples => samples.Count > 0, _patience);

        Assert.Empty(await quickstart.Prometheus.QueryAsync("""oht50_http_requests_total{endpoint="/metrics"}"""));
    }

    [PrometheusFact, Trait("Requirement", "S1-045")]
    public async Task Text_UnderTraffic_PassesPromtool()
    {
        var verdict = await PromTool.CheckMetricsAsync(await Scrape.GetTextAsync(quickstart.Http));

        Assert.True(verdict.ExitCode == 0, verdict.Output);
    }

    [PrometheusTheory, Trait("Requirement", "S1-045")]
    [InlineData(ExpositionSyntax.Text), InlineData(ExpositionSyntax.OpenMetrics)]
    public async Task Text_UnderTraffic_PassesTheStrictParser(ExpositionSyntax format)
    {
        var scrape = await Scrape.GetAsync(quickstart.Http, format);

        Assert.Equal(1, scrape.Value("metricskit_enabled"));
        Assert.All(scrape.Samples, sample => Assert.True(sample.Name.StartsWith("oht50_", StringComparison.Ordinal) || sample.Name.StartsWith("metricskit_", StringComparison.Ordinal) || sample.Name == "target_info", sample.ToString()));
    }

    // Without what Prometheus adds.
    static IEnumerable<string> Own(IReadOnlyDictionary<string, string> labels) => labels.Keys.Except(["__name__", "instance", "job"]);
}
