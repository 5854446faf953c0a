using Xunit;

namespace MetricsKit.Tests.Collectors;

public sealed class GarbageCollectionCollectorTests : IDisposable
{
    readonly RecordedMeter<RuntimeMetrics> _recorded = new(static instruments => new RuntimeMetrics(instruments));

    public void Dispose() => _recorded.Dispose();

    [Fact]
    [Trait("Requirement", "S1-027")]
    public void Collect_CollectionsHappened_AreAllMeasured()
    {
        var (countBefore, pauseBefore) = (GC.CollectionCount(0), GC.GetTotalPauseDuration());
        using var collector = new GarbageCollectionCollector(_recorded.Meter);
        for (var i = 0; i < 20; i++)
            GC.Collect(i % 3);
        _recorded.Collect(collector);
        var (countAfter, pauseAfter) = (GC.CollectionCount(0), GC.GetTotalPauseDuration());

        // Tests beside this one collect as well, before the first and after the last look.
        var (count, sum) = _recorded.Histogram("garbage.collection.duration");
        Assert.InRange(count, 20, countAfter - countBefore);
        Assert.InRange(sum, 0.000_001, (pauseAfter - pauseBefore).TotalSeconds + 1e-9);
    }

    [Fact]
    [Trait("Requirement", "S1-026")]
    [Trait("Requirement", "B1-17")]
    public void Collect_AfterACollection_GivesEveryViewOfTheHeap()
    {
        GC.Collect();
        using var collector = new GarbageCollectionCollector(_recorded.Meter);
        var series = _recorded.Collect(collector);

        Assert.True(series["memory.allocation{type=heap}"] > 0);
        Assert.True(series["memory.allocation{type=committed}"] >= series["memory.allocation{type=heap}"] - series["memory.allocation{type=fragmented}"]);
        Assert.True(series["memory.allocation{type=allocated}"] > 0);
    }

    [Fact]
    public void Collect_Generations_AddUpToTheNumberOfCollections()
    {
        using var collector = new GarbageCollectionCollector(_recorded.Meter);
        var before = GC.CollectionCount(0);
        GC.Collect();
        var series = _recorded.Collect(collector);
        var after = GC.CollectionCount(0);

        var sum = series["gc.collections{generation=0}"] + series["gc.collections{generation=1}"] + series["gc.collections{generation=2}"];
        Assert.InRange(sum, before + 1, after);
        Assert.True(series["gc.collections{generation=2}"] >= 1);
    }
}
