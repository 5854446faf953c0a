using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace MetricsKit.AspNetCore.Tests.Requests;

public sealed class RequestTests
{
    [Fact]
    [Trait("Requirement", "S1-006")]
    [Trait("Requirement", "S1-007")]
    public async Task Request_Answered_IsCountedAndTimedByMethodRouteAndStatus()
    {
        await using var site = await StartAsync(app =>
        {
            app.MapGet("/orders/{id}", (int id) => id == 1 ? Results.Ok() : Results.NotFound());
            app.MapPost("/orders", () => Results.Created());
        });

        await site.Http.GetAsync("/orders/1");
        await site.Http.GetAsync("/orders/2");
        await site.Http.GetAsync("/orders/3");
        await site.Http.PostAsync("/orders", null);

        Assert.Equal(["GET /orders/{id} 200 1", "GET /orders/{id} 404 2", "POST /orders 201 1"], await site.RequestsAsync(4));
        var scrape = await site.ScrapeAsync();
        Assert.Equal(["GET /orders/{id} 3", "POST /orders 1"], Site.Durations(scrape));
        Assert.True(scrape.Value("http_request_duration_seconds_sum", ("method", "GET"), ("endpoint", "/orders/{id}")) > 0);
    }

    [Fact]
    [Trait("Requirement", "S1-020")]
    public async Task Duration_OfRequests_IsAlsoTheResponseTimeOfTheApi()
    {
        await using var site = await StartAsync(app => app.MapGet("/orders", () => "none"));

        await site.Http.GetAsync("/orders");

        await site.RequestsAsync(1);
        Assert.Equal(1, (await site.ScrapeAsync()).Value("api_response_time_seconds_count", ("endpoint", "/orders"), ("method", "GET")));
    }

    [Fact]
    public async Task ActiveRequests_WhileOneIsAnswered_AreOne()
    {
        TaskCompletionSource entered = new(), finish = new();
        await using var site = await StartAsync(app => app.MapPost("/wait", async () =>
        {
            entered.SetResult();
            await finish.Task;
        }));

        var answer = site.Http.PostAsync("/wait", null);
        await entered.Task.WaitAsync(Site.Deadline);
        var during = await site.ScrapeAsync();
        finish.SetResult();
        await answer;
        await site.RequestsAsync(1);
        var after = await site.ScrapeAsync();

        Assert.Equal(1, during.Value("http_requests_active", ("method", "POST")));
        Assert.Equal(0, Site.Total(during));
        Assert.Equal(0, after.Value("http_requests_active", ("method", "POST")));
    }

    [Fact]
    [Trait("Requirement", "S1-006")]
    public async Task Scanner_ThousandUnknownPaths_AddsOneSeries()
    {
        await using var site = await StartAsync(app => app.MapGet("/", () => "home"));

        for (int i = 0; i < 1000; i++) await site.Http.GetAsync($"/wp-admin/{Guid.NewGuid()}");

        Assert.Equal(["GET _UNMATCHED 404 1000"], await site.RequestsAsync(1000));
        Assert.Equal(["GET _UNMATCHED 1000"], Site.Durations(await site.ScrapeAsync()));
    }

    [Fact]
    [Trait("Requirement", "S1-006")]
    public async Task Methods_ThousandInvented_AddOneValue()
    {
        await using var site = await StartAsync(app => app.Map("/any", () => "thing"));

        for (int i = 0; i < 1000; i++)
        {
            using HttpRequestMessage request = new(new HttpMethod($"M{Guid.NewGuid():N}"), "/any");
            await site.Http.SendAsync(request);
        }

        Assert.Equal(["_OTHER /any 200 1000"], await site.RequestsAsync(1000));
        var scrape = await site.ScrapeAsync();
        Assert.Equal(["_OTHER /any 1000"], Site.Durations(scrape));
        Assert.Equal(0, Site.Active(scrape));
        Assert.Equal(Tags.Method.Values.Length + 1, scrape.Family("http_requests_active").Samples.Count);
    }

