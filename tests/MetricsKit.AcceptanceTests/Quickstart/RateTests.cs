using System.Globalization;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.AcceptanceTests.Quickstart;

/// <summary>What PromQL makes of a known number of requests.</summary>
/// <remarks>
/// Prometheus extrapolates: it takes the difference between the first and the last sample in a window and stretches it to the ends of
/// the window, at either end by 1.1 times the mean distance of the samples at most. All that was driven lies between the first and the last,
/// so an increase is never less than that. Ratios and quantiles divide the stretching away and are held to 1 %.
/// </remarks>
public sealed class RateTests(DrivenQuickstart quickstart) : IClassFixture<DrivenQuickstart>
{
    const double Precision = 0.01;

    [PrometheusFact, Trait("Requirement", "S1-011")]
    public async Task Increase_OfMissions_IsWhatWasDriven()
    {
        Assert.Equal(375, quickstart.DrivenMissions.Count());
        foreach (var driven in quickstart.DrivenMissions.GroupBy(mission => (mission.Mission, Status: mission.Failed ? "failed" : "succeeded")))
        {
            var series = $$"""oht50_missions_total{type="{{driven.Key.Mission}}", status="{{driven.Key.Status}}"}""";
            await AssertIncreaseAsync(series, driven.Count());
        }
    }

    [PrometheusFact, Trait("Requirement", "S1-006")]
    public async Task Increase_OfRequests_IsWhatWasDriven()
    {
        foreach (var driven in quickstart.Driven.GroupBy(request => (request.Endpoint, request.Status)))
        {
            var series = $$"""oht50_http_requests_total{endpoint="{{driven.Key.Endpoint}}", status_code="{{driven.Key.Status}}"}""";
            await AssertIncreaseAsync(series, driven.Count());
        }
    }

    [PrometheusFact]
    public async Task Increase_OfHistograms_IsWhatWasDriven()
    {
        var slow = quickstart.DrivenMissions.Count(mission => mission.Slow);
        var transports = quickstart.DrivenMissions.Count(mission => mission.Mission == "transport");

        await AssertIncreaseAsync("""oht50_mission_duration_seconds_count{type="transport"}""", transports);
        await AssertIncreaseAsync("""oht50_mission_duration_seconds_bucket{type="transport", le="2.5"}""", transports - slow);
        await AssertIncreaseAsync("""oht50_mission_duration_seconds_bucket{type="transport", le="5.0"}""", transports);
        await AssertIncreaseAsync($$"""oht50_http_request_duration_seconds_count{endpoint="{{DrivenQuickstart.Missions}}"}""", quickstart.DrivenMissions.Count());
    }

    [PrometheusFact]
    public async Task Rate_InTheMiddleOfTheDrive_IsThePaceOfTheDrive()
    {
        // Both ends lie a scrape inside the drive, so nothing is extrapolated beyond it. Within the window the pace may stumble on a
        // machine under load: what happens in the seconds that are extrapolated is guessed from the rest, and may be nothing.
        var window = TimeSpan.FromSeconds(15);
        var end = quickstart.LastSent - TimeSpan.FromSeconds(2);
        var driven = quickstart.Driven.Count(request => request.Ended > end - window && request.Ended <= end) / window.TotalSeconds;

        var series = "oht50_http_requests_total" + DrivenQuickstart.At(window, end);
        var rate = await quickstart.ValueAsync($"sum(rate({series}))");

        var guessed = DrivenQuickstart.PerSecond * (await StretchAsync(series) - 1);
        Assert.InRange(rate, driven - guessed, driven + guessed);
    }

    [PrometheusFact, Trait("Requirement", "S1-012")]
    public async Task Quantiles_OfMissions_AreInterpolatedFromWhatWasDriven()
    {
        var transports = quickstart.DrivenMissions.Where(mission => mission.Mission == "transport").ToList();

        foreach (var quantile in (double[])[0.85, 0.95])
        {
            var expected = Quantile(quantile, transports);
            var asked = string.Create(CultureInfo.InvariantCulture, $$"""histogram_quantile({{quantile}}, rate(oht50_mission_duration_seconds_bucket{type="transport"}{{quickstart.Window}}))""");
            Assert.Equal(expected, await quickstart.ValueAsync(asked), expected * Precision);
        }
    }

    [PrometheusFact, Trait("Requirement", "B1-05")]
    public async Task MemoryRule_IgnoringTheType_GivesOneShare()
    {
        var share = await quickstart.ValueAsync("""oht50_memory_usage_bytes{type="used"} / ignoring(type) oht50_memory_total_bytes""");

        Assert.InRange(share, 0.001, 0.999);
        // As the rule was written, nothing matches and it never fires.
        Assert.Empty(await quickstart.Prometheus.QueryAsync("oht50_memory_usage_bytes / oht50_memory_total_bytes"));
    }

