using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MetricsKit.AspNetCore.Tests.Requests;

public sealed class PipelineTests
{
    [Fact]
    public async Task UseMetricsKit_Twice_MeasuresOnce()
    {
        await using var site = await Site.StartAsync(app =>
        {
            app.UseMetricsKit();
            app.UseMetricsKit();
            app.UseWhen(_ => true, branch => branch.UseMetricsKit());
            app.MapMetricsKit();
            app.MapGet("/orders", () => "none");
        });

        await site.Http.GetAsync("/orders");
        await site.Http.GetAsync("/orders"); // the second on the same connection, whose request objects are used again

        Assert.Equal(["GET /orders 200 2"], await site.RequestsAsync(2));
        var scrape = await site.ScrapeAsync();
        Assert.Equal(["GET /orders 2"], Site.Durations(scrape));
        Assert.Equal(0, Site.Active(scrape));
    }

    [Theory]
    [InlineData("MetricsKit:Groups:Application:Enabled", false)]
    [InlineData("MetricsKit:Enabled", false)]
    [InlineData("MetricsKit:Groups:Business:Enabled", true)]
    public void UseMetricsKit_WhereTheInstrumentsAreSwitchedOff_AddsNothing(string key, bool added)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration[key] = "false";
        if (key.Contains("Application", StringComparison.Ordinal)) builder.Configuration["MetricsKit:Groups:Performance:Enabled"] = "false"; // or the throughput would need the requests
        builder.Services.AddMetricsKit();
        using var app = builder.Build();
        ApplicationBuilder pipeline = new(app.Services);

        pipeline.UseMetricsKit();

        Assert.Equal(added, pipeline.Build().Target is HttpMetricsMiddleware);
    }

    [Fact]
    public async Task Kit_SwitchedOff_StillAnswersAScrape()
    {
        await using var site = await Site.StartAsync(
            app =>
            {
                app.UseMetricsKit();
                app.MapMetricsKit();
            },
            settings: ("MetricsKit:Enabled", "false"));

        Assert.Equal(0, (await site.ScrapeAsync()).Value("metricskit_enabled"));
    }

    [Fact]
    public void UseMetricsKit_WithoutAddMetricsKit_SaysTheCure()
    {
        using var app = WebApplication.CreateSlimBuilder().Build();

        var error = Assert.Throws<InvalidOperationException>(() => app.UseMetricsKit());

        Assert.Equal("Call builder.Services.AddMetricsKit() before UseMetricsKit().", error.Message);
    }

    [Fact]
    public void MapMetricsKit_WithoutAddMetricsKit_SaysTheCure()
    {
        using var app = WebApplication.CreateSlimBuilder().Build();

        var error = Assert.Throws<InvalidOperationException>(() => app.MapMetricsKit());

        Assert.Equal("Call builder.Services.AddMetricsKit() before MapMetricsKit().", error.Message);
    }
}
