using Xunit;

namespace MetricsKit.Tests.Instruments;

/// <summary>I8: the host's total is exact, whoever takes at the same time.</summary>
[Trait("Invariant", "I8")]
public sealed class SeriesBudgetTests
{
    [Fact]
    public void Take_ByManyThreads_GivesEachPlaceOnce()
    {
        const int Threads = 4, Most = 400_000;
        SeriesBudget budget = new(Most);
        using Barrier start = new(Threads);
        using HeldThread one = new(), two = new(), three = new(), four = new();
        int open = 0, keptBack = 0;
        HeldThread[] threads = [one, two, three, four];
        HeldThread.Begun[] taking = [.. threads.Select(t => t.Begin(Take))];
        Array.ForEach(taking, static t => t.Wait());
        Assert.Equal((Most - Most / 8, Most / 8, Most), (open, keptBack, budget.Used));

        void Take()
        {
            start.SignalAndWait();
            int taken = 0;
            while (budget.TryTake(SeriesRoom.Open)) taken++;
            Interlocked.Add(ref open, taken);
            start.SignalAndWait();
            for (taken = 0; budget.TryTake(SeriesRoom.KeptBack); taken++) { }
            Interlocked.Add(ref keptBack, taken);
        }
    }

    [Theory]
    [InlineData(0, 0, SeriesRoom.None)]
    [InlineData(6, 7, SeriesRoom.Open)]
    [InlineData(7, 7, SeriesRoom.None)]
    [InlineData(6, 8, SeriesRoom.Open)]
    [InlineData(7, 8, SeriesRoom.KeptBack)]
    [InlineData(8, 8, SeriesRoom.None)]
    [InlineData(9, 8, SeriesRoom.None)]
    [InlineData(875, 1000, SeriesRoom.KeptBack)]
    internal void Room_OfALimit_IsItsLastEighth(int series, int limit, SeriesRoom room) => Assert.Equal(room, SeriesBudget.RoomOf(series, limit));
}
