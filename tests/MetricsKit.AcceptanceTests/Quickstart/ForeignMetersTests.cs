using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.AcceptanceTests.Quickstart;

/// <summary>Meters of ASP.NET Core and .NET on the quick start's page, by configuration alone.</summary>
public sealed class ForeignMetersTests
{
    [Fact]
    public async Task HostingMeter_FromTheEnvironment_BringsRequestDurations()
    {
        await using var quickstart = await QuickstartProcess.StartAsync(Path.GetDirectoryName(Repository.Quickstart)!, [], ("MetricsKit__Meters__0", "Microsoft.AspNetCore.Hosting"));
        using (var answer = await quickstart.Http.PostAsync(new Uri("/missions/transport", UriKind.Relative), content: null)) answer.EnsureSuccessStatusCode();

        foreach (var syntax in (ExpositionSyntax[])[ExpositionSyntax.Text, ExpositionSyntax.OpenMetrics])
        {
            var scrape = await Scrape.GetAsync(quickstart.Http, syntax);
            var durations = Assert.Single(scrape.Families, static f => f.Name == "http_server_request_duration_seconds");
            var count = Assert.Single(durations.Samples, static s => s.Name.EndsWith("_count", StringComparison.Ordinal) && s.Labels.Any(static l => l is { Key: "http_route", Value: "/missions/{type}" }));
            Assert.Equal(1, count.Value);
            Assert.Equal("200", count.Labels.Single(static l => l.Key == "http_response_status_code").Value);
            // Those that ASP.NET Core advises, in seconds.
            Assert.Equal("0.005", durations.Samples.First(static s => s.Name.EndsWith("_bucket", StringComparison.Ordinal)).Labels.Single(static l => l.Key == "le").Value);
            Assert.Contains(scrape.Families, static f => f.Name == "http_server_active_requests"); // and the kit's own prefix is not on them
        }
    }

    [Fact]
    public async Task View_FromTheEnvironment_KeepsOneTag()
    {
        await using var quickstart = await QuickstartProcess.StartAsync(Path.GetDirectoryName(Repository.Quickstart)!, [],
            ("MetricsKit__Meters__0", "Microsoft.AspNetCore.*"), ("MetricsKit__Instruments__http_server_request_duration__TagKeys__0", "http.route"),
            ("MetricsKit__Instruments__http_server_request_duration__Bounds__0", "0.5"), ("MetricsKit__Instruments__http_server_active_requests__Enabled", "false"));
        for (int i = 0; i < 2; i++)
        {
            using var answer = await quickstart.Http.PostAsync(new Uri("/missions/transport", UriKind.Relative), content: null);
            answer.EnsureSuccessStatusCode();
        }

        var scrape = await Scrape.GetAsync(quickstart.Http, ExpositionSyntax.OpenMetrics);

        var durations = Assert.Single(scrape.Families, static f => f.Name == "http_server_request_duration_seconds");
        Assert.All(durations.Samples.SelectMany(static s => s.Labels), static l => Assert.Contains(l.Key, (string[])["http_route", "le"]));
        Assert.Equal(["0.5", "+Inf"], durations.Samples.SelectMany(static s => s.Labels).Where(static l => l.Key == "le").Select(static l => l.Value).Distinct());
        Assert.Equal(2, durations.Samples.Single(static s => s.Name.EndsWith("_count", StringComparison.Ordinal) && s.Labels.Any(static l => l.Value == "/missions/{type}")).Value);
        Assert.DoesNotContain(scrape.Families, static f => f.Name == "http_server_active_requests");
    }
}
