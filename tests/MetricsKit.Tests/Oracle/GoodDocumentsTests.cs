using System.Net;
using System.Net.Sockets;
using System.Text;
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
        using var page = new TcpListener(IPAddress.Loopback, 0);
        page.Start();
        using var closing = new CancellationTokenSource();
        var serving = ServeAsync(page, contentType, document, closing.Token);
        await using (var prometheus = await PrometheusServer.StartAsync(new ScrapeTarget("good", new Uri($"http://{page.LocalEndpoint}/metrics"), TimeSpan.FromMilliseconds(200))))
        {
            await prometheus.WaitForAsync("up{job=\"good\"} == 1", samples => samples.Count == 1, TimeSpan.FromSeconds(30));

            foreach (var sample in ExpositionParser.Parse(document, format).Samples)
            {
                // Quantiles and bounds are matched as text, so this also shows that Prometheus keeps .0 as it is.
                var stored = await prometheus.QueryAsync(sample.Name + Matchers(sample));
                Assert.Equal(sample.Value, Assert.Single(stored, candidate => candidate.Labels.Count == sample.Labels.Count + AddedLabels).Value);
            }
        }

        await closing.CancelAsync();
        await serving;
    }

    static string Matchers(ExpositionSample sample) => "{" + string.Join(',', sample.Labels.Select(label => $"{label.Key}={Quoted(label.Value)}")) + "}";

    static string Quoted(string value) =>
        '"' + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + '"';

    // Just enough of HTTP for a client that sends its whole request and then reads until the connection closes.
    static async Task ServeAsync(TcpListener listener, string contentType, string document, CancellationToken closing)
    {
        var body = Encoding.UTF8.GetBytes(document);
        var answer = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n");
        var request = new byte[8192];
        try
        {
            while (true)
            {
                using var client = await listener.AcceptSocketAsync(closing);
                await client.ReceiveAsync(request, closing);
                await client.SendAsync(answer, closing);
                await client.SendAsync(body, closing);
                client.Shutdown(SocketShutdown.Both);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException && closing.IsCancellationRequested)
        {
            // The test is over; a last scrape may have been cut off.
        }
    }
}
