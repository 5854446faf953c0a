using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Catalog;

/// <summary>The names of foreign instruments: what the specification of OpenTelemetry and the public tests of its exporter for .NET say about them, as facts.</summary>
public sealed class ForeignNameTests
{
    [Theory]
    [InlineData("http.server.request.duration", "s", InstrumentKind.Histogram, "http_server_request_duration_seconds")]
    [InlineData("http.server.active_requests", "{request}", InstrumentKind.UpDownCounter, "http_server_active_requests")]
    [InlineData("dotnet.gc.collections", "{collection}", InstrumentKind.Counter, "dotnet_gc_collections_total")]
    [InlineData("dotnet.gc.heap.total_allocated", "By", InstrumentKind.Counter, "dotnet_gc_heap_total_allocated_bytes_total")]
    [InlineData("dotnet.process.cpu.time", "s", InstrumentKind.Counter, "dotnet_process_cpu_time_seconds_total")]
    [InlineData("kestrel.connection.duration", "s", InstrumentKind.Histogram, "kestrel_connection_duration_seconds")]
    [InlineData("db.client.operation.npgsql.bytes_read", "By", InstrumentKind.Counter, "db_client_operation_npgsql_bytes_read_bytes_total")]
    [InlineData("dns.lookup.duration", "s", InstrumentKind.Histogram, "dns_lookup_duration_seconds")]
    public void OfForeign_NamesOfWellKnownMeters_AreThoseThatDashboardsAskFor(string name, string unit, InstrumentKind kind, string expected) =>
        Assert.Equal(expected, PrometheusName.OfForeign(name, unit, kind));

    [Theory]
    [InlineData("active_directory_ds_replication_network_io", "active_directory_ds_replication_network_io")]
    [InlineData("cpu_sp__d_hertz", "cpu_sp_d_hertz")]
    [InlineData("_cpu_speed_hertz_", "_cpu_speed_hertz_")]
    [InlineData("metric_unit_$1000", "metric_unit_1000")]
    [InlineData("sample_me%%$$$_count_ !!@unit include", "sample_me_count_unit_include")]
    [InlineData("1_some_metric_name", "_some_metric_name")]
    [InlineData("12ab", "_2ab")]
    [InlineData("A\u010A", "A_")]
    [InlineData("a.b-c/d", "a_b_c_d")]
    [InlineData("sample_metric_name__:_per_meter", "sample_metric_name_per_meter")] // ours: the exporter keeps the colon
    [InlineData("", "_")]
    [InlineData("\u65E5\u672C", "_")]
    [InlineData("\uD800", "_")]
    public void OfForeign_Characters_AreReplacedInRuns(string name, string expected) => Assert.Equal(expected, PrometheusName.OfForeign(name, "", InstrumentKind.Gauge));

    [Theory]
    [InlineData("d", "days")]
    [InlineData("h", "hours")]
    [InlineData("min", "minutes")]
    [InlineData("ms", "milliseconds")]
    [InlineData("us", "microseconds")]
    [InlineData("ns", "nanoseconds")]
    [InlineData("KiBy", "kibibytes")]
    [InlineData("GiBy", "gibibytes")]
    [InlineData("TiBy", "tibibytes")] // the specification says tebibytes
    [InlineData("KBy", "kilobytes")]
    [InlineData("kBy", "kBy")] // the specification says kilobytes
    [InlineData("B", "bytes")] // the specification has none of these four
    [InlineData("MB", "megabytes")]
    [InlineData("TB", "terabytes")]
    [InlineData("$", "dollars")]
    [InlineData("m", "meters")]
    [InlineData("Cel", "celsius")]
    [InlineData("Hz", "hertz")]
    [InlineData("%", "percent")]
    [InlineData("custom_unit", "custom_unit")]
    [InlineData("10ms", "10ms")]
    [InlineData("2", "2")]
    [InlineData("# RU", "RU")]
    [InlineData("##/RU!", "per_RU")]
    [InlineData("req__per__s", "req_per_s")]
    [InlineData("s\u010A", "s")]
    [InlineData("{packet}By", "bytes")]
    [InlineData("{CPU}%{usage}", "percent")]
    [InlineData("start{x}end", "startend")]
    [InlineData("{one", "one")]
    [InlineData("By/s", "bytes_per_second")]
    [InlineData("m/s", "meters_per_second")]
    [InlineData("requests/s", "requests_per_second")]
    [InlineData("errors/m", "errors_per_minute")]
    [InlineData("errors/min", "errors_per_min")] // the specification says: to words
    [InlineData("tasks/w", "tasks_per_week")]
    [InlineData("jobs/mo", "jobs_per_month")]
    [InlineData("cycles/y", "cycles_per_year")]
    [InlineData("{request}/s", "per_second")]
    [InlineData("1/s", "per_second")]
    [InlineData("By/{operation}", "By")] // a rate of nothing is none, and By with a slash is no unit
    [InlineData("req/s/extra", "req_per_s_extra")]
    [InlineData("items/unknown_unit", "items_per_unknown_unit")]
    public void OfForeign_Units_AreSpelledOutAndAppended(string unit, string expected) => Assert.Equal("metric_" + expected, PrometheusName.OfForeign("metric", unit, InstrumentKind.Gauge));

