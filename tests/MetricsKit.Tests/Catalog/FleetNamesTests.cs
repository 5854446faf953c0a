using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Catalog;

/// <summary>The names that the sources of the requirements use, byte for byte, with the labels that they use, as a scraper sees them.</summary>
public sealed class FleetNamesTests(FleetExposition scrape) : IClassFixture<FleetExposition>
{
    [Fact]
    [Trait("Requirement", "S1-001")]
    public void CpuUsage_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_cpu_usage_percent", ExpositionType.Gauge, "core", "type");
        Assert.Equal(52, scrape.Value("oht50_cpu_usage_percent", ("core", "cpu_0"), ("type", "total")));
        Assert.Equal(30, scrape.Value("oht50_cpu_usage_percent", ("core", "cpu_0"), ("type", "user")));
    }

    [Fact]
    [Trait("Requirement", "S1-002")]
    public void MemoryUsage_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_memory_usage_bytes", ExpositionType.Gauge, "type");
        Assert.Equal(24305680L * 1024, scrape.Value("oht50_memory_usage_bytes", ("type", "available")));
        Assert.Equal((24683672L - 24305680) * 1024, scrape.Value("oht50_memory_usage_bytes", ("type", "used")));
    }

    [Fact]
    [Trait("Requirement", "S1-003")]
    public void DiskUsage_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_disk_usage_bytes", ExpositionType.Gauge, "mount_point", "type");
        Assert.Equal(300, scrape.Value("oht50_disk_usage_bytes", ("mount_point", "/"), ("type", "used")));
        Assert.Equal(600, scrape.Value("oht50_disk_usage_bytes", ("mount_point", "/"), ("type", "free")));
    }

    [Fact]
    [Trait("Requirement", "S1-004")]
    public void NetworkBytes_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_network_bytes_total", ExpositionType.Counter, "interface", "direction");
        Assert.Equal(134667301, scrape.Value("oht50_network_bytes_total", ("interface", "total"), ("direction", "recv")));
        Assert.Equal(230323, scrape.Value("oht50_network_bytes_total", ("interface", "total"), ("direction", "sent")));
    }

    [Fact]
    [Trait("Requirement", "S1-005")]
    public void SystemLoad_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_system_load", ExpositionType.Gauge, "period");
        Assert.Equal(0.76, scrape.Value("oht50_system_load", ("period", "1m")));
        Assert.Equal(0.57, scrape.Value("oht50_system_load", ("period", "5m")));
        Assert.Equal(0.26, scrape.Value("oht50_system_load", ("period", "15m")));
    }

    [Fact]
    [Trait("Requirement", "S1-006")]
    public void HttpRequests_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_http_requests_total", ExpositionType.Counter, "method", "endpoint", "status_code");
        Assert.Equal(1, scrape.Value("oht50_http_requests_total", ("method", "GET"), ("endpoint", "/api/v1/robots"), ("status_code", "200")));
    }

    [Fact]
    [Trait("Requirement", "S1-007")]
    public void HttpRequestDuration_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_http_request_duration_seconds", ExpositionType.Histogram, "method", "endpoint");
        Assert.Equal(1, scrape.Value("oht50_http_request_duration_seconds_count", ("method", "GET"), ("endpoint", "/api/v1/robots")));
    }

    [Fact]
    [Trait("Requirement", "S1-008")]
    public void WebSocketConnections_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_websocket_connections_active", ExpositionType.Gauge, "channel");
        Assert.Equal(1, scrape.Value("oht50_websocket_connections_active", ("channel", "telemetry")));
    }

    [Fact]
    [Trait("Requirement", "S1-009")]
    public void DatabaseConnections_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_database_connections_active", ExpositionType.Gauge);
        Assert.Equal(1, scrape.Value("oht50_database_connections_active"));
    }

    [Fact]
    [Trait("Requirement", "S1-010")]
    public void MissionQueue_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_mission_queue_size", ExpositionType.Gauge, "priority");
        Assert.Equal(2, scrape.Value("oht50_mission_queue_size", ("priority", "high")));
        Assert.Equal(5, scrape.Value("oht50_mission_queue_size", ("priority", "normal")));
    }

    [Fact]
    [Trait("Requirement", "S1-011")]
    public void Missions_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_missions_total", ExpositionType.Counter, "type", "status");
        Assert.Equal(1, scrape.Value("oht50_missions_total", ("type", "transport"), ("status", "succeeded")));
        Assert.Equal(1, scrape.Value("oht50_missions_total", ("type", "transport"), ("status", "failed")));
    }

    [Fact]
    [Trait("Requirement", "S1-012")]
    public void MissionDuration_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_mission_duration_seconds", ExpositionType.Histogram, "type");
        Assert.Equal(2, scrape.Value("oht50_mission_duration_seconds_count", ("type", "transport")));
    }

    [Fact]
    [Trait("Requirement", "S1-013")]
    public void MissionSuccessRate_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_mission_success_rate", ExpositionType.Gauge, "type");
        Assert.Equal(0.5, scrape.Value("oht50_mission_success_rate", ("type", "transport")));
    }

    [Fact]
    [Trait("Requirement", "S1-014")]
    public void SafetyEvents_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_safety_events_total", ExpositionType.Counter, "type", "severity");
        Assert.Equal(1, scrape.Value("oht50_safety_events_total", ("type", "door"), ("severity", "critical")));
    }

    [Fact]
    [Trait("Requirement", "S1-015")]
    public void SafetyResponseTime_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_safety_response_time_seconds", ExpositionType.Histogram, "type");
        Assert.Equal(1, scrape.Value("oht50_safety_response_time_seconds_count", ("type", "door")));
    }

    [Fact]
    [Trait("Requirement", "S1-016")]
    public void TelemetryDataPoints_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_telemetry_data_points_total", ExpositionType.Counter, "data_type", "module_id");
        Assert.Equal(1, scrape.Value("oht50_telemetry_data_points_total", ("data_type", "temperature"), ("module_id", "module_1")));
    }

    [Fact]
    [Trait("Requirement", "S1-017")]
    public void TelemetryLatency_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_telemetry_latency_seconds", ExpositionType.Histogram, "data_type");
        Assert.Equal(1, scrape.Value("oht50_telemetry_latency_seconds_count", ("data_type", "temperature")));
    }

    [Fact]
    [Trait("Requirement", "S1-018")]
    public void ConfigChanges_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_config_changes_total", ExpositionType.Counter, "config_type");
        Assert.Equal(1, scrape.Value("oht50_config_changes_total", ("config_type", "network")));
    }

    [Fact]
    [Trait("Requirement", "S1-019")]
    public void ConfigValidationErrors_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_config_validation_errors_total", ExpositionType.Counter, "config_type");
        Assert.Equal(1, scrape.Value("oht50_config_validation_errors_total", ("config_type", "network")));
    }

    [Fact]
    [Trait("Requirement", "S1-020")]
    public void ApiResponseTime_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_api_response_time_seconds", ExpositionType.Histogram, "endpoint", "method");
        Assert.Equal(1, scrape.Value("oht50_api_response_time_seconds_count", ("method", "GET"), ("endpoint", "/api/v1/robots")));
    }

    [Fact]
    [Trait("Requirement", "S1-021")]
    public void ApiThroughput_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_api_throughput_requests_per_second", ExpositionType.Gauge, "endpoint");
        Assert.Equal(1 / 5.0, scrape.Value("oht50_api_throughput_requests_per_second", ("endpoint", "/api/v1/robots")));
    }

    [Fact]
    [Trait("Requirement", "S1-022")]
    public void DatabaseQueryDuration_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_database_query_duration_seconds", ExpositionType.Histogram, "query_type", "table");
        Assert.Equal(1, scrape.Value("oht50_database_query_duration_seconds_count", ("query_type", "select"), ("table", "missions")));
    }

    [Fact]
    [Trait("Requirement", "S1-023")]
    public void DatabasePoolSize_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_database_connections_pool_size", ExpositionType.Gauge);
        Assert.Equal(10, scrape.Value("oht50_database_connections_pool_size"));
    }

    [Fact]
    [Trait("Requirement", "S1-024")]
    public void CacheHitRate_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_cache_hit_rate", ExpositionType.Gauge, "cache_type");
        Assert.Equal(0.5, scrape.Value("oht50_cache_hit_rate", ("cache_type", "robots")));
    }

    [Fact]
    [Trait("Requirement", "S1-025")]
    public void CacheSize_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_cache_size_bytes", ExpositionType.Gauge, "cache_type");
        Assert.Equal(4096, scrape.Value("oht50_cache_size_bytes", ("cache_type", "robots")));
    }

    [Fact]
    [Trait("Requirement", "S1-026")]
    public void MemoryAllocation_UnderThePrefix_HasItsNameTypeAndLabels() =>
        scrape.Family("oht50_memory_allocation_bytes", ExpositionType.Gauge, "type");

    [Fact]
    [Trait("Requirement", "S1-027")]
    public void GarbageCollectionDuration_UnderThePrefix_HasItsNameTypeAndLabels() =>
        scrape.Family("oht50_garbage_collection_duration_seconds", ExpositionType.Histogram);

    [Fact]
    [Trait("Requirement", "S1-028")]
    public void MemoryTotal_UnderThePrefix_HasItsNameTypeAndLabels()
    {
        scrape.Family("oht50_memory_total_bytes", ExpositionType.Gauge);
        Assert.Equal(24683672L * 1024, scrape.Value("oht50_memory_total_bytes"));
    }

    [Fact]
    public void Prefix_IsOnCatalogueMetersAndNotOnTheKitsOwn() =>
        Assert.All(scrape.Names, static name => Assert.True(name.StartsWith("oht50_", StringComparison.Ordinal) || name.StartsWith("metricskit_", StringComparison.Ordinal) || name == "target_info", name));
}
