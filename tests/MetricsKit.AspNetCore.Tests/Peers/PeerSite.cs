using System.Diagnostics.Metrics;
using MetricsKit.Testing;
using Microsoft.AspNetCore.Builder;

namespace MetricsKit.AspNetCore.Tests.Peers;

/// <summary>A meter as any library makes one, and an application that measures it and is scraped over HTTP.</summary>
sealed class PeerSite : IAsyncDisposable
{
    internal const string Text = "text/plain; version=0.0.4; charset=utf-8", OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    PeerSite(Meter meter, Site site) => (Meter, Site) = (meter, site);

    internal Meter Meter { get; }

    internal Site Site { get; }

    internal static async Task<PeerSite> StartAsync(Action<WebApplication>? pipeline = null, Action<WebApplicationBuilder>? configure = null, KeyValuePair<string, object?>[]? tags = null, params (string Key, string Value)[] settings)
    {
        Meter meter = new("Peer." + Guid.NewGuid().ToString("N"), "1.0.1", tags);
        return new(meter, await Site.StartAsync(pipeline ?? (static app => app.MapMetricsKit()), configure, [("MetricsKit:Meters:0", meter.Name), .. settings]));
    }

    /// <summary>The counter that OpenTelemetry's tests of its endpoint count in.</summary>
    internal void Count()
    {
        var counter = Meter.CreateCounter<double>("counter_double", "By");
        counter.Add(100.18, new("key1", "value1"), new KeyValuePair<string, object?>("key2", "value2"));
        counter.Add(0.99, new("key1", "value1"), new KeyValuePair<string, object?>("key2", "value2"));
    }

    internal Task<HttpResponseMessage> SendAsync(string? accept = null, string path = "/metrics", params (string Key, string Value)[] headers)
    {
        HttpRequestMessage request = new(HttpMethod.Get, path);
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        foreach (var (key, value) in headers) request.Headers.TryAddWithoutValidation(key, value);
        return Site.Http.SendAsync(request);
    }

    /// <summary>The content type and the text, which the strict parser has read as what it says it is.</summary>
    internal async Task<(string Type, string Body)> GetAsync(string? accept = null, string path = "/metrics")
    {
        using var answer = await SendAsync(accept, path);
        answer.EnsureSuccessStatusCode();
        string type = answer.Content.Headers.NonValidated["Content-Type"].ToString(), body = await answer.Content.ReadAsStringAsync();
        ExpositionParser.Parse(body, type == Text ? ExpositionSyntax.Text : ExpositionSyntax.OpenMetrics);
        return (type, body);
    }

    public async ValueTask DisposeAsync()
    {
        await Site.DisposeAsync();
        Meter.Dispose();
    }
}
