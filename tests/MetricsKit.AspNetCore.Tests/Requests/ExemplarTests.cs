using System.Diagnostics;
using MetricsKit.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace MetricsKit.AspNetCore.Tests.Requests;

/// <summary>The way from a slow bucket to the request in it: the request's activity is still the current one when its duration is recorded.</summary>
public sealed class ExemplarTests
{
    const string Sampled = "0af7651916cd43dd8448eb211c80319c", Unsampled = "4bf92f3577b34da6a3ce929d0e0e4736", Parent = "b7ad6b7169203331";

    static readonly string[] _families = ["api_response_time_seconds_bucket", "http_request_duration_seconds_bucket", "http_requests_total"];

    [Theory]
    [InlineData("/at-once"), InlineData("/later"), InlineData("/failing"), InlineData("/failing-later")]
    public async Task Request_OfASampledTrace_IsTheExemplarOfItsBucketAndOfItsCounter(string path)
    {
        using var tracer = Tracer();
        string? span = null;
        await using var site = await StartAsync(app =>
        {
            app.MapGet("/at-once", () => span = Activity.Current!.SpanId.ToHexString());
            app.MapGet("/later", async () =>
            {
                await Task.Yield();
                span = Activity.Current!.SpanId.ToHexString();
            });
            app.MapGet("/failing", string () =>
            {
                span = Activity.Current!.SpanId.ToHexString();
                throw new InvalidOperationException("It always fails.");
            });
            app.MapGet("/failing-later", async Task<string> () =>
            {
                span = Activity.Current!.SpanId.ToHexString();
                await Task.Yield();
                throw new InvalidOperationException("It always fails.");
            });
        });

        await SendAsync(site, path, $"00-{Sampled}-{Parent}-01");
        await SendAsync(site, "/unknown", null);
        await site.RequestsAsync(2);

        var exemplars = await ExemplarsAsync(site);
        Assert.Equal(_families, exemplars.Select(static s => s.Name).Order(StringComparer.Ordinal));
        Assert.All(exemplars, sample =>
        {
            Assert.Equal(path, sample["endpoint"]);
            Assert.Equal([new("trace_id", Sampled), new("span_id", span!)], sample.Exemplar!.Labels);
        });
    }

    [Fact]
    public async Task Request_OfATraceThatIsNotSampled_LeavesNone()
    {
        using var tracer = Tracer();
        await using var site = await StartAsync(static app => app.MapGet("/at-once", static () => Activity.Current!.TraceId.ToHexString()));

        Assert.Equal(Unsampled, await SendAsync(site, "/at-once", $"00-{Unsampled}-{Parent}-00"));
        await site.RequestsAsync(1);

        Assert.Empty(await ExemplarsAsync(site));
    }

    static Task<Site> StartAsync(Action<WebApplication> routes) => Site.StartAsync(app =>
    {
        app.UseMetricsKit();
        routes(app);
        app.MapMetricsKit();
    }, null, ("MetricsKit:Exemplars", "true"));

    /// <summary>Samples what its caller has sampled, as tracers do unless they are told otherwise.</summary>
    static ActivityListener Tracer()
    {
        ActivityListener tracer = new()
        {
            ShouldListenTo = static source => source.Name == "Microsoft.AspNetCore",
            Sample = static (ref options) => options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.PropagationData,
        };
        ActivitySource.AddActivityListener(tracer);
        return tracer;
    }

    static async Task<string> SendAsync(Site site, string path, string? traceParent)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        if (traceParent is not null) request.Headers.Add("traceparent", traceParent);
        using var answer = await site.Http.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    static async Task<ExpositionSample[]> ExemplarsAsync(Site site)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/metrics");
        request.Headers.Accept.ParseAdd("application/openmetrics-text; version=1.0.0");
        using var answer = await site.Http.SendAsync(request);
        return [.. ExpositionParser.Parse(await answer.Content.ReadAsByteArrayAsync(), ExpositionSyntax.OpenMetrics).Samples.Where(static s => s.Exemplar is not null)];
    }
}
