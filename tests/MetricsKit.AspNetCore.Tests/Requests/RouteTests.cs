using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MetricsKit.AspNetCore.Tests.Requests;

[Trait("Requirement", "S1-006")]
public sealed class RouteTests
{
    [Fact]
    public async Task Route_OfGroupsWithAndWithoutSlashes_HasOneLeadingSlash()
    {
        await using var site = await StartAsync(app =>
        {
            app.MapGroup("api").MapGet("a/{id}", (int id) => id);
            app.MapGroup("/api").MapGroup("/b").MapGet("/{id}", (int id) => id);
            app.MapGet("", () => "home");
        });

        await site.Http.GetAsync("/api/a/1");
        await site.Http.GetAsync("/api/b/1");
        await site.Http.GetAsync("/");

        Assert.Equal(["GET / 200 1", "GET /api/a/{id} 200 1", "GET /api/b/{id} 200 1"], await site.RequestsAsync(3));
    }

    [Fact]
    public async Task Route_OfControllers_IsTheirTemplateWithALeadingSlash()
    {
        await using var site = await StartAsync(
            app => app.MapControllers(),
            builder => builder.Services.AddControllers().AddApplicationPart(typeof(RobotsController).Assembly));

        await site.Http.GetAsync("/api/robots/7");

        Assert.Equal(["GET /api/Robots/{id} 200 1"], await site.RequestsAsync(1));
    }

    [Fact]
    public async Task Route_OfAnEndpointWithoutTemplate_IsOther()
    {
        await using var site = await StartAsync(app =>
        {
            app.MapGet("/robots", () => "all");
            app.Use((context, next) =>
            {
                if (context.Request.Path == "/bare") context.SetEndpoint(new Endpoint(_ => Task.CompletedTask, EndpointMetadataCollection.Empty, "Bare"));
                return next(context);
            });
        });

        await site.Http.GetAsync("/bare");
        await site.Http.DeleteAsync("/robots");

        Assert.Equal(["DELETE _OTHER 405 1", "GET _OTHER 200 1"], await site.RequestsAsync(2));
    }

    [Fact]
    public async Task Route_OfAPatternWithoutText_IsOther()
    {
        await using var site = await StartAsync(app =>
        {
            var pattern = RoutePatternFactory.Pattern(RoutePatternFactory.Segment(RoutePatternFactory.LiteralPart("made")));
            app.Map(pattern, () => "made");
        });

        await site.Http.GetAsync("/made");

        Assert.Equal(["GET _OTHER 200 1"], await site.RequestsAsync(1));
    }

    [Fact]
    public async Task Route_WhenRoutingComesAfterTheKit_IsStillKnown()
    {
        await using var site = await Site.StartAsync(app =>
        {
            app.UseMetricsKit();
            app.UseRouting();
            app.MapMetricsKit();
            app.MapGet("/orders/{id}", (int id) => id);
        });

        await site.Http.GetAsync("/orders/1");
        await site.Http.GetAsync("/nowhere");

        Assert.Equal(["GET /orders/{id} 200 1", "GET _UNMATCHED 404 1"], await site.RequestsAsync(2));
    }

    [Fact]
    public async Task Route_InABranch_IsTheTemplateOfTheBranch()
    {
        await using var site = await Site.StartAsync(app =>
        {
            app.Map("/admin", branch =>
            {
                branch.UseMetricsKit();
                branch.UseRouting();
                branch.UseEndpoints(endpoints => endpoints.MapGet("/users/{id}", (int id) => id));
            });
            app.UseRouting();
            app.MapMetricsKit();
            app.MapGet("/outside", () => "not measured");
        });

        await site.Http.GetAsync("/outside");
        await site.Http.GetAsync("/admin/users/1");
        await site.Http.GetAsync("/admin/nobody");

        Assert.Equal(["GET /users/{id} 200 1", "GET _UNMATCHED 404 1"], await site.RequestsAsync(2));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Endpoint_ThatDisablesHttpMetrics_IsLeftOut(bool routingFirst)
    {
        await using var site = await Site.StartAsync(app =>
        {
            if (routingFirst) app.UseRouting();
            app.UseMetricsKit();
            if (!routingFirst) app.UseRouting();
            app.MapMetricsKit();
            app.MapGet("/health", () => "well").DisableHttpMetrics();
            app.MapGet("/orders", () => "none");
        });

        await site.Http.GetAsync("/health");
        await site.Http.GetAsync("/orders");

        Assert.Equal(["GET /orders 200 1"], await site.RequestsAsync(1));
        var scrape = await site.ScrapeAsync(); // the scrapes themselves are left out too
        Assert.Equal(["GET /orders 1"], Site.Durations(scrape));
        Assert.Equal(routingFirst ? 0 : 1, Site.Active(scrape)); // where routing comes later, this very scrape is active until it is known
    }

    static Task<Site> StartAsync(Action<WebApplication> routes, Action<WebApplicationBuilder>? configure = null) => Site.StartAsync(
        app =>
        {
            app.UseMetricsKit();
            app.MapMetricsKit();
            routes(app);
        },
        configure);
}

[ApiController]
[Route("api/[controller]")]
public sealed class RobotsController : ControllerBase
{
    [HttpGet("{id}")]
    public IActionResult Get(int id) => Ok(id);
}
