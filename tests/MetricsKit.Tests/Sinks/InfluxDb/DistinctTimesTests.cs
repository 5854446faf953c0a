using Xunit;

namespace MetricsKit.Tests.Sinks.InfluxDb;

public sealed class DistinctTimesTests
{
    [Fact]
    public void Times_OfOneSeries_AreTakenOnceEach()
    {
        DistinctTimes times = new();
        Assert.Equal([100, 101, 102, 103, 99, 104], new long[] { 100, 100, 101, 100, 99, 99 }.Select(t => times.Take(1, t)));
        Assert.Equal(100, times.Take(2, 100));
    }

    [Fact]
    public void Times_AtRandom_AreTheNextFreeOnes()
    {
        Random random = new(20261121);
        DistinctTimes times = new();
        HashSet<(ulong, long)> taken = [];
        for (int i = 0; i < 5_000; i++)
        {
            ulong series = (ulong)random.Next(3);
            long time = random.Next(1_000), expected = time;
            while (!taken.Add((series, expected))) expected++;
            Assert.Equal(expected, times.Take(series, time));
        }
    }

    [Fact]
    public void Times_WhileGenerationsEnd_StayApart()
    {
        DistinctTimes times = new();
        HashSet<long> taken = [];
        // One coarse moment after another, four threads that hand on what they have in turn.
        for (int i = 0; i < 3 * DistinctTimes.Generation; i++)
        {
            int moment = i / 40_000 * 10 + i % 10_000 / 1_000;
            Assert.True(taken.Add(times.Take(1, moment * 100_000L)));
        }
    }

    [Fact]
    public void Times_OfManySamples_AreForgottenInTheEnd()
    {
        DistinctTimes times = new();
        for (long i = 0; i < DistinctTimes.Generation; i++) times.Take(1, i);
        Assert.True(times.IsTaken(1, 0)); // a generation is known at least
        for (long i = 0; i < DistinctTimes.Generation; i++) times.Take(2, i);
        Assert.False(times.IsTaken(1, 0));
        Assert.True(times.IsTaken(2, 0));
    }
}
