using MetricsKit.Testing;
using Xunit;
using static MetricsKit.Tests.Histories.CounterOperation;

namespace MetricsKit.Tests.Histories;

/// <summary>The checker itself: what it lets pass and what it does not.</summary>
public sealed class LinearisabilityTests
{
    [Fact]
    public void History_WithoutCalls_IsInOrder() => Assert.Empty(Order([])!);

    [Fact]
    public void History_OneAfterAnother_HasThatOrder() =>
        Assert.Equal([0, 1, 2, 3], Order([new(Add(1), 1, 2), new(Read(1), 3, 4), new(Add(2), 5, 6), new(Read(3), 7, 8)])!);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Read_DuringAnAdd_MaySeeItOrNot(long seen) =>
        Assert.NotNull(Order([new(Add(1), 1, 4), new(Read(seen), 2, 3)]));

    [Fact]
    public void Read_AfterAnAddReturned_MustSeeIt() => Assert.Null(Order([new(Add(1), 1, 2), new(Read(0), 3, 4)]));

    [Fact]
    public void Read_BeforeAnAddBegan_CannotSeeIt() => Assert.Null(Order([new(Read(1), 1, 2), new(Add(1), 3, 4)]));

    [Fact]
    public void Read_OfWhatNobodyAdded_IsRefused() => Assert.Null(Order([new(Add(1), 1, 6), new(Add(4), 2, 5), new(Read(3), 3, 4)]));

    [Fact]
    public void Reads_DuringOneAdd_CannotGoBack()
    {
        Assert.NotNull(Order([new(Add(1), 1, 6), new(Read(0), 2, 3), new(Read(1), 4, 5)]));
        Assert.Null(Order([new(Add(1), 1, 6), new(Read(1), 2, 3), new(Read(0), 4, 5)]));
    }

    [Fact]
    public void Reads_OfTwoAddersSeenInOppositeOrders_AreRefused()
    {
        // Each reader's answer is possible alone; together there is no order of the two adds.
        Assert.NotNull(Order([new(Add(1), 1, 8), new(Add(10), 2, 7), new(Read(1), 3, 5)]));
        Assert.Null(Order([new(Add(1), 1, 8), new(Add(10), 2, 7), new(Read(1), 3, 5), new(Read(10), 4, 6)]));
    }

    [Fact]
    public void Steps_OfOneCall_KeepTheirOrder()
    {
        HistoryCall<CounterOperation> first = new(Read(0), 1, 4), then = new(Add(1), 1, 4, After: 0), thenRead = new(Read(0), 1, 4, After: 1);
        Assert.NotNull(Order([first, then]));
        Assert.Null(Order([first, then, thenRead]));
    }

    [Fact]
    public void Histories_TakenFromAnAtomicCounter_PassAndFailWhenAnAnswerIsChanged()
    {
        Random random = new(7);
        for (int round = 0; round < 500; round++)
        {
            var history = Made(random, calls: 10, out bool hasRead);
            Assert.NotNull(Order(history));
            Assert.Null(IntervalFault(history, 0));
            if (!hasRead) continue;
            int read = history.FindIndex(static c => c.Operation.IsRead);
            history[read] = history[read] with { Operation = Read(history[read].Operation.Value + 100) };
            Assert.Null(Order(history));
            Assert.NotNull(IntervalFault(history, 0));
        }
    }

    [Fact]
    public void Interval_OfReadsThatMissOrInventOrGoBack_IsRefused()
    {
        Assert.NotNull(IntervalFault([new(Add(1), 1, 2), new(Read(0), 3, 4)], 0));
        Assert.NotNull(IntervalFault([new(Read(1), 1, 2), new(Add(1), 3, 4)], 0));
        Assert.NotNull(IntervalFault([new(Add(1), 1, 6), new(Read(1), 2, 3), new(Read(0), 4, 5)], 0));
        Assert.Null(IntervalFault([new(Add(1), 1, 6), new(Read(5), 2, 3), new(Read(6), 4, 5)], 5));
    }

    static IReadOnlyList<int>? Order(IReadOnlyList<HistoryCall<CounterOperation>> history) => Linearisability.OrderOf(history, 0L, Step);

    // Each call takes effect at a moment of its own and spreads around it, so that calls overlap.
    static List<HistoryCall<CounterOperation>> Made(Random random, int calls, out bool hasRead)
    {
        List<HistoryCall<CounterOperation>> history = [];
        long total = 0;
        for (int i = 0; i < calls; i++)
        {
            long amount = random.Next(1, 4);
            var operation = random.Next(2) == 0 ? Add(amount) : Read(total);
            if (!operation.IsRead) total += amount;
            long effect = (i + 1) * 1000;
            history.Add(new(operation, effect - random.Next(1, 3000), effect + random.Next(1, 3000)));
        }
        hasRead = history.Exists(static c => c.Operation.IsRead);
        return history;
    }
}
