using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Meters;

/// <summary>The gauges that are computed from counters over a sliding window of a minute, sampled every five seconds.</summary>
public sealed class DerivedTests : IAsyncLifetime
{
    readonly FakeTimeProvider _time = new();
    TestKit? _started;

    TestKit Kit => _started!;

    public Task InitializeAsync()
    {
        _started = TestKit.Start(time: _time);
        return Kit.SettleAsync();
    }

    public async Task DisposeAsync() => await Kit.DisposeAsync();

    [Fact]
    [Trait("Requirement", "S1-013")]
    [Trait("Requirement", "B1-16")]
    public async Task SuccessRate_OverTheWindow_IsTheShareOfThoseThatEndedInIt()
    {
        Missions(succeeded: 3, failed: 1);
        await Kit.PassAsync();
        Assert.Equal(0.75, await Kit.ValueAsync("mission.success.rate", ("type", "transport")));

        Missions(succeeded: 0, failed: 4);
        await Kit.PassAsync();
        Assert.Equal(3 / 8.0, await Kit.ValueAsync("mission.success.rate", ("type", "transport")));

        // 60 s after the first missions the window holds only the second ones.
        await Kit.PassAsync(11);
        Assert.Equal(0, await Kit.ValueAsync("mission.success.rate", ("type", "transport")));
        await Kit.PassAsync();
        Assert.Null(await Kit.ValueAsync("mission.success.rate", ("type", "transport")));
    }

    [Fact]
    [Trait("Requirement", "S1-021")]
    public async Task Throughput_OverTheWindow_IsRequestsASecondByRoute()
    {
        Requests("/a", 30);
        await Kit.PassAsync();
        Assert.Equal(6, await Kit.ValueAsync("api.throughput.requests", ("endpoint", "/a")));

        await Kit.PassAsync();
        Assert.Equal(3, await Kit.ValueAsync("api.throughput.requests", ("endpoint", "/a")));

        Requests("/b", 45);
        await Kit.PassAsync();
        Assert.Equal(2, await Kit.ValueAsync("api.throughput.requests", ("endpoint", "/a")));
        Assert.Equal(3, await Kit.ValueAsync("api.throughput.requests", ("endpoint", "/b")));

        await Kit.PassAsync(10);
        Assert.Equal(0, await Kit.ValueAsync("api.throughput.requests", ("endpoint", "/a")));
    }

    [Fact]
    public async Task Throughput_MethodsAndStatusCodes_AreSummedOver()
    {
        var application = Kit.Meter<ApplicationMetrics>();
        application.RequestCompleted("GET", "/a", "200");
        application.RequestCompleted("POST", "/a", "500");
        application.RequestCompleted("BREW", "/a", "418");
        await Kit.PassAsync();

        Assert.Equal(3 / 5.0, await Kit.ValueAsync("api.throughput.requests", ("endpoint", "/a")));
        Assert.Equal(3 / 5.0, await Kit.TotalAsync("api.throughput.requests"));
    }

    [Fact]
    [Trait("Requirement", "S1-024")]
    public async Task CacheHitRate_OverTheWindow_IsTheShareOfHitsByCache()
    {
        var performance = Kit.Meter<PerformanceMetrics>();
        for (int i = 0; i < 9; i++) performance.CacheHit("robots");
        performance.CacheMissed("robots");
        performance.CacheMissed("maps");
        await Kit.PassAsync();

        Assert.Equal(0.9, await Kit.ValueAsync("cache.hit.rate", ("cache_type", "robots")));
        Assert.Equal(0, await Kit.ValueAsync("cache.hit.rate", ("cache_type", "maps")));
    }

    [Fact]
    public async Task Derived_WithOnePoint_IsAbsent()
    {
        Missions(succeeded: 3, failed: 1);
        Requests("/a", 1);

        Assert.Null(await Kit.ValueAsync("mission.success.rate"));
        Assert.Null(await Kit.ValueAsync("api.throughput.requests"));
        Assert.DoesNotContain((await Kit.ScrapeAsync()).Families, static f => f.Name is "mission_success_rate" or "api_throughput_requests_per_second");
    }

    [Fact]
    public async Task Derived_TwoReaders_HaveTheSameAnswer()
    {
        Missions(succeeded: 1, failed: 2);
        await Kit.PassAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        double? one = await Kit.ValueAsync("mission.success.rate"), other = await Kit.ValueAsync("mission.success.rate");
        _time.Advance(TimeSpan.FromSeconds(1));
        double? late = await Kit.ValueAsync("mission.success.rate");

        Assert.Equal([1 / 3.0, 1 / 3.0, 1 / 3.0], new[] { one, other, late });
    }

    [Fact]
    public async Task Derived_SeriesThatFolded_AreInTheRate()
    {
        await using var kit = TestKit.Start(static o => o.Instruments["missions"] = new() { MaxSeries = 1 }, time: _time);
        await kit.SettleAsync();
        var business = kit.Meter<BusinessMetrics>();
        business.StartMission("a").Succeed();
        business.StartMission("b").Succeed();
        business.StartMission("c").Fail();
        await kit.PassAsync();

        Assert.Equal(1, await kit.ValueAsync("mission.success.rate", ("type", "a")));
        Assert.Equal(0.5, await kit.ValueAsync("mission.success.rate", ("type", TagKey.Other)));
    }

    void Missions(int succeeded, int failed)
    {
        var business = Kit.Meter<BusinessMetrics>();
        for (int i = 0; i < succeeded; i++) business.StartMission("transport").Succeed();
        for (int i = 0; i < failed; i++) business.StartMission("transport").Fail();
    }

    void Requests(string route, int count)
    {
        for (int i = 0; i < count; i++) Kit.Meter<ApplicationMetrics>().RequestCompleted("GET", route, "200");
    }
}
