using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Formats;

public sealed class NegotiationTests
{
    const string Prometheus242 = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

    [Theory]
    [InlineData(null, ExpositionFormat.PrometheusText)]
    [InlineData("", ExpositionFormat.PrometheusText)]
    [InlineData("*/*", ExpositionFormat.PrometheusText)]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", ExpositionFormat.PrometheusText)]
    [InlineData("text/plain", ExpositionFormat.PrometheusText)]
    [InlineData("text/plain;version=0.0.4", ExpositionFormat.PrometheusText)]
    [InlineData(Prometheus242, ExpositionFormat.OpenMetrics)]
    [InlineData("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2", ExpositionFormat.OpenMetrics)]
    [InlineData("application/openmetrics-text", ExpositionFormat.OpenMetrics)]
    [InlineData("Application/OpenMetrics-Text; Version=\"1.0.0\"; charset=utf-8", ExpositionFormat.OpenMetrics)]
    [InlineData("application/openmetrics-text; version=2.0.0", ExpositionFormat.PrometheusText)]
    [InlineData("application/openmetrics-text;q=0", ExpositionFormat.PrometheusText)]
    [InlineData("application/openmetrics-text;q=0.3,text/plain;q=0.4", ExpositionFormat.PrometheusText)]
    [InlineData("application/openmetrics-text;q=0.4,text/plain;q=0.3", ExpositionFormat.OpenMetrics)]
    [InlineData("application/openmetrics-text;q=0,4,text/plain", ExpositionFormat.PrometheusText)]
    [InlineData("application/openmetrics-text;q=NaN", ExpositionFormat.PrometheusText)]
    [InlineData("application/openmetrics-text;q=lots,text/plain", ExpositionFormat.PrometheusText)]
    [InlineData(";;;,,,=;q==", ExpositionFormat.PrometheusText)]
    public void Choose_AcceptHeader_GivesWhatTheScraperLikesBest(string? accept, ExpositionFormat expected) => Cultures.ForEach(() => Assert.Equal(expected, ExpositionNegotiation.Choose(accept)));

    [Fact]
    [Trait("Requirement", "S1-045")]
    public void ContentType_OfEachFormat_IsWhatPrometheusKnows()
    {
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", ExpositionNegotiation.ContentType(ExpositionFormat.PrometheusText));
        Assert.Equal("application/openmetrics-text; version=1.0.0; charset=utf-8", ExpositionNegotiation.ContentType(ExpositionFormat.OpenMetrics));
    }

    [Fact]
    public void Choose_AnyText_NeverThrows() => Properties.Hold(HostileText.LabelValues, static text =>
    {
        ExpositionNegotiation.Choose(text);
        ExpositionNegotiation.Choose("application/openmetrics-text;" + text);
    });
}
