using MetricsKit.Testing;

namespace MetricsKit.AcceptanceTests;

/// <summary>Reads <c>/metrics</c> as a scraper does, and refuses everything questionable.</summary>
static class Scrape
{
    static readonly Uri _path = new("/metrics", UriKind.Relative);

    public static async Task<Exposition> GetAsync(HttpClient http, ExpositionSyntax format)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _path);
        request.Headers.Accept.ParseAdd(format == ExpositionSyntax.OpenMetrics ? "application/openmetrics-text; version=1.0.0" : "text/plain; version=0.0.4");
        using var response = await http.SendAsync(request);
        var body = await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
        var type = response.Content.Headers.ContentType?.MediaType;
        return type == request.Headers.Accept.First().MediaType
            ? ExpositionParser.Parse(body, format)
            : throw new InvalidOperationException($"Asked for {request.Headers.Accept}, it answered {type}.");
    }

    public static Task<string> GetTextAsync(HttpClient http) => http.GetStringAsync(_path);
}
