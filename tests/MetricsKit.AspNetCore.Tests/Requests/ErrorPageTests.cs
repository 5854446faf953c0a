using System.Net;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace MetricsKit.AspNetCore.Tests.Requests;

/// <summary>An error page answers in the name of the request that failed, wherever it stands in the pipeline.</summary>
[Trait("Requirement", "S1-006")]
public sealed class ErrorPageTests
{
    /// <summary>Where the error pages and routing stand; implicit routing is the first of all.</summary>
    public static TheoryData<bool, bool> Orders => new() { { true, true }, { true, false }, { false, true }, { false, false } };

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task StatusPage_ReExecutes_TheOriginalRouteIsCountedOnce(bool pageFirst, bool routingFirst)
    {
        await using var site = await StartAsync(pageFirst, routingFirst, app => app.UseStatusCodePagesWithReExecute("/error/{0}"));

        var matched = await site.Http.GetAsync("/orders/7");
        var unmatched = await site.Http.GetAsync("/nowhere");

        Assert.Equal(HttpStatusCode.NotFound, matched.StatusCode);
        Assert.Equal("page 404", await matched.Content.ReadAsStringAsync());
        Assert.Equal("page 404", await unmatched.Content.ReadAsStringAsync());
        Assert.Equal(["GET /orders/{id} 404 1", "GET _UNMATCHED 404 1"], await site.RequestsAsync(2));
        Assert.Equal(["GET /orders/{id} 1", "GET _UNMATCHED 1"], Site.Durations(await site.ScrapeAsync()));
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task ExceptionPage_ReExecutes_TheOriginalRouteIsCountedOnceAs500(bool pageFirst, bool routingFirst)
    {
        await using var site = await StartAsync(pageFirst, routingFirst, app => app.UseExceptionHandler("/error/500"));

        var answer = await site.Http.GetAsync("/crash");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("page 500", await answer.Content.ReadAsStringAsync());
        Assert.Equal(["GET /crash 500 1"], await site.RequestsAsync(1));
        Assert.Equal(["GET /crash 1"], Site.Durations(await site.ScrapeAsync()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ExceptionPage_ForAnUnmatchedPath_IsUnmatched(bool routingFirst)
    {
        await using var site = await StartAsync(pageFirst: false, routingFirst, app =>
        {
            app.UseExceptionHandler("/error/500");
            app.Use((context, next) => context.Request.Path == "/nowhere" ? throw new InvalidOperationException("On purpose.") : next(context));
        });

        await site.Http.GetAsync("/nowhere");

        Assert.Equal(["GET _UNMATCHED 500 1"], await site.RequestsAsync(1));
    }

    [Fact]
    public async Task ErrorPage_AskedForDirectly_IsARouteLikeAnyOther()
    {
        await using var site = await StartAsync(pageFirst: false, routingFirst: false, app => app.UseStatusCodePagesWithReExecute("/error/{0}"));

        await site.Http.GetAsync("/error/404");

        Assert.Equal(["GET /error/{code} 200 1"], await site.RequestsAsync(1));
    }

    static Task<Site> StartAsync(bool pageFirst, bool routingFirst, Action<WebApplication> page) => Site.StartAsync(app =>
    {
        if (pageFirst) page(app);
        app.UseMetricsKit();
        if (!pageFirst) page(app);
        if (!routingFirst) app.UseRouting();
        app.MapMetricsKit();
        app.MapGet("/orders/{id}", context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        app.MapGet("/crash", string () => throw new InvalidOperationException("On purpose."));
        app.MapGet("/error/{code}", (int code) => $"page {code}");
    });
}
