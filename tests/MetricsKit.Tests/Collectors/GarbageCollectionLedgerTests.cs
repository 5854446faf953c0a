using Xunit;

namespace MetricsKit.Tests.Collectors;

public class GarbageCollectionLedgerTests
{
    readonly List<double> _recorded = [];
    readonly GarbageCollectionLedger _ledger;

    public GarbageCollectionLedgerTests() => _ledger = new GarbageCollectionLedger(100, Ms(1000), _recorded.Add);

    [Fact]
    public void Settle_EverythingSeen_RecordsEachPause()
    {
        _ledger.Settle([Seen(101, 5), Seen(102, 7)], 102, Ms(1012));

        Assert.Equal([0.005, 0.007], _recorded);
    }

    [Fact]
    public void Settle_NothingHappened_RecordsNothing()
    {
        _ledger.Settle([Seen(0, 0), Seen(99, 3)], 100, Ms(1000));

        Assert.Empty(_recorded);
    }

    [Fact]
    [Trait("Requirement", "S1-027")]
    public void Settle_SomeMissed_ShareTheRemainingPauseEvenly()
    {
        _ledger.Settle([Seen(103, 4)], 103, Ms(1010));

        Assert.Equal([0.004, 0.003, 0.003], _recorded);
    }

    [Fact]
    public void Settle_SeenTwiceOrAfterItWasAccounted_CountsOnce()
    {
        _ledger.Settle([], 101, Ms(1005));
        _ledger.Settle([Seen(101, 5), Seen(102, 1), Seen(102, 1)], 102, Ms(1006));

        Assert.Equal([0.005, 0.001], _recorded);
    }

    [Fact]
    public void Settle_BackgroundCollectionPausesAgainLater_TheNextMeasurementCarriesIt()
    {
        _ledger.Settle([Seen(102, 1)], 102, Ms(1003));
        _ledger.Settle([Seen(101, 6)], 102, Ms(1007));
        _ledger.Settle([Seen(103, 1)], 103, Ms(1008));

        Assert.Equal([0.001, 0.002, 0.005], _recorded);
    }

    [Fact]
    public void Settle_MorePauseSeenThanTheTotal_ComesRightLater()
    {
        _ledger.Settle([Seen(101, 5)], 101, Ms(1003));
        _ledger.Settle([], 102, Ms(1009));

        Assert.Equal([0.005, 0.004], _recorded);
    }

    [Fact]
    public void Settle_AnyHistory_KeepsCountAndSumOfTheRuntime()
    {
        var random = new Random(3);
        long count = 100;
        var pause = Ms(1000);
        for (var round = 0; round < 2000; round++)
        {
            var seen = new List<GarbageCollection>();
            for (var collections = random.Next(5); collections > 0; collections--)
            {
                var collection = Seen(++count, random.Next(1, 50));
                pause += collection.Pause;
                for (var times = random.Next(3); times > 0; times--)
                    seen.Insert(random.Next(seen.Count + 1), collection);
            }
            _ledger.Settle(seen, count, pause);

            Assert.Equal(count - 100, _recorded.Count);
            Assert.Equal((pause - Ms(1000)).TotalSeconds, _recorded.Sum(), 6);
        }
    }

    static GarbageCollection Seen(long index, int milliseconds) => new(index, Ms(milliseconds));

    static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
