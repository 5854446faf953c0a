using MetricsKit.Testing;
using Xunit;
using static MetricsKit.Tests.Sinks.Instruments.CustomMetrics;

namespace MetricsKit.Tests.Sinks.Instruments;

/// <summary>What becomes of samples: sums, latest values and distributions.</summary>
[Trait("Requirement", "S1-033")]
public sealed class AggregationTests
{
    [Fact]
    public void Counter_Samples_AreAddedUp()
    {
        using CustomMetrics metrics = new();
        var joules = Series("energy", SampleKind.Counter, ("line", "a"));
        Assert.Equal(0, metrics.Write(Sample(joules, 0.5), Sample(joules, 2), Sample(Series("energy", SampleKind.Counter, ("line", "b")), 1)));
        Assert.Equal(0, metrics.Write(Sample(Series("energy", SampleKind.Counter, ("line", "a")), 0.25))); // another object, the same series

        Assert.Equal(2.75, metrics.Value("energy", ("line", "a")));
        Assert.Equal(1, metrics.Value("energy", ("line", "b")));
        var (text, openMetrics) = metrics.Parse();
        Assert.Equal(2.75, text.Value("energy_total", ("line", "a")));
        Assert.Equal(2.75, openMetrics.Value("energy_total", ("line", "a")));
    }

    [Fact]
    [Trait("Invariant", "I9")]
    public void Counter_PastTheLargestNumber_StaysThere()
    {
        using CustomMetrics metrics = new();
        var series = Series("huge", SampleKind.Counter);
        metrics.Write(Sample(series, double.MaxValue), Sample(series, double.MaxValue));
        Assert.Equal(double.MaxValue, metrics.Value("huge"));
        metrics.Write(series, double.MaxValue);
        Assert.Equal(double.MaxValue, metrics.Value("huge"));
    }

    [Fact]
    public void Gauge_Samples_TheLatestIsShown()
    {
        using CustomMetrics metrics = new();
        var series = Series("temperature", SampleKind.Gauge);
        metrics.Write(Sample(series, 20), Sample(series, 21.5));
        Assert.Equal(21.5, metrics.Value("temperature"));
    }

    [Fact]
    public void Gauge_SamplesOutOfOrder_TheLatestByItsTimeIsShown()
    {
        using CustomMetrics metrics = new();
        var series = Series("level", SampleKind.Gauge);
        metrics.Write(Sample(series, 2, second: 20), Sample(series, 1, second: 10)); // as two threads' blocks may come
        Assert.Equal(2, metrics.Value("level"));
        metrics.Write(Sample(series, 3, second: 19));
        Assert.Equal(2, metrics.Value("level"));
        metrics.Write(Sample(Series("level", SampleKind.Gauge), 4, second: 20)); // as late, and behind it; another object
        Assert.Equal(4, metrics.Value("level"));
        metrics.Write(Sample(Series("level", SampleKind.Gauge), 5, second: 19));
        Assert.Equal(4, metrics.Value("level"));
        metrics.Write(Sample(Series("level", SampleKind.Gauge, ("a", "b")), 6, second: 1)); // each series has a time of its own
        Assert.Equal(6, metrics.Value("level", ("a", "b")));
    }

    [Fact]
    public void Gauge_TimeAheadOfTheClock_HoldsNothingUp()
    {
        FakeTimeProvider time = new(DateTimeOffset.UnixEpoch.AddHours(1));
        using CustomMetrics metrics = new(time: time);
        var series = Series("level", SampleKind.Gauge);
        metrics.Write(Sample(series, 1, second: 7200)); // stamped wrongly, or the clock was set back since
        metrics.Write(Sample(series, 2, second: 3600));
        Assert.Equal(2, metrics.Value("level"));
        metrics.Write(Sample(series, 3, second: 3599));
        Assert.Equal(2, metrics.Value("level"));
    }

