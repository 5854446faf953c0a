using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Meters;

public sealed class MissionTests : IAsyncLifetime
{
    readonly FakeTimeProvider _time = new();
    TestKit? _started;

    TestKit Kit => _started!;

    BusinessMetrics Business => Kit.Meter<BusinessMetrics>();

    public Task InitializeAsync()
    {
        _started = TestKit.Start(time: _time);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await Kit.DisposeAsync();

    [Fact]
    [Trait("Requirement", "S1-011")]
    public async Task Mission_EachWord_CountsItsStatusAlone()
    {
        Business.StartMission("transport").Succeed();
        Business.StartMission("transport").Fail();
        Business.StartMission("transport").Fail();
        Business.StartMission("transport").Abort();
        using (Business.StartMission("patrol")) { }

        using var snapshot = await Kit.SnapshotAsync();
        Assert.Equal(1, snapshot.Total("missions", ("type", "transport"), ("status", "succeeded")));
        Assert.Equal(2, snapshot.Total("missions", ("type", "transport"), ("status", "failed")));
        Assert.Equal(1, snapshot.Total("missions", ("type", "transport"), ("status", "aborted")));
        Assert.Equal(1, snapshot.Total("missions", ("type", "patrol"), ("status", "failed")));
        Assert.Equal(5, snapshot.Total("missions"));
    }

    [Fact]
    public async Task Mission_SecondWordAndDisposal_ChangeNothing()
    {
        using (var mission = Business.StartMission("transport"))
        {
            mission.Succeed();
            mission.Fail();
            mission.Abort();
        }

        using var snapshot = await Kit.SnapshotAsync();
        Assert.Equal(1, snapshot.Total("missions"));
        Assert.Equal(1, snapshot.Total("missions", ("status", "succeeded")));
        Assert.Equal(1, snapshot.Find("mission.duration")!.Value.Count);
        Assert.Equal(0, snapshot.Total("missions.active"));
    }

    [Fact]
    public async Task Mission_ManyThreadsEndIt_IsCountedOnce()
    {
        var mission = Business.StartMission("transport");
        Parallel.For(0, 32, at => { if (at % 2 == 0) mission.Succeed(); else mission.Dispose(); });

        using var snapshot = await Kit.SnapshotAsync();
        Assert.Equal(1, snapshot.Total("missions"));
        Assert.Equal(1, snapshot.Total("mission.duration"));
        Assert.Equal(0, snapshot.Total("missions.active"));
    }

    [Fact]
    [Trait("Requirement", "S1-012")]
    public async Task Mission_Ends_ItsTimeIsRecordedByType()
    {
        var mission = Business.StartMission("transport");
        _time.Advance(TimeSpan.FromSeconds(42));
        mission.Succeed();
        Business.MissionCompleted("patrol", MissionStatus.Aborted, TimeSpan.FromSeconds(7));

        using var snapshot = await Kit.SnapshotAsync();
        var transport = snapshot.Find("mission.duration", ("type", "transport"))!.Value;
        Assert.Equal((1, 42), (transport.Count, transport.Sum));
        Assert.Equal(1, transport.BucketCounts[7]); // above 30 s and up to 60 s
        Assert.Equal(7, snapshot.Find("mission.duration", ("type", "patrol"))!.Value.Sum);
        Assert.Equal(1, snapshot.Total("missions", ("type", "patrol"), ("status", "aborted")));
    }

    [Fact]
    [Trait("Requirement", "B1-19")]
    public async Task Mission_UnderWay_IsActiveAndNotInTheQueue()
    {
        var mission = Business.StartMission("transport");
        Kit.Meter<ApplicationMetrics>().MissionQueueChanged(MissionPriority.Low, 9);

        Assert.Equal(1, await Kit.ValueAsync("missions.active", ("type", "transport")));
        Assert.Equal(9, await Kit.TotalAsync("mission.queue.size"));
        mission.Succeed();
        Assert.Equal(0, await Kit.ValueAsync("missions.active", ("type", "transport")));
        Assert.Equal(9, await Kit.ValueAsync("mission.queue.size", ("priority", "low")));
    }

    [Fact]
    [Trait("Requirement", "S1-010")]
    [Trait("Requirement", "B1-19")]
    public async Task MissionQueue_ThreePriorities_EachHasItsLevel()
    {
        var application = Kit.Meter<ApplicationMetrics>();
        application.MissionQueueChanged(MissionPriority.High, 3);
        application.MissionQueueChanged(MissionPriority.Normal, 2);
        application.MissionQueueChanged(MissionPriority.High, 1);

        Assert.Equal(1, await Kit.ValueAsync("mission.queue.size", ("priority", "high")));
        Assert.Equal(2, await Kit.ValueAsync("mission.queue.size", ("priority", "normal")));
        Assert.Null(await Kit.ValueAsync("mission.queue.size", ("priority", "low")));
    }

    [Fact]
    [Trait("Invariant", "I8")]
    public async Task Mission_PastTheLimitOfSeries_EndsOnTheSeriesItBeganOn()
    {
        await using var kit = TestKit.Start(static o => o.Instruments["missions.active"] = new() { MaxSeries = 1 });
        var business = kit.Meter<BusinessMetrics>();
        var first = business.StartMission("a");
        var folded = business.StartMission("b");
        var alsoFolded = business.StartMission("c");

        using (var during = await kit.SnapshotAsync())
        {
            Assert.Equal(1, during.Find("missions.active", ("type", "a"))!.Value.Value);
            Assert.Equal(2, during.Find("missions.active", ("type", TagKey.Other))!.Value.Value);
        }
        first.Succeed();
        folded.Fail();
        alsoFolded.Dispose();
        using var after = await kit.SnapshotAsync();
        Assert.All(Named(after, "missions.active"), static series => Assert.Equal(0, series.Value));
    }

    static IEnumerable<MetricSeries> Named(MetricsSnapshot snapshot, string name) => snapshot.Families.Where(f => f.Definition.Name == name).SelectMany(static f => f.Series);
}