    [Theory]
    [InlineData("")]
    [InlineData("1")] // never ratio: the specification had it once, the exporter gave it up
    [InlineData("{packet}")]
    [InlineData("{one}{two}")]
    [InlineData("!")]
    public void OfForeign_UnitsThatAreNone_AddNothing(string unit)
    {
        Assert.Equal("metric", PrometheusName.OfForeign("metric", unit, InstrumentKind.Gauge));
        Assert.Equal("metric_total", PrometheusName.OfForeign("metric", unit, InstrumentKind.Counter));
    }

    [Theory]
    [InlineData("db_bytes_total", "By", InstrumentKind.Counter, "db_bytes_total")]
    [InlineData("db_bytes_total", "By", InstrumentKind.Gauge, "db_bytes_total_bytes")]
    [InlineData("db_bytes_written", "By", InstrumentKind.Counter, "db_bytes_written_bytes_total")]
    [InlineData("db_bytes_written_total", "By", InstrumentKind.Counter, "db_bytes_written_bytes_total")] // its other format has ..._total_bytes_total
    [InlineData("db.bytes.total", "By", InstrumentKind.Counter, "db_bytes_total_bytes_total")] // only _total is taken off, as it is written
    [InlineData("db.total", "", InstrumentKind.Counter, "db_total")]
    [InlineData("metric_hertz", "hertz", InstrumentKind.Gauge, "metric_hertz")]
    [InlineData("wait.seconds", "s", InstrumentKind.Gauge, "wait_seconds")]
    [InlineData("totalseconds", "s", InstrumentKind.Gauge, "totalseconds")] // present without an underscore
    [InlineData("seconds.left", "s", InstrumentKind.Gauge, "seconds_left_seconds")]
    [InlineData("x.bit.per.second", "bit/s", InstrumentKind.Gauge, "x_bit_per_second_bit_per_second")]
    [InlineData("metric_name_total", "total", InstrumentKind.Counter, "metric_name_total")]
    [InlineData("metric_hertz_total", "hertz_total", InstrumentKind.Counter, "metric_hertz_hertz_total")]
    [InlineData("x_total_total", "1", InstrumentKind.Counter, "x_total")]
    [InlineData("x_total", "1", InstrumentKind.UpDownCounter, "x_total")]
    [InlineData("x.", "By", InstrumentKind.Gauge, "x_bytes")]
    [InlineData("_total", "", InstrumentKind.Counter, "__total")]
    [InlineData("", "", InstrumentKind.Counter, "__total")]
    [InlineData("2_metric_name", "By", InstrumentKind.Gauge, "_metric_name_bytes")]
    public void OfForeign_SuffixesThatAreThere_AreNotRepeated(string name, string unit, InstrumentKind kind, string expected) =>
        Assert.Equal(expected, PrometheusName.OfForeign(name, unit, kind));

    [Fact]
    public void OfForeign_EndlessTexts_KeepUnitAndTotalAndFit()
    {
        string name = PrometheusName.OfForeign(new('a', 70_000), "By", InstrumentKind.Counter);
        Assert.Equal(new string('a', 243) + "_bytes_total", name);
        Assert.Equal(255, PrometheusName.OfForeign("a" + new string('b', 1000), new('{', 70_000), InstrumentKind.Gauge).Length);
        Assert.True(PrometheusName.OfForeign(new('a', 1000), new('u', 70_000), InstrumentKind.Counter).Length <= 255);
    }

    [Theory]
    [InlineData(InstrumentKind.Counter)]
    [InlineData(InstrumentKind.Gauge)]
    [InlineData(InstrumentKind.Histogram)]
    public void OfForeign_AnyTexts_AreNamesThatRowsTake(InstrumentKind kind) => Properties.Hold(HostileText.Names, name =>
    {
        foreach (string unit in new[] { "", "By", name })
        {
            string exported = PrometheusName.OfForeign(name, unit, kind);
            Assert.True(InstrumentNames.IsMetric(exported), exported);
            Assert.DoesNotContain("___", exported, StringComparison.Ordinal);
            if (kind == InstrumentKind.Counter) Assert.NotEqual("", PrometheusName.WithoutTotal(exported));
        }
    });
}
