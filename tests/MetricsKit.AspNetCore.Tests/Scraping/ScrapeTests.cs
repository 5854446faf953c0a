using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using MetricsKit.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MetricsKit.AspNetCore.Tests.Scraping;

[Trait("Requirement", "S1-045")]
public sealed class ScrapeTests
{
    const string Text = "text/plain; version=0.0.4; charset=utf-8", OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    [Theory]
    [InlineData(null, Text)]
    [InlineData("", Text)]
    [InlineData("*/*", Text)] // curl
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", OpenMetrics)] // Prometheus 2.42
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", Text)] // browsers
    [InlineData("application/openmetrics-text", OpenMetrics)]
    [InlineData("application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8; x=y", OpenMetrics)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0, text/plain", Text)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.1, text/plain;version=0.0.4;q=0.9", Text)]
    [InlineData("application/openmetrics-text;version=9.9.9", Text)]
    [InlineData("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,text/plain;version=0.0.4;q=0.3", Text)]
    public async Task Accept_OfAScraper_DecidesTheFormat(string? accept, string contentType)
    {
        await using var site = await StartAsync();
        using HttpRequestMessage request = new(HttpMethod.Get, "/metrics");
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);

        using var answer = await site.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(contentType, answer.Content.Headers.NonValidated["Content-Type"].ToString());
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Equal(["Accept", "Accept-Encoding"], answer.Headers.Vary);
        Assert.Empty(answer.Content.Headers.ContentEncoding);
        ExpositionParser.Parse(await answer.Content.ReadAsByteArrayAsync(), contentType == Text ? ExpositionSyntax.Text : ExpositionSyntax.OpenMetrics);
    }

    [Theory]
    [InlineData(null, ExpositionSyntax.Text)]
    [InlineData("application/openmetrics-text;version=1.0.0", ExpositionSyntax.OpenMetrics)]
    public async Task Gzip_WhenAccepted_RoundTrips(string? accept, ExpositionSyntax format)
    {
        await using var site = await StartAsync(many: true);
        using HttpRequestMessage request = new(HttpMethod.Get, "/metrics");
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));

        using var answer = await site.Http.SendAsync(request);

        Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
        Assert.Equal(["Accept", "Accept-Encoding"], answer.Headers.Vary);
        byte[] packed = await answer.Content.ReadAsByteArrayAsync();
        using GZipStream unpacking = new(new MemoryStream(packed), CompressionMode.Decompress);
        using MemoryStream text = new();
        await unpacking.CopyToAsync(text);
        Assert.True(packed.Length * 4 < text.Length);
        Assert.Equal(ManySeries.Count, ExpositionParser.Parse(text.ToArray(), format).Samples.Count(sample => sample.Name == "test_many_total"));
    }

    [Fact]
    public async Task Head_HasTheHeadersOfGetAndNoBody()
    {
        await using var site = await StartAsync();
        using HttpRequestMessage request = new(HttpMethod.Head, "/metrics");
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));

        using var answer = await site.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Text, answer.Content.Headers.NonValidated["Content-Type"].ToString());
        Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Head_OnARawConnection_LeavesItUsable()
    {
        await using var site = await StartAsync();

        using var raw = await site.ConnectAsync("HEAD /metrics HTTP/1.1\r\nHost: site\r\n\r\nGET /metrics HTTP/1.0\r\nHost: site\r\n\r\n");
        using StreamReader reader = new(raw.GetStream(), Encoding.UTF8);
        string both = await reader.ReadToEndAsync().WaitAsync(Site.Deadline);

        Assert.Equal(3, both.Split("HTTP/1.1 200 OK").Length);
        Assert.EndsWith("\n", both, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("DELETE")]
    public async Task OtherMethods_AreNotAllowed(string method)
    {
        await using var site = await StartAsync();

        using var answer = await site.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/metrics"));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Fact]
    public async Task Scrape_ByPromtool_HasNothingToComplainOf()
    {
        await using var site = await StartAsync();

        var verdict = await PromTool.CheckMetricsAsync(await site.Http.GetStringAsync("/metrics"));

        Assert.Equal("", verdict.Output);
        Assert.Equal(0, verdict.ExitCode);
    }

    [Fact]
    public async Task Path_IsConfigured_AndAPatternWins()
    {
        await using var site = await Site.StartAsync(
            app =>
            {
                app.MapMetricsKit();
                app.MapMetricsKit("/second");
            },
            settings: ("MetricsKit:Prometheus:Path", "/first"));

        Assert.NotEmpty((await site.ScrapeAsync("/first")).Samples);
        Assert.NotEmpty((await site.ScrapeAsync("/second")).Samples);
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http.GetAsync("/metrics")).StatusCode);
    }

    [Fact]
    public async Task Authorization_Required_Is401AndSaysNothing()
    {
        await using var site = await Site.StartAsync(
            app =>
            {
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapMetricsKit().RequireAuthorization();
            },
            builder =>
            {
                builder.Services.AddAuthentication("None").AddScheme<Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions, NoIdentity>("None", null);
                builder.Services.AddAuthorization();
            });

        using var answer = await site.Http.GetAsync("/metrics");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Scrapes_AreCountedByFormat()
    {
        await using var site = await StartAsync();
        using HttpRequestMessage request = new(HttpMethod.Get, "/metrics");
        request.Headers.TryAddWithoutValidation("Accept", "application/openmetrics-text");

        await site.ScrapeAsync();
        await site.ScrapeAsync();
        await site.Http.SendAsync(request);

        // Collectors of the kit itself are read at most every 250 ms, so the newest scrapes may not be seen at once.
        var seen = await site.ScrapeUntilAsync(scrape => scrape.Value("metricskit_scrapes_total", ("format", "openmetrics")) == 1, "the scrape is counted");
        Assert.True(seen.Value("metricskit_scrapes_total", ("format", "text")) >= 2);
    }

    static Task<Site> StartAsync(bool many = false) => Site.StartAsync(
        app =>
        {
            app.UseMetricsKit();
            app.MapMetricsKit();
        },
        builder =>
        {
            if (many) builder.Services.AddMetricsKit(options => options.Limits.MaxSeries = 2 * ManySeries.Count).AddMeter<ManySeries>();
        });
}
