using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Oracle;

public sealed class GoodDocumentsTests
{
    const int AddedLabels = 3; // __name__, job and instance.
    const string TextType = "text/plain; version=0.0.4; charset=utf-8";
    const string OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    // The oracle must not call good what a real Prometheus drops, nor read another value out of it.
    [PrometheusTheory]
    [InlineData(TextType, GoodDocuments.Text, ExpositionSyntax.Text)]
    [InlineData(OpenMetricsType, GoodDocuments.OpenMetrics, ExpositionSyntax.OpenMetrics)]
    public async Task Prometheus_ScrapingAGoodDocument_StoresWhatTheParserReads(string contentType, string document, ExpositionSyntax format)
    {
        using var page = new DocumentServer(contentType, document);
        // The interval is the timeout as well: on a machine with much else to do a scrape may take its time.
        await using var prometheus = await PrometheusServer.StartAsync(new ScrapeTarget("good", page.Address, TimeSpan.FromSeconds(1)));
        await prometheus.WaitForAsync("up{job=\"good\"} == 1", samples => samples.Count == 1, TimeSpan.FromSeconds(60));

        foreach (var sample in ExpositionParser.Parse(document, format).Samples)
        {
            // Quantiles and bounds are matched as text, so this also shows that Prometheus keeps .0 as it is.
            var stored = await prometheus.QueryAsync(sample.Name + Matchers(sample));
            Assert.Equal(sample.Value, Assert.Single(stored, candidate => candidate.Labels.Count == sample.Labels.Count + AddedLabels).Value);
        }
    }

    static string Matchers(ExpositionSample sample) => "{" + string.Join(',', sample.Labels.Select(label => $"{label.Key}={Quoted(label.Value)}")) + "}";

    static string Quoted(string value) =>
        '"' + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + '"';
}
