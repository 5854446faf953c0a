using MetricsKit.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace MetricsKit.Tests.Recording;

/// <summary>What is recorded reaches the sinks: all of it, in order, when it is due.</summary>
public sealed class RecorderTests
{
    [Fact]
    [Trait("Requirement", "S1-047")]
    [Trait("Requirement", "S1-049")]
    public async Task Record_OfEachKind_ReachesTheSinkWithEverything()
    {
        await using RecorderRig rig = new();
        var before = TimeProvider.System.GetUtcNow().UtcDateTime;
        Assert.True(rig.Recorder.Series("temperature_celsius", SampleKind.Gauge, ("location", "server_room"), ("empty", "")).Record(23.5));
        Assert.True(rig.Recorder.Series("events", SampleKind.Counter).Record(2));
        Assert.True(rig.Recorder.Series("duration", SampleKind.Histogram).Record(-0.25, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2))));
        await rig.FlushedAsync();

        var samples = rig.Sink.Samples.ToArray();
        Assert.Equal(["temperature_celsius", "events", "duration"], samples.Select(static s => s.Series.Name));
        Assert.Equal([SampleKind.Gauge, SampleKind.Counter, SampleKind.Histogram], samples.Select(static s => s.Series.Kind));
        Assert.Equal([23.5, 2, -0.25], samples.Select(static s => s.Value));
        Assert.Equal(new("location", "server_room"), Assert.Single(samples[0].Series.Tags));
        Assert.InRange(samples[0].Timestamp, before, TimeProvider.System.GetUtcNow().UtcDateTime);
        Assert.Equal(new DateTime(2026, 1, 2, 1, 4, 5, DateTimeKind.Utc), samples[2].Timestamp);
        Assert.All(samples, static s => Assert.Equal(DateTimeKind.Utc, s.Timestamp.Kind));
    }

    [Fact]
    [Trait("Requirement", "S1-048")]
    public async Task Record_ByName_FindsTheSameSeries()
    {
        await using RecorderRig rig = new();
        Assert.True(rig.Recorder.Record("x", 1, SampleKind.Counter, ("b", "2"), ("a", "1")));
        Assert.True(rig.Recorder.Record("x", 2, SampleKind.Counter, ("a", "1"), ("b", "2")));
        Assert.True(rig.Recorder.Record("x", 3, SampleKind.Gauge, ("a", "1"), ("b", "2")));
        await rig.FlushedAsync();

        var series = rig.Sink.Samples.Select(static s => s.Series).ToArray();
        Assert.Same(series[0], series[1]);
        Assert.NotSame(series[0], series[2]);
        Assert.Same(series[0], rig.Recorder.Series("x", SampleKind.Counter, ("b", "2"), ("a", "1")));
    }

    [Fact]
    [Trait("Requirement", "S1-050")]
    [Trait("Requirement", "S2-103")]
    public async Task Record_TheThousandthSample_IsFlushedAtOnce()
    {
        await using RecorderRig rig = new();
        var series = rig.Recorder.Series("x");
        for (int round = 1; round <= 3; round++)
        {
            for (int i = 0; i < 1000; i++) Assert.True(series.Record(i));
            await Eventually.BecomesAsync(() => rig.Sink.Samples.Count == round * 1000, Threads.Patience, $"{round}000 samples");
        }
        Assert.Equal(3000, rig.Recorder.ReadLedger().Posted);
    }

    [Fact]
    [Trait("Requirement", "S1-054")]
    [Trait("Requirement", "S2-104")]
    public async Task Record_OneSample_IsFlushedAfterTheInterval()
    {
        await using RecorderRig rig = new(static o => o.FlushInterval = TimeSpan.FromMilliseconds(20));
        Assert.True(rig.Recorder.Record("x", 1));
        await Eventually.BecomesAsync(() => rig.Sink.Samples.Count == 1, Threads.Patience, "the sample");
    }

    [Fact]
    [Trait("Requirement", "S1-053")]
    public async Task Flush_OfNothing_CallsNoSink()
    {
        await using RecorderRig rig = new(static o => o.FlushInterval = TimeSpan.FromMilliseconds(10));
        Assert.True(await rig.Recorder.FlushAsync(Threads.Patience));
        rig.Recorder.Record("x", 1);
        await rig.FlushedAsync();
        await rig.FlushedAsync();
        Assert.Single(rig.Sink.Batches);
    }

    [Theory]
    [InlineData(64, 1)]
    [InlineData(64, 1000)]
    [InlineData(1000, 7)]
    [InlineData(1000, 1_000_000)]
    public async Task Record_ByManyThreadsAndSizes_KeepsTheOrderOfEachThread(int blockSize, int flushSize)
    {
        const int Count = 20_000;
        await using RecorderRig rig = new(o => (o.BlockSize, o.FlushSize, o.Capacity) = (blockSize, flushSize, 1 << 20));
        var recorder = rig.Recorder;
        Threads.Run(4, number =>
        {
            var series = recorder.Series("x" + number);
            for (int i = 0; i < Count; i++) Assert.True(series.Record(i));
        });
        await rig.FlushedAsync();

        var lanes = rig.Sink.Samples.GroupBy(static s => s.Series.Name).ToArray();
        Assert.Equal(4, lanes.Length);
        Assert.All(lanes, static lane => Assert.Equal(Enumerable.Range(0, Count).Select(static i => (double)i), lane.Select(static s => s.Value)));
        long next = 0;
        foreach (var (first, count) in rig.Sink.Batches)
        {
            Assert.Equal(next, first);
            Assert.InRange(count, 1, BatchMaker.MaxSamples);
            next += count;
        }
    }

    [Fact]
    public async Task Record_ByAThreadThatEnds_LosesNothing()
    {
        await using RecorderRig rig = new();
        for (int i = 0; i < 50; i++) Threads.RunOne(() => Assert.True(rig.Recorder.Record("x", i)));
        await rig.FlushedAsync();
        Assert.Equal(Enumerable.Range(0, 50).Select(static i => (double)i), rig.Values);
        await rig.FlushedAsync(); // the round that finds the last of them ended
        Assert.Empty(rig.Recorder.Producers);
        Assert.Equal(0, rig.Recorder.Space.Lent);
    }

    [Fact]
    public async Task Record_InSteadyState_AllocatesNothing()
    {
        const int MostRounds = 1_000; // blocks grow and come back within a few
        await using RecorderRig rig = new(static o => o.Timestamps = TimestampSource.Coarse);
        var series = rig.Recorder.Series("x", SampleKind.Gauge, ("a", "1"));
        long allocated = long.MaxValue;
        Threads.RunOne(() => // one thread and its blocks: what awaits goes on by another one of the pool
        {
            for (int round = 0; round < MostRounds && allocated > 0; round++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int i = 0; i < 64; i++) series.Record(i);
                rig.Recorder.Record("x", 1, SampleKind.Gauge, ("a", "1"));
                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                rig.FlushedAsync().GetAwaiter().GetResult();
            }
        });
        Assert.Equal(0, allocated);
    }

    [Fact]
    public async Task Timestamps_FromTheCoarseClock_LieWithinTheRecording()
    {
        await using RecorderRig rig = new(static o => (o.Timestamps, o.ClockResolution) = (TimestampSource.Coarse, TimeSpan.FromMilliseconds(1)));
        var before = TimeProvider.System.GetUtcNow().UtcDateTime;
        Assert.True(rig.Recorder.Record("x", 0));
        // The clock goes on while nobody asks.
        await Eventually.BecomesAsync(() => rig.Recorder.Record("x", 1) && rig.Recorder.Clock.Coarse > before.AddMilliseconds(20), Threads.Patience, "a clock that goes on");
        await rig.FlushedAsync();
        var stamps = rig.Sink.Samples.Select(static s => s.Timestamp).ToArray();
        Assert.InRange(stamps[0], before, TimeProvider.System.GetUtcNow().UtcDateTime);
        Assert.Equal(stamps.Order(), stamps);
        Assert.True(stamps[^1] > stamps[0]);
    }

    [Fact]
    public async Task Timestamps_FromTheCoarseClock_AfterASilence_AreOfTheCall()
    {
        var hour = TimeSpan.FromHours(1);
        FakeTimeProvider time = new();
        KeepingSink sink = new();
        RecorderOptions options = new() { Timestamps = TimestampSource.Coarse };
        await using MetricRecorder recorder = new(options, [SinkLanes.Make("kept", sink, new(), TimeProvider.System, NullLogger.Instance)], null, time, NullLogger.Instance);
        var begin = time.GetUtcNow().UtcDateTime;
        for (int i = 0; i < 3; i++)
        {
            // No thread is left that records, so nobody sets the clock.
            await Eventually.BecomesAsync(() => recorder.Producers.Length == 0 && recorder.Clock.Coarse == default, Threads.Patience, "a clock that rests");
            time.Advance(hour);
            Threads.RunOne(() => recorder.Record("x", 1));
            Assert.True(await recorder.FlushAsync(Threads.Patience));
        }
        Assert.Equal([begin + hour, begin + 2 * hour, begin + 3 * hour], sink.Samples.Select(static s => s.Timestamp));
    }

    [Fact]
    public async Task TwoRecorders_OfOneThread_KeepApart()
    {
        await using RecorderRig one = new(), other = new();
        for (int i = 0; i < 200; i++)
        {
            Assert.True(one.Recorder.Record("x", i));
            Assert.True(other.Recorder.Record("x", -i));
        }
        await one.FlushedAsync();
        await other.FlushedAsync();
        Assert.Equal(Enumerable.Range(0, 200).Select(static i => (double)i), one.Values);
        Assert.Equal(Enumerable.Range(0, 200).Select(static i => (double)-i), other.Values);
    }
}
