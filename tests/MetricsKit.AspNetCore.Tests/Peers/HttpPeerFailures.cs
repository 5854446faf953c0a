using System.Net;
using MetricsKit.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MetricsKit.AspNetCore.Tests.Peers;

/// <summary>Scrapes that fail, hang, or whose client has gone.</summary>
static class HttpPeerFailures
{
    internal static async Task Refused()
    {
        await using var peer = await PeerSite.StartAsync(configure: static b => b.Services.AddSingleton<IMetricsSnapshotSource>(new BrokenSource()));
        using var answer = await peer.SendAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.NotEqual("", await answer.Content.ReadAsStringAsync());
    }

    internal static async Task Cut()
    {
        await using var peer = await PeerSite.StartAsync(
            static app =>
            {
                app.Use(static async (context, next) =>
                {
                    await context.Response.StartAsync();
                    await next(context);
                });
                app.MapMetricsKit();
            },
            static b => b.Services.AddSingleton<IMetricsSnapshotSource>(new BrokenSource()));
        await Assert.ThrowsAnyAsync<HttpRequestException>(async () => await (await peer.SendAsync()).Content.ReadAsStringAsync());
        Assert.Equal(1, peer.Site.Services.GetRequiredService<ScrapeLedger>().Failures);
    }

    internal static async Task Gone()
    {
        WaitingSource source = new();
        await using var peer = await PeerSite.StartAsync(configure: b => b.Services.AddSingleton<IMetricsSnapshotSource>(source));
        using CancellationTokenSource leaving = new();
        var scrape = peer.Site.Http.GetAsync("/metrics", leaving.Token);
        await source.Asked.WaitAsync(Site.Deadline);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scrape);
        await source.Left.WaitAsync(Site.Deadline); // the reading was told to stop
        Assert.Equal(0, peer.Site.Services.GetRequiredService<ScrapeLedger>().Failures);
    }

    /// <summary>A callback that hangs longer than the scraper says that it waits: the rest is answered.</summary>
    internal static async Task Hanging()
    {
        using ManualResetEventSlim goOn = new();
        await using var peer = await PeerSite.StartAsync();
        try
        {
            peer.Count();
            peer.Meter.CreateObservableGauge("hanging", () =>
            {
                goOn.Wait();
                return 1;
            });
            using var answer = await peer.SendAsync(null, "/metrics", ("X-Prometheus-Scrape-Timeout-Seconds", "0.1"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            string body = await answer.Content.ReadAsStringAsync();
            Assert.Contains("\ncounter_double_bytes_total{", body, StringComparison.Ordinal);
            Assert.DoesNotContain("\nhanging 1\n", body, StringComparison.Ordinal);
        }
        finally { goOn.Set(); }
    }

    /// <summary>Scrapes that come while a reading is held up by a callback.</summary>
    internal static async Task HeldUp()
    {
        using ManualResetEventSlim goOn = new();
        TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var peer = await PeerSite.StartAsync();
        try
        {
            peer.Count();
            peer.Meter.CreateObservableGauge("held_up", () =>
            {
                held.TrySetResult();
                goOn.Wait();
                return 1;
            });
            var first = peer.GetAsync();
            await held.Task.WaitAsync(Site.Deadline);
            var others = Enumerable.Range(0, 8).Select(i => peer.GetAsync(i % 2 == 0 ? "text/plain" : "application/openmetrics-text")).ToArray();
            goOn.Set();
            foreach (var (_, body) in await Task.WhenAll([first, .. others]).WaitAsync(Site.Deadline)) Assert.Contains("\ncounter_double_bytes_total{", body, StringComparison.Ordinal);
        }
        finally { goOn.Set(); }
    }

    sealed class BrokenSource : IMetricsSnapshotSource
    {
        public ValueTask<MetricsSnapshot> GetSnapshotAsync(TimeSpan maxAge = default, CancellationToken cancellationToken = default) => throw new IOException("On purpose.");
    }

    /// <summary>Never has a snapshot, and says when it is asked and when it is told to stop.</summary>
    sealed class WaitingSource : IMetricsSnapshotSource
    {
        readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously), _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        public Task Left => _left.Task;

        public async ValueTask<MetricsSnapshot> GetSnapshotAsync(TimeSpan maxAge = default, CancellationToken cancellationToken = default)
        {
            TaskCompletionSource<MetricsSnapshot> never = new();
            _asked.TrySetResult();
            try { return await never.Task.WaitAsync(cancellationToken); }
            finally { _left.TrySetResult(); }
        }
    }
}