    [PrometheusFact, Trait("Requirement", "B1-06")]
    public async Task MissionFailureRule_SummedByType_GivesTheShareThatFailed()
    {
        var missions = "oht50_missions_total" + quickstart.Window;
        var failed = """oht50_missions_total{status="failed"}""" + quickstart.Window;

        var shares = await quickstart.Prometheus.QueryAsync($"sum by (type) (rate({failed})) / sum by (type) (rate({missions}))");

        Assert.Equal(2, shares.Count);
        Assert.All(shares, share =>
        {
            var driven = quickstart.DrivenMissions.Where(mission => mission.Mission == share.Labels["type"]).ToList();
            var expected = (double)driven.Count(mission => mission.Failed) / driven.Count;
            Assert.Equal(expected, share.Value, expected * Precision);
        });
        // As the rule was written, each failed series is divided by itself.
        Assert.All(await quickstart.Prometheus.QueryAsync($"rate({failed}) / rate({missions})"), share => Assert.Equal(1, share.Value));
    }

    [PrometheusFact, Trait("Requirement", "B1-07")]
    public async Task CpuRule_AveragedOverCores_GivesOneValueForTheMachine()
    {
        var machine = await quickstart.ValueAsync("""avg without (core) (oht50_cpu_usage_percent{type="total"})""");

        Assert.InRange(machine, 0, 100);
        Assert.All(await quickstart.Prometheus.QueryAsync("""oht50_cpu_usage_percent{type="total"}"""), core => Assert.Matches("^cpu_[0-9]+$", core.Labels["core"]));
        // What the rule read as everything is a part of it. A hundredth for the rounding of the shares.
        Assert.Empty(await quickstart.Prometheus.QueryAsync("""oht50_cpu_usage_percent{type="user"} > ignoring(type) oht50_cpu_usage_percent{type="total"} + 0.01"""));
    }

    [PrometheusFact, Trait("Requirement", "B1-08"), Trait("Requirement", "S1-020")]
    public async Task ResponseTimeRule_SummedByLe_GivesOneQuantileForTheService()
    {
        var buckets = $"rate(oht50_api_response_time_seconds_bucket{quickstart.Window})";
        var total = await quickstart.ValueAsync($"histogram_quantile(0.95, sum by (le) ({buckets}))");
        var routes = await quickstart.Prometheus.QueryAsync($"histogram_quantile(0.95, sum by (le, endpoint) ({buckets}))");

        var expected = Quantile(0.95, [.. quickstart.Driven]);
        Assert.Equal(expected, total, expected * Precision);
        Assert.Equal([DrivenQuickstart.Maps, DrivenQuickstart.Missions], routes.Select(route => route.Labels["endpoint"]).Order(StringComparer.Ordinal));
        var missions = Quantile(0.95, [.. quickstart.DrivenMissions]);
        Assert.Equal(missions, routes.Single(route => route.Labels["endpoint"] == DrivenQuickstart.Missions).Value, missions * Precision);
    }

    [PrometheusFact, Trait("Requirement", "B1-16"), Trait("Requirement", "S1-013")]
    public async Task SuccessRate_OfTheKit_AgreesWithTheQuery()
    {
        // The gauge samples every five seconds, in the middle of the pattern of five transports that repeats twice a second: a few of 250.
        // As it was at the end of the drive: it is over the last minute, and goes when that has passed.
        var gauge = await quickstart.ValueAsync("""oht50_mission_success_rate{type="transport"}""" + quickstart.AtItsEnd);

        Assert.Equal(0.8, gauge, 0.03);
    }

    // As histogram_quantile interpolates in the bucket that holds the slow ones.
    static double Quantile(double quantile, List<DrivenRequest> driven)
    {
        var slow = driven.Count(request => request.Slow);
        return 2.5 + ((5 - 2.5) * ((quantile * driven.Count) - (driven.Count - slow)) / slow);
    }

    async Task AssertIncreaseAsync(string series, int driven)
    {
        var window = series + quickstart.Window;
        Assert.Equal(driven, await quickstart.ValueAsync($"sum(max_over_time({window}) - min_over_time({window}))"));
        Assert.InRange(await quickstart.ValueAsync($"sum(increase({window}))"), driven, driven * await StretchAsync(window));
    }

    async Task<double> StretchAsync(string window) => 1 + (2 * 1.1 / (await quickstart.ValueAsync($"min(count_over_time({window}))") - 1));
}
