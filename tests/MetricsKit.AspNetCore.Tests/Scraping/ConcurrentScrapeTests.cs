using System.Net;
using System.Net.Sockets;
using MetricsKit.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MetricsKit.AspNetCore.Tests.Scraping;

[Trait("Requirement", "S1-045")]
public sealed class ConcurrentScrapeTests
{
    const int Readers = 64, ScrapesEach = 20;

    [Fact]
    public async Task SixtyFourReaders_OfMixedFormats_AllGetWholeTextsAndNoCounterDecreases()
    {
        await using var site = await Site.StartAsync(app =>
        {
            app.UseMetricsKit();
            app.MapMetricsKit();
            app.MapGet("/work/{kind}", (string kind, BusinessMetrics business) => business.ConfigChanged(kind));
        });
        using CancellationTokenSource done = new();
        using HttpClient workers = new() { BaseAddress = site.Address };
        int driven = 0;
        var traffic = Task.WhenAll(Enumerable.Range(0, 4).Select(async worker =>
        {
            // New series come while others are being read.
            for (int i = 0; !done.IsCancellationRequested; i++, Interlocked.Increment(ref driven)) await workers.GetAsync($"/work/kind_{worker}_{i % 50}");
        }));

        await Task.WhenAll(Enumerable.Range(0, Readers).Select(reader => ReadAsync(site, reader)));
        await done.CancelAsync();
        await traffic;

        var last = await site.ScrapeUntilAsync(scrape => Site.Total(scrape) >= driven, "all requests are counted");
        Assert.Equal(driven, Site.Total(last));
        Assert.Equal(driven, last.Samples.Where(sample => sample.Name == "config_changes_total").Sum(sample => sample.Value));
        Assert.Equal(0, Site.Active(last));
    }

    [Fact]
    public async Task SlowReader_HoldsNobodyUp_AndGetsAWholeTextInTheEnd()
    {
        await using var site = await Site.StartAsync(
            app => app.MapMetricsKit(),
            builder =>
            {
                builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MinResponseDataRate = null); // or a loaded machine makes the server give the reader up
                builder.Services.AddMetricsKit(options => options.Limits.MaxSeries = 2 * ManySeries.Count).AddMeter<ManySeries>();
            });
        var many = site.Services.GetRequiredService<ManySeries>();
        var scrapes = site.Services.GetRequiredService<ScrapeLedger>();

        // It asks and does not read: the server stands still in the middle of the text, with more to send than sockets hold.
        using TcpClient slow = new() { ReceiveBufferSize = 4096 };
        await slow.ConnectAsync(site.Address.Host, site.Address.Port);
        await slow.GetStream().WriteAsync("GET /metrics HTTP/1.0\r\n\r\n"u8.ToArray());
        var first = new byte[1];
        await slow.GetStream().ReadExactlyAsync(first).AsTask().WaitAsync(Site.Deadline);
        const int Others = 2;
        for (int i = 0; i < Others; i++)
        {
            many.AddToAll();
            var other = await site.ScrapeAsync();
            Assert.All(other.Family("test_many_total").Samples, sample => Assert.Equal(i + 1, sample.Value));
        }
        await Eventually.BecomesAsync(() => scrapes.Text >= Others, Site.Deadline, "the other scrapes are counted");
        Assert.Equal(Others, scrapes.Text); // the slow one is still being answered
        using MemoryStream rest = new();
        await slow.GetStream().CopyToAsync(rest).WaitAsync(Site.Deadline);

        byte[] answer = [.. first, .. rest.ToArray()];
        int body = answer.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        var scrape = ExpositionParser.Parse(answer.AsSpan(body), ExpositionSyntax.Text);
        Assert.Equal(ManySeries.Count, scrape.Family("test_many_total").Samples.Count);
        Assert.All(scrape.Family("test_many_total").Samples, sample => Assert.Equal(0, sample.Value)); // as it was when it asked
    }

    [Fact]
    public async Task Readers_WhoLeaveInTheMiddle_HarmNothing()
    {
        await using var site = await Site.StartAsync(
            app => app.MapMetricsKit(),
            builder => builder.Services.AddMetricsKit(options => options.Limits.MaxSeries = 2 * ManySeries.Count).AddMeter<ManySeries>());

        for (int i = 0; i < 20; i++)
        {
            string encoding = i % 2 == 0 ? "" : "Accept-Encoding: gzip\r\n";
            using var raw = await site.ConnectAsync($"GET /metrics HTTP/1.1\r\nHost: site\r\n{encoding}\r\n");
            raw.LingerState = new LingerOption(true, 0); // a reset, not a polite end
            await raw.GetStream().ReadExactlyAsync(new byte[1]).AsTask().WaitAsync(Site.Deadline);
        }

        Assert.Equal(ManySeries.Count, (await site.ScrapeAsync()).Family("test_many_total").Samples.Count);
        Assert.Equal(0, site.Services.GetRequiredService<ScrapeLedger>().Failures);
    }

    static async Task ReadAsync(Site site, int reader)
    {
        using SocketsHttpHandler handler = new() { AutomaticDecompression = reader % 4 < 2 ? DecompressionMethods.GZip : DecompressionMethods.None };
        using HttpClient http = new(handler) { BaseAddress = site.Address, Timeout = Site.Deadline };
        var format = reader % 2 == 0 ? ExpositionSyntax.Text : ExpositionSyntax.OpenMetrics;
        if (format == ExpositionSyntax.OpenMetrics) http.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "application/openmetrics-text;version=1.0.0");
        Dictionary<string, double> before = [];
        for (int i = 0; i < ScrapesEach; i++)
        {
            var scrape = ExpositionParser.Parse(await http.GetByteArrayAsync("/metrics"), format);
            foreach (var sample in scrape.Families.Where(family => family.Type is ExpositionType.Counter or ExpositionType.Histogram).SelectMany(family => family.Samples))
            {
                string identity = $"{sample.Name}{{{string.Join(',', sample.Labels)}}}";
                Assert.True(!before.TryGetValue(identity, out double was) || sample.Value >= was, $"{identity} went from {was} to {sample.Value}.");
                before[identity] = sample.Value;
            }
        }
    }
}