    [Fact]
    public void Histogram_Samples_FallIntoBuckets()
    {
        using CustomMetrics metrics = new(new() { Bounds = [0, 10, 20] });
        var series = Series("pressure", SampleKind.Histogram, ("tank", "1"));
        metrics.Write(Sample(series, -1), Sample(series, 5), Sample(series, 10), Sample(series, 20.5), Sample(series, 1e6));

        using var snapshot = metrics.Read();
        var read = snapshot.Find("pressure", ("tank", "1"));
        Assert.NotNull(read);
        Assert.Equal([1, 2, 0, 2], read.Value.BucketCounts.ToArray());
        Assert.Equal(5, read.Value.Count);
        Assert.Equal(-1 + 5 + 10 + 20.5 + 1e6, read.Value.Sum);
        var (text, openMetrics) = metrics.Parse();
        Assert.Equal(3, text.Value("pressure_bucket", ("tank", "1"), ("le", "20.0")));
        Assert.Equal(5, openMetrics.Value("pressure_count", ("tank", "1")));
    }

    [Fact]
    public void Histogram_WithoutABound_TellsMillisecondsAndHours()
    {
        using CustomMetrics metrics = new();
        var series = Series("anything", SampleKind.Histogram);
        foreach (double value in new[] { -3, 0.004, 0.3, 40, 3600 }) metrics.Write(series, value);
        using var snapshot = metrics.Read();
        Assert.All(snapshot.Find("anything")!.Value.BucketCounts.ToArray(), static count => Assert.InRange(count, 0, 1));
    }

    [Fact]
    [Trait("Requirement", "S2-009")]
    public void Keys_ThatGrowOverTime_AreSeriesOfOneFamily()
    {
        using CustomMetrics metrics = new();
        (string Key, string Value)[] tags = [];
        for (int keys = 0; keys <= 32; keys++)
        {
            metrics.Write(Series("things", SampleKind.Counter, tags), keys + 1);
            metrics.Write(Series("sizes", SampleKind.Histogram, tags), keys + 1);
            var (text, openMetrics) = metrics.Parse(); // each time: labels that were rendered before stay right
            foreach (var read in new[] { text, openMetrics })
            {
                Assert.Equal(keys + 1, read.Value("things_total", tags));
                Assert.Equal(keys + 1, read.Samples.Count(static s => s.Name == "things_total"));
                Assert.Equal(1, read.Value("sizes_count", tags));
            }
            tags = [.. tags, ($"k{Number(31 - keys)}", "v")]; // in front of those that are there
        }
        Assert.Equal(1, metrics.Value("things"));
        Assert.Equal(3, metrics.Value("things", ("k30", "v"))); // of those that carry it the first, which came with the second key
    }

    [Fact]
    [Trait("Invariant", "I10")]
    public void Tags_InAnyOrder_AreOneSeries()
    {
        using CustomMetrics metrics = new();
        metrics.Write(Series("things", SampleKind.Counter, ("a", "1"), ("b", "2"), ("c", "3")), 1);
        metrics.Write(Series("things", SampleKind.Counter, ("c", "3"), ("a", "1"), ("b", "2"), ("d", "")), 2);
        Assert.Equal(3, metrics.Value("things", ("a", "1"), ("b", "2"), ("c", "3")));
        Assert.Single(metrics.Parse().Text.Samples);
    }

    [Fact]
    public void Samples_AnyLength_AllocateNothingInSteadyState()
    {
        using CustomMetrics metrics = new();
        SampleSeries[] series = [.. Enumerable.Range(0, 300).Select(static n => Series("m" + Number(n % 3), (SampleKind)(n % 3), ("n", Number(n))))];
        Sample[] samples = [.. Enumerable.Range(0, 4000).Select(n => Sample(series[n * 7 % 300], n, n))];
        long few = BytesOf(8), many = BytesOf(4000);
        Assert.Equal(few, many);

        long BytesOf(int count)
        {
            SampleBatch[] batches = [.. Enumerable.Range(1, 20).Select(n => new SampleBatch(samples.AsSpan(0, count), n * 4000))];
            long least = long.MaxValue; // tests beside this one make every thread's caches forget, which costs an allocation now and then
            for (int round = 0; round < 4; round++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int i = round * 5; i < round * 5 + 5; i++) metrics.Write(batches[i]);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }
            return least;
        }
    }
}
