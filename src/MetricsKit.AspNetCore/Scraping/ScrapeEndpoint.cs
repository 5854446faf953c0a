using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace MetricsKit;

/// <summary>Answers a scrape with a snapshot that was begun for it.</summary>
/// <remarks>
/// Every scrape has a lease of its own and writes from data that no longer changes, so that readers of different speeds and formats
/// do not know of each other. Until the first byte a failure is a 503; after it the connection is cut, because a text that merely
/// ends early would be taken for a whole one.
/// </remarks>
sealed partial class ScrapeEndpoint(IMetricsSnapshotSource source, ScrapeLedger ledger, ILogger<ScrapeEndpoint> logger)
{
    // As long as derived gauges take for their next sample: long enough not to be hammered, well below common scrape intervals.
    const string RetryAfterSeconds = "5";

    bool _failing;

    internal async Task AnswerAsync(HttpContext context)
    {
        var gone = context.RequestAborted;
        ScrapeBody body = new(context.Response.BodyWriter);
        try
        {
            var format = ExpositionNegotiation.Choose(context.Request.Headers.Accept.ToString());
            bool gzip = GzipNegotiation.IsAccepted(context.Request.Headers.AcceptEncoding);
            using var snapshot = await source.GetSnapshotAsync(TimeSpan.Zero, gone).ConfigureAwait(false);
            PrometheusTextWriter text = new(snapshot, format);
            if (text.Done) throw new InvalidOperationException("The snapshot holds no series, not even the kit's own.");
            Describe(context.Response, format, gzip);
            if (!HttpMethods.IsHead(context.Request.Method))
            {
                await (gzip ? body.WriteCompressedAsync(text, gone) : body.WriteAsync(text, gone)).ConfigureAwait(false);
            }
            ledger.Served(format);
            if (Interlocked.Exchange(ref _failing, false)) Recovered(logger);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
        catch (Exception failure)
        {
            ledger.Failed();
            if (!Interlocked.Exchange(ref _failing, true)) Failed(logger, failure); // the first of an episode: scrapes come every few seconds
            if (body.Touched || context.Response.HasStarted) context.Abort();
            else await RefuseAsync(context.Response, gone).ConfigureAwait(false);
        }
    }

    static void Describe(HttpResponse response, ExpositionFormat format, bool gzip)
    {
        var headers = response.Headers;
        response.ContentType = ExpositionNegotiation.ContentType(format);
        headers.CacheControl = "no-store";
        headers.Append(HeaderNames.Vary, "Accept, Accept-Encoding");
        if (gzip) headers.ContentEncoding = "gzip";
    }

    static Task RefuseAsync(HttpResponse response, CancellationToken gone)
    {
        response.Clear();
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.Headers.RetryAfter = RetryAfterSeconds;
        response.Headers.CacheControl = "no-store";
        response.ContentType = "text/plain; charset=utf-8";
        return response.WriteAsync("The metrics could not be read; the log of the service says why.\n", gone);
    }

    [LoggerMessage(1, LogLevel.Error, "A scrape failed and further failures are not logged until one succeeds.")]
    static partial void Failed(ILogger logger, Exception failure);

    [LoggerMessage(2, LogLevel.Information, "Scrapes succeed again.")]
    static partial void Recovered(ILogger logger);
}
