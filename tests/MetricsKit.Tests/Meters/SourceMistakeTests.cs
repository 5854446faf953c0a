using MetricsKit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MetricsKit.Tests.Meters;

/// <summary>Mistakes of the sources of the requirements that these meters cannot make.</summary>
public sealed class SourceMistakeTests
{
    [Fact]
    [Trait("Requirement", "B1-02")]
    public async Task SafetyCounter_WhileAnEventStaysUnresolved_DoesNotGrow()
    {
        await using var kit = TestKit.Start();
        var safety = kit.Meter<SafetyMetrics>();
        safety.EventOccurred("door", Severity.Critical);
        for (int minute = 0; minute < 5; minute++) safety.UnresolvedChanged("door", Severity.Critical, 1);

        Assert.Equal(1, await kit.TotalAsync("safety.events", ("severity", "critical")));
        safety.UnresolvedChanged("door", Severity.Critical, 0);
        Assert.Equal(0, await kit.ValueAsync("safety.events.unresolved"));
    }

    [Fact]
    [Trait("Requirement", "B1-03")]
    public async Task SafetyType_OfALevelAndOfACount_IsTheKindOfEvent()
    {
        await using var kit = TestKit.Start();
        kit.Meter<SafetyMetrics>().UnresolvedChanged("door", Severity.Warning, 2);
        var scrape = await kit.ScrapeAsync();

        Assert.Equal(2, scrape.Value("safety_events_unresolved", ("type", "door"), ("severity", "warning")));
        Assert.DoesNotContain(scrape.Samples, static s => s["type"] == "unresolved");
    }

    [Fact]
    [Trait("Requirement", "B1-04")]
    [Trait("Requirement", "S1-037")]
    [Trait("Requirement", "S1-042")]
    public async Task Collector_ThatFails_IsCountedAndVisible()
    {
        FakeTimeProvider time = new();
        await using var kit = TestKit.Start(add: static b => b.AddCollector<BrokenCollector>(), time: time);
        (await kit.SnapshotAsync()).Dispose();
        time.Advance(TimeSpan.FromMilliseconds(500));

        Assert.Equal(0, await kit.ValueAsync("metricskit.collector.errors", ("collector", "memory")));
        Assert.Equal(1, await kit.ValueAsync("metricskit_collector_errors_total", ("collector", nameof(BrokenCollector))));
    }

    [Fact]
    [Trait("Requirement", "B1-05")]
    public void MemoryTotal_IsExportedWithoutALabel_SoThatARatioMatches()
    {
        var total = SystemMetrics.Definition.Instruments.Single(static row => PrometheusName.Of(row, "oht50") == "oht50_memory_total_bytes");
        Assert.Empty(total.TagKeys);
    }

    [Fact]
    [Trait("Requirement", "B1-06")]
    public void Missions_HaveTypeBesideStatus_SoThatARateOfFailuresCanBeSummedByType()
    {
        Assert.Equal(["type", "status"], BusinessMetrics.Rows.Missions.TagKeys.Select(static k => k.Name));
        Assert.Contains("failed", Tags.MissionStatus.Values);
    }

    [Fact]
    [Trait("Requirement", "B1-07")]
    public void CpuUsage_Types_NameThePartsAndTheTotalAndNeverIdle()
    {
        var cpu = SystemMetrics.Definition.Instruments.Single(static row => row.Name == "cpu.usage");
        Assert.Equal(["total", "user", "system", "iowait", "irq", "nice", "steal"], cpu.TagKeys[1].Values.ToArray());
    }

    [Fact]
    [Trait("Requirement", "B1-08")]
    public async Task ResponseTimes_OfAllRoutes_HaveTheSameBoundsSoThatTheyAddUp()
    {
        await using var kit = TestKit.Start();
        var application = kit.Meter<ApplicationMetrics>();
        application.RequestTimed("GET", "/a", TimeSpan.FromSeconds(1));
        application.RequestTimed("POST", "/b", TimeSpan.FromSeconds(3));
        var buckets = (await kit.ScrapeAsync()).Family("api_response_time_seconds").Samples.Where(static s => s.Name.EndsWith("_bucket", StringComparison.Ordinal)).ToArray();

        var bounds = buckets.GroupBy(static s => s["endpoint"]).Select(static g => g.Select(static s => s["le"]).ToArray()).ToArray();
        Assert.Equal(bounds[0], bounds[1]);
        Assert.Equal([1.0, 2.0], buckets.GroupBy(static s => s["le"]).Select(static g => g.Sum(static s => s.Value)).Where(static v => v > 0).Distinct());
    }

    [Fact]
    [Trait("Requirement", "B1-17")]
    public async Task EveryGroup_OfARunningKit_HasACollectorOrVerbs()
    {
        await using var kit = TestKit.Start();
        var names = kit.Monitor.States.Select(static s => s.Name);
        Assert.Equal(["cpu", "memory", "disk", "network", "load", "process", "garbage_collection", "derived", "metricskit"], names);
    }

    [Fact]
    [Trait("Requirement", "B1-18")]
    public async Task Collectors_ForASnapshot_ReadWithoutWaitingForTime()
    {
        // The clock stands: a collector that waited for it, as for a second of processor time, would never end.
        await using var kit = TestKit.Start(time: new FakeTimeProvider());
        using var snapshot = await kit.SnapshotAsync();
        Assert.Equal(snapshot.ReadStarted, snapshot.ReadFinished);
        Assert.Equal(0, snapshot.Total("metricskit.collector.timeouts"));
    }

    sealed class BrokenCollector : ICollector
    {
        public void Collect() => throw new InvalidOperationException("The hook is broken.");
    }
}
