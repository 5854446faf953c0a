using System.Net;
using System.Text.RegularExpressions;
using Xunit;

namespace MetricsKit.AcceptanceTests.Quickstart;

/// <summary>Samples of the quick start, seen through a sink that only the environment switched on.</summary>
public sealed class SensorsTests
{
    const string Tags = """\{environment="Production",location="\w+",sensor_id="s\d"\}""";

    [Fact]
    [Trait("Requirement", "S1-055")]
    [Trait("Requirement", "S2-064")]
    [Trait("Requirement", "S2-065")]
    [Trait("Requirement", "B1-12")]
    public async Task Samples_WithTheLogSinkOfTheEnvironment_AreInTheLog()
    {
        await using var quickstart = await QuickstartProcess.StartAsync(Path.GetDirectoryName(Repository.Quickstart)!, [], ("MetricsKit__Sinks__Log__Level", "Information"));
        foreach (var name in new[] { "temperature_celsius", "humidity_percent", "pressure_hpa" })
        {
            await quickstart.SaysAsync(new Regex($@"{name}{Tags} [0-9.]+ \(Gauge, \S+Z\)"));
        }

        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(quickstart, "/sensors/s2/readings?temperature=-7.25&humidity=31&pressure=998.5&at=1767225600000"));
        await quickstart.SaysAsync(new Regex("""temperature_celsius\{environment="Production",location="server_room",sensor_id="s2"\} -7.25 \(Gauge, 2026-01-01T00:00:00.0000000Z\)"""));

        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(quickstart, "/missions/transport/reports?seconds=12.5&success=true"));
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(quickstart, "/missions/transport/reports?seconds=90&success=false"));
        await quickstart.SaysAsync(new Regex("""mission_report_duration_seconds\{type="transport"\} 12.5 \(Histogram, """));
        await quickstart.SaysAsync(new Regex("""mission_report_success\{type="transport"\} 1 \(Counter, """));
        await quickstart.SaysAsync(new Regex("""mission_report_success\{type="transport"\} 0 \(Counter, """));
    }

    [Fact]
    public async Task Readings_ThatCannotBe_AreRefused()
    {
        await using var quickstart = await QuickstartProcess.StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(quickstart, "/sensors/s9/readings?temperature=20&humidity=31&pressure=998"));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(quickstart, "/sensors/s1/readings?temperature=NaN&humidity=31&pressure=998"));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(quickstart, "/sensors/s1/readings?temperature=20&humidity=310&pressure=998"));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(quickstart, "/missions/4711/reports?seconds=1&success=true"));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(quickstart, "/missions/transport/reports?seconds=-1&success=true"));
        Assert.Contains("MetricsKit__Sinks__File__Directory=", await quickstart.Http.GetStringAsync(new Uri("/", UriKind.Relative)), StringComparison.Ordinal);
    }

    static async Task<HttpStatusCode> PostAsync(QuickstartProcess quickstart, string path)
    {
        using var answer = await quickstart.Http.PostAsync(new Uri(path, UriKind.Relative), content: null);
        return answer.StatusCode;
    }
}
