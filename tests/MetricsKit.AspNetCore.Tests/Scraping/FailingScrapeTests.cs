using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MetricsKit.AspNetCore.Tests.Scraping;

[Trait("Requirement", "S1-045")]
public sealed class FailingScrapeTests
{
    [Theory]
    [InlineData("identity")]
    [InlineData("gzip")]
    public async Task Snapshot_ThatCannotBeTaken_Is503WithASentence(string encoding)
    {
        BrokenSource source = new();
        await using var site = await Site.StartAsync(app => app.MapMetricsKit(), builder => builder.Services.AddSingleton<IMetricsSnapshotSource>(source));

        using var answer = await GetAsync(site, encoding);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("text/plain; charset=utf-8", answer.Content.Headers.NonValidated["Content-Type"].ToString());
        Assert.Empty(answer.Content.Headers.ContentEncoding);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal("The metrics could not be read; the log of the service says why.\n", await answer.Content.ReadAsStringAsync());
        Assert.Equal(1, site.Services.GetRequiredService<ScrapeLedger>().Failures);
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("gzip")]
    public async Task Body_ThatFailsHalfWay_IsCutOff(string encoding)
    {
        await using var site = await Site.StartAsync(
            app =>
            {
                app.Use((context, next) =>
                {
                    context.Features.Set<IHttpResponseBodyFeature>(new FailingBody(context.Features.GetRequiredFeature<IHttpResponseBodyFeature>()));
                    return next(context);
                });
                app.MapMetricsKit();
            },
            builder => builder.Services.AddMetricsKit(options => options.Limits.MaxSeries = 2 * ManySeries.Count).AddMeter<ManySeries>());

        using var answer = await GetAsync(site, encoding);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode); // it had begun
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(1, site.Services.GetRequiredService<ScrapeLedger>().Failures);
    }

    static async Task<HttpResponseMessage> GetAsync(Site site, string encoding)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/metrics");
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(encoding));
        return await site.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    sealed class BrokenSource : IMetricsSnapshotSource
    {
        public ValueTask<MetricsSnapshot> GetSnapshotAsync(TimeSpan maxAge = default, CancellationToken cancellationToken = default) =>
            throw new IOException("On purpose.");
    }

    /// <summary>Lets one segment through and fails.</summary>
    sealed class FailingBody(IHttpResponseBodyFeature inner) : StreamResponseBodyFeature(inner.Stream, inner), IHttpResponseBodyFeature
    {
        PipeWriter IHttpResponseBodyFeature.Writer { get; } = new FailingWriter(inner.Writer);
    }

    sealed class FailingWriter(PipeWriter inner) : PipeWriter
    {
        int _flushes;

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
            ++_flushes == 3 ? throw new IOException("On purpose.") : inner.FlushAsync(cancellationToken);
    }
}
