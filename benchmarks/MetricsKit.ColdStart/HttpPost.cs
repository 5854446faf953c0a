using System.Net.Http;

namespace MetricsKit.Benchmarks;

/// <summary>One small request by <see cref="HttpClient"/>: what is in the first export of whoever exports over HTTP.</summary>
static class HttpPost
{
    internal static int Run(string endpoint)
    {
        using HttpClient client = new(new SocketsHttpHandler());
        using HttpRequestMessage request = new(HttpMethod.Post, endpoint + "/v1/metrics") { Content = new ByteArrayContent(new byte[64]) };
        using var response = client.Send(request);
        return response.IsSuccessStatusCode ? 0 : 1;
    }
}
