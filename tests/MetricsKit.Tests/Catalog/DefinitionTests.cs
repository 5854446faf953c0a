using System.Collections.Immutable;
using Xunit;

namespace MetricsKit.Tests.Catalog;

public sealed class DefinitionTests
{
    [Fact]
    public void PrometheusName_OfACounterThatIsCalledTotal_HasAFamilyOfItsOwn()
    {
        var row = Define.Counter("total", "1", "T.");
        Assert.Equal("total_total", PrometheusName.Of(row, ""));
        Assert.Equal("oht50_total", PrometheusName.Of(row, "oht50")); // oht50_total_total would be a family that ends like a sample
    }

    [Theory]
    [InlineData("mission.duration", "s", InstrumentKind.Histogram, "mission_duration_seconds")]
    [InlineData("missions", "{mission}", InstrumentKind.Counter, "missions_total")]
    [InlineData("network.bytes", "By", InstrumentKind.Counter, "network_bytes_total")]
    [InlineData("jobs.total", "1", InstrumentKind.Counter, "jobs_total")]
    [InlineData("cpu.time", "s", InstrumentKind.Counter, "cpu_time_seconds_total")]
    [InlineData("api.throughput.requests", "{request}/s", InstrumentKind.Gauge, "api_throughput_requests_per_second")]
    [InlineData("disk.speed", "By/s", InstrumentKind.Gauge, "disk_speed_bytes_per_second")]
    [InlineData("speed", "m/s", InstrumentKind.Gauge, "speed_meters_per_second")]
    [InlineData("seconds", "s", InstrumentKind.Gauge, "seconds")]
    [InlineData("cpu.usage", "%", InstrumentKind.Gauge, "cpu_usage_percent")]
    [InlineData("lag", "ms", InstrumentKind.Gauge, "lag_milliseconds")]
    [InlineData("strange", "10*3/uL", InstrumentKind.Gauge, "strange_per_uL")]
    public void PrometheusName_OfNameUnitAndKind_IsDerived(string name, string unit, InstrumentKind kind, string expected)
    {
        InstrumentDefinition row = kind switch
        {
            InstrumentKind.Counter => Define.Counter(name, unit, "T."),
            InstrumentKind.Histogram => Define.Histogram(name, unit, "T."),
            _ => Define.Gauge(name, unit, "T."),
        };
        Assert.Equal(expected, PrometheusName.Of(row, ""));
        Assert.Equal("oht50_" + expected, PrometheusName.Of(row, "oht50"));
        Assert.Equal("oht50_" + expected, PrometheusName.Of(row, "oht50_"));
    }

    [Fact]
    public void PrometheusName_ThatTheRowStates_IsTakenAsItIs() =>
        Assert.Equal("p_special", PrometheusName.Of(Define.Gauge("something.else", "s", "T.") with { PrometheusName = "special" }, "p"));

    [Theory]
    [InlineData("")]
    [InlineData("Mission")]
    [InlineData("9lives")]
    [InlineData("a-b")]
    [InlineData("a b")]
    [InlineData(".a")]
    [InlineData("größe")]
    public void Define_NameThatIsNone_IsRefusedWithTheCure(string name)
    {
        Assert.Contains("is not an instrument name", Assert.Throws<ArgumentException>(() => Define.Counter(name, "1", "T.")).Message, StringComparison.Ordinal);
        Assert.Contains("is not a tag key", Assert.Throws<ArgumentException>(() => TagKey.Open(name)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("le")]
    [InlineData("quantile")]
    [InlineData("otel_metric_overflow")]
    [InlineData("otel.metric.overflow")]
    public void TagKey_ThatTheFormatsReserve_IsRefused(string name) => Assert.Throws<ArgumentException>(() => TagKey.Open(name));

    [Fact]
    public void TagKey_ValuesThatDoNotFit_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => TagKey.OneOf("a"));
        Assert.Throws<ArgumentException>(() => TagKey.OneOf("a", "x", "x"));
        Assert.Throws<ArgumentException>(() => TagKey.OneOf("a", "x", ""));
        Assert.Throws<ArgumentException>(() => TagKey.OneOf("a", TagKey.Other));
        Assert.Throws<ArgumentException>(() => TagKey.OfEnum<DayOfWeek>("a", "sunday"));
        Assert.Throws<ArgumentException>(() => TagKey.OfEnum<Gaps>("a", "one", "three"));
    }

    [Fact]
    public void Define_BoundsLimitsAndTagsThatDoNotFit_AreRefused()
    {
        var row = Define.Histogram("h", "s", "H.");
        Assert.Throws<ArgumentException>(() => row with { Bounds = [1, 1] });
        Assert.Throws<ArgumentException>(() => row with { Bounds = [2, 1] });
        Assert.Throws<ArgumentException>(() => row with { Bounds = [double.NaN] });
        Assert.Throws<ArgumentException>(() => row with { Bounds = [double.PositiveInfinity] });
        Assert.Throws<ArgumentException>(() => row with { Bounds = [.. Enumerable.Range(0, 255).Select(static b => (double)b)] });
        Assert.Throws<ArgumentException>(() => Define.Counter("c", "1", "C.") with { Bounds = [1] });
        Assert.Throws<ArgumentOutOfRangeException>(() => row with { MaxSeries = 0 });
        Assert.Throws<ArgumentException>(() => Define.Counter("c", "1", "C.", TagKey.Open("a.b"), TagKey.Open("a_b")));
        Assert.Throws<ArgumentException>(() => Define.Counter("c", "1", " "));
        Assert.Throws<ArgumentOutOfRangeException>(() => Define.Counter("c", "1", new string('x', 1001)));
        Assert.Equal(14, row.Bounds.Length);
        Assert.Empty((row with { Bounds = ImmutableArray<double>.Empty }).Bounds);
    }

    [Fact]
    public void MeterDefinition_TwoRowsOfOneName_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new MeterDefinition("M", Define.Counter("a.b", "1", "T."), Define.Gauge("a_b", "1", "T.")));

    enum Gaps { One = 1, Three = 3 }
}