    [Fact]
    public async Task Method_InLowerCase_IsAnother()
    {
        await using var site = await StartAsync(app => app.Map("/any", () => "thing"));

        using var raw = await site.ConnectAsync("get /any HTTP/1.1\r\nHost: site\r\n\r\n");

        Assert.Equal(["_OTHER /any 200 1"], await site.RequestsAsync(1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "S1-006")]
    public async Task UnhandledException_BeforeOrAfterWaiting_CountsAs500AndGoesOn(bool atOnce)
    {
        await using var site = await StartAsync(app => app.MapGet("/crash", async context =>
        {
            if (!atOnce) await Task.Yield();
            throw new InvalidOperationException("On purpose.");
        }));

        var answer = await site.Http.GetAsync("/crash");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal(["GET /crash 500 1"], await site.RequestsAsync(1));
        Assert.Equal(0, Site.Active(await site.ScrapeAsync()));
    }

    [Fact]
    public async Task UnhandledException_OutOfTheDelegateItself_CountsAs500()
    {
        await using var site = await StartAsync(app =>
            app.Use(next => context => context.Request.Path == "/metrics" ? next(context) : throw new InvalidOperationException("On purpose.")));

        await site.Http.GetAsync("/crash");

        Assert.Equal(["GET _UNMATCHED 500 1"], await site.RequestsAsync(1));
    }

    [Fact]
    public async Task BadRequest_OfTheServer_CountsAsItsStatus()
    {
        await using var site = await StartAsync(app => app.MapPost("/upload", (HttpContext _) => throw new BadHttpRequestException("Too much.", StatusCodes.Status413PayloadTooLarge)));

        var answer = await site.Http.PostAsync("/upload", null);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal(["POST /upload 413 1"], await site.RequestsAsync(1));
    }

    [Fact]
    public async Task StatusCode_OutsideTheStandard_AddsOneValue()
    {
        await using var site = await StartAsync(app => app.MapGet("/status/{code}", (int code) => Results.StatusCode(code)));

        for (int code = 600; code < 700; code++) await site.Http.GetAsync($"/status/{code}");

        Assert.Equal(["GET /status/{code} _OTHER 100"], await site.RequestsAsync(100));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "S1-006")]
    public async Task ClientAbort_InTheMiddle_CountsAs499(bool swallowed)
    {
        TaskCompletionSource entered = new();
        await using var site = await StartAsync(app => app.MapGet("/slow", async context =>
        {
            entered.SetResult();
            try
            {
                await new TaskCompletionSource().Task.WaitAsync(context.RequestAborted); // until the client leaves
            }
            catch (OperationCanceledException) when (swallowed)
            {
                // As if nothing had happened.
            }
        }));

        using (await site.ConnectAsync("GET /slow HTTP/1.1\r\nHost: site\r\n\r\n"))
        {
            await entered.Task.WaitAsync(Site.Deadline);
        }

        Assert.Equal(["GET /slow 499 1"], await site.RequestsAsync(1));
        Assert.Equal(0, Site.Active(await site.ScrapeAsync()));
    }

    [Fact]
    public async Task ClientAbort_InTheMiddleOfItsOwnBody_CountsAs499()
    {
        TaskCompletionSource entered = new();
        await using var site = await StartAsync(app => app.MapPost("/upload", async context =>
        {
            entered.SetResult();
            await context.Request.Body.CopyToAsync(Stream.Null);
        }));

        using (await site.ConnectAsync("POST /upload HTTP/1.1\r\nHost: site\r\nContent-Length: 1000\r\n\r\nabc"))
        {
            await entered.Task.WaitAsync(Site.Deadline);
        }

        Assert.Equal(["POST /upload 499 1"], await site.RequestsAsync(1));
    }

    static Task<Site> StartAsync(Action<WebApplication> routes) => Site.StartAsync(app =>
    {
        app.UseMetricsKit();
        app.MapMetricsKit();
        routes(app);
    });
}
