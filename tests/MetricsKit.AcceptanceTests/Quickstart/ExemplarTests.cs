using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.AcceptanceTests.Quickstart;

/// <summary>From a bucket in Prometheus back to the request: what the quick start was sent, as a real Prometheus gives it back.</summary>
public sealed class ExemplarTests
{
    const string Mission = "0af7651916cd43dd8448eb211c80319c", Map = "4bf92f3577b34da6a3ce929d0e0e4736", Unsampled = "6a1c3f0e5b7d4c2f8e9a0b1c2d3e4f50";

    static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    [PrometheusFact]
    public async Task Exemplars_OfSampledRequests_ComeBackFromPrometheusAsTheyWereScraped()
    {
        await using var quickstart = await QuickstartProcess.StartAsync(Path.GetDirectoryName(Repository.Quickstart)!, [], ("MetricsKit__Exemplars", "true"));
        await SendAsync(quickstart, HttpMethod.Post, "/missions/transport", Mission, flags: "01");
        await SendAsync(quickstart, HttpMethod.Get, "/maps/1", Map, flags: "01");
        await SendAsync(quickstart, HttpMethod.Get, "/", Unsampled, flags: "00");
        Exposition scrape = null!;
        await Eventually.BecomesAsync(
            async () => (scrape = await Scrape.GetAsync(quickstart.Http, ExpositionSyntax.OpenMetrics)).Samples.Where(IsRequest).Sum(sample => sample.Value) == 3, _patience, "three requests are counted");

        await using var prometheus = await PrometheusServer.StartAsync(new ScrapeTarget("quickstart", quickstart.Metrics, TimeSpan.FromMilliseconds(500)));
        var scraped = scrape.Samples.Where(sample => sample.Exemplar is not null).ToList();
        IReadOnlyList<PrometheusExemplar> stored = [];
        await Eventually.BecomesAsync(async () => (stored = await StoredAsync(prometheus)).Count >= scraped.Count, _patience, $"Prometheus has {scraped.Count} exemplars");

        Assert.Equal(scraped.Select(Describe).Order(StringComparer.Ordinal), stored.Select(Describe).Order(StringComparer.Ordinal));
        Assert.All(stored, exemplar => Assert.InRange(Scraped(scraped, exemplar).Timestamp!.Value - Seconds(exemplar.Timestamp), -0.0015, 0.0015)); // Prometheus keeps milliseconds and cuts the rest off
        Assert.Contains(stored, exemplar => exemplar.Series["__name__"] == "oht50_mission_duration_seconds_bucket" && exemplar.Labels["trace_id"] == Mission);
        Assert.Contains(stored, exemplar => exemplar.Series["__name__"] == "oht50_http_request_duration_seconds_bucket" && exemplar.Labels["trace_id"] == Map);
        Assert.Contains(stored, exemplar => exemplar.Series["__name__"] == "oht50_missions_total" && exemplar.Value == 1);
        Assert.DoesNotContain(stored, exemplar => exemplar.Labels["trace_id"] == Unsampled);
        Assert.DoesNotContain("Error on ingesting", prometheus.Output, StringComparison.Ordinal);
    }

    // Counted behind everything else of a request.
    static bool IsRequest(ExpositionSample sample) => sample.Name == "oht50_http_requests_total";

    static async Task<IReadOnlyList<PrometheusExemplar>> StoredAsync(PrometheusServer prometheus)
    {
        var now = TimeProvider.System.GetUtcNow();
        return await prometheus.QueryExemplarsAsync("""{__name__=~"oht50_.+"}""", now - TimeSpan.FromMinutes(10), now + TimeSpan.FromMinutes(1));
    }

    // All that two exemplars must have in common to be the same, but for the time, of which Prometheus keeps less.
    static string Describe(ExpositionSample sample) => $"{sample.Name} {sample["le"]} {sample["endpoint"]} {Describe(sample.Exemplar!.Labels, sample.Exemplar.Value)}";

    static string Describe(PrometheusExemplar stored) =>
        $"{stored.Series["__name__"]} {stored.Series.GetValueOrDefault("le")} {stored.Series.GetValueOrDefault("endpoint")} {Describe(stored.Labels, stored.Value)}";

    static string Describe(IEnumerable<KeyValuePair<string, string>> labels, double value) =>
        FormattableString.Invariant($"{string.Join(',', labels.OrderBy(label => label.Key, StringComparer.Ordinal))} {value:R}");

    static ExpositionExemplar Scraped(IEnumerable<ExpositionSample> scraped, PrometheusExemplar stored) => scraped.Single(sample => Describe(sample) == Describe(stored)).Exemplar!;

    static double Seconds(DateTimeOffset moment) => (moment - DateTimeOffset.UnixEpoch).TotalSeconds;

    static async Task SendAsync(QuickstartProcess quickstart, HttpMethod method, string path, string trace, string flags)
    {
        using HttpRequestMessage request = new(method, path);
        request.Headers.Add("traceparent", $"00-{trace}-b7ad6b7169203331-{flags}");
        using var answer = await quickstart.Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }
}
