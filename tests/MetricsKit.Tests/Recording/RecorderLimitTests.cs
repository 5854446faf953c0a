using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Recording;

/// <summary>What the recorder refuses or drops is counted to the last sample.</summary>
public sealed class RecorderLimitTests
{
    [Theory]
    [InlineData(double.NaN, SampleKind.Gauge)]
    [InlineData(double.PositiveInfinity, SampleKind.Histogram)]
    [InlineData(double.NegativeInfinity, SampleKind.Counter)]
    [InlineData(-0.5, SampleKind.Counter)]
    public async Task Record_WhatIsNoValue_IsRefusedAndCounted(double value, SampleKind kind)
    {
        await using RecorderRig rig = new();
        Assert.False(rig.Recorder.Record("x", value, kind));
        Assert.True(rig.Recorder.Record("x", 0, kind)); // and by a thread that has a block
        Assert.False(rig.Recorder.Record("x", value, kind));
        await rig.FlushedAsync();
        var ledger = rig.Recorder.ReadLedger();
        Assert.Equal(2, double.IsFinite(value) ? ledger.RejectedNegative : ledger.RejectedNotFinite);
        Assert.Equal(2, ledger.Rejected);
        Assert.Equal([0], rig.Values);
    }

    [Fact]
    public async Task Record_AName_ThatIsNone_IsRefusedOrThrows()
    {
        await using RecorderRig rig = new();
        Assert.False(rig.Recorder.Record("", 1));
        Assert.False(rig.Recorder.Record("a\nb", 1));
        Assert.False(rig.Recorder.Record(null!, 1));
        Assert.False(rig.Recorder.Record("x", 1, (SampleKind)7));
        Assert.False(rig.Recorder.Record("x", 1, SampleKind.Gauge, ("", "1")));
        Assert.Equal(5, rig.Recorder.ReadLedger().RejectedInvalid);
        Assert.Contains("'a\nb' is no name", Assert.Throws<ArgumentException>(() => rig.Recorder.Series("a\nb")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => rig.Recorder.Series("x", SampleKind.Gauge, [.. Enumerable.Range(0, 33).Select(static i => ("k" + i, "v"))]));
    }

    [Fact]
    [Trait("Requirement", "S2-106")]
    public async Task Record_PastTheCapacity_IsRefusedExactly()
    {
        using HoldingStep step = new();
        await using RecorderRig rig = new(static o => o.Capacity = 1024, step);
        var series = rig.Recorder.Series("x");
        int accepted = 0, refused = 0;
        for (int i = 0; i < 5000; i++)
        {
            if (series.Record(i)) accepted++; else refused++;
            if (i == 999) step.WaitUntilReached(); // the pump holds what it has taken; nothing leaves the blocks
        }
        Assert.InRange(accepted, 1000, 1024);
        var held = rig.Recorder.ReadLedger();
        Assert.Equal(refused, held.RejectedFull);
        step.Release();
        await rig.FlushedAsync();
        Assert.Equal(Enumerable.Range(0, accepted).Select(static i => (double)i), rig.Values);
        Assert.Equal(accepted, rig.Recorder.ReadLedger().Accepted);
        Assert.True(series.Record(1)); // there is room again
    }

    [Fact]
    public async Task Record_PastTheCapacityWithDropOldest_DropsFullBlocks()
    {
        using HoldingStep step = new();
        await using RecorderRig rig = new(static o => (o.Capacity, o.Overload, o.BlockSize) = (1024, OverloadPolicy.DropOldest, 64), step);
        var series = rig.Recorder.Series("x");
        int accepted = 0;
        for (int i = 0; i < 5000; i++)
        {
            if (series.Record(i)) accepted++;
            if (i == 999) step.WaitUntilReached();
        }
        Assert.Equal(5000, accepted);
        step.Release();
        Assert.False(await rig.Recorder.FlushAsync(Threads.Patience)); // what was accepted before was not all delivered
        var ledger = rig.Recorder.ReadLedger();
        Assert.Equal(5000, ledger.Accepted);
        Assert.InRange(ledger.DroppedOldest, 5000 - 1024 - 64, 5000 - 512);
        Assert.Equal(0, ledger.Rejected);
        Assert.Equal(5000 - ledger.DroppedOldest, rig.Values.Length);
        Assert.Equal(rig.Values.Order(), rig.Values);
        Assert.Equal(4999, rig.Values[^1]); // the newest stayed
    }

    [Fact]
    public async Task Record_OneSampleByEachOfManyThreads_DoesNotUseTheRoomUp()
    {
        await using RecorderRig rig = new(static o => o.Capacity = 65_536);
        var recorder = rig.Recorder;
        Threads.Run(400, number => Assert.True(recorder.Record("x", number)));
        await rig.FlushedAsync();
        Assert.Equal(400, rig.Values.Length);
    }

    [Fact]
    public async Task Record_WhereIdleThreadsHoldAllRoom_GetsTheirsAfterAnInterval()
    {
        await using RecorderRig rig = new(static o => (o.Capacity, o.FlushInterval, o.BlockSize) = (1024, TimeSpan.FromMilliseconds(20), 256));
        List<HeldThread> idle = [];
        try
        {
            for (int t = 0; t < 16; t++)
            {
                idle.Add(new());
                idle[^1].Do(() => rig.Recorder.Record("idle", 1));
            }
            await Eventually.BecomesAsync(() => rig.Recorder.Record("busy", 2), Threads.Patience, "room of the threads that idle");
            // They go on where they were.
            foreach (var thread in idle) await Eventually.BecomesAsync(() => { bool taken = false; thread.Do(() => taken = rig.Recorder.Record("idle", 3)); return taken; }, Threads.Patience, "an idle thread that goes on");
            await rig.FlushedAsync();
        }
        finally { idle.ForEach(static t => t.Dispose()); }
        Assert.Equal(16, rig.Values.Count(static v => v is 1));
        Assert.Equal(16, rig.Values.Count(static v => v is 3));
        Assert.Single(rig.Values, 2.0);
    }

    [Fact]
    public async Task Record_WhereDeadThreadsHoldAllRoom_GetsTheirsAtOnce()
    {
        await using RecorderRig rig = new(static o => o.Capacity = 1024); // no round is due for an hour
        for (int t = 0; t < 16; t++) Threads.RunOne(() => rig.Recorder.Record("dead", 1));
        await Eventually.BecomesAsync(() => rig.Recorder.Record("alive", 2), Threads.Patience, "room of the dead");
        await rig.FlushedAsync();
        Assert.Equal(16, rig.Values.Count(static v => v is 1));
    }

    [Theory]
    [InlineData(OverloadPolicy.DropNewest)]
    [InlineData(OverloadPolicy.DropOldest)]
    public async Task Record_ByAStepIntoItsOwnRecorder_IsASampleLikeAnother(OverloadPolicy overload)
    {
        Echo echo = new();
        await using RecorderRig rig = new(o => (o.Capacity, o.BlockSize, o.Overload) = (1024, 64, overload), echo, configureSink: static o => (o.QueueSamples, o.QueueBytes) = (int.MaxValue, long.MaxValue));
        echo.To = rig.Recorder;
        for (int i = 0; i < 20_000; i++) rig.Recorder.Record("x", i);
        echo.To = null;
        await rig.Recorder.FlushAsync(Threads.Patience);
        await rig.Recorder.FlushAsync(Threads.Patience);
        var ledger = rig.Recorder.ReadLedger();
        Assert.Equal(ledger.Accepted, ledger.DroppedOldest + rig.Values.Length);
        foreach (var series in rig.Sink.Samples.GroupBy(static s => s.Series.Name)) Assert.Equal(series.Select(static s => s.Value).Order(), series.Select(static s => s.Value));
    }

    sealed class Echo : ISampleProcessor
    {
        public MetricRecorder? To;

        public bool Process(ref Sample sample)
        {
            if (sample.Series.Name == "x") To?.Record("echo", sample.Value);
            return true;
        }
    }

    [Fact]
    public async Task Series_PastTheMostThatAreRemembered_StillRecord()
    {
        await using RecorderRig rig = new(static o => o.MaxSeries = 10);
        for (int i = 0; i < 100; i++) Assert.True(rig.Recorder.Record("x" + i, i));
        Assert.Same(rig.Recorder.Series("x3"), rig.Recorder.Series("x3"));
        Assert.NotSame(rig.Recorder.Series("x30"), rig.Recorder.Series("x30"));
        await rig.FlushedAsync();
        Assert.Equal(Enumerable.Range(0, 100).Select(static i => "x" + i), rig.Sink.Samples.Select(static s => s.Series.Name));
    }

    [Fact]
    public void Record_BySeriesOfNoRecorder_IsRefused() => Assert.False(new SampleSeries("x").Record(1));
}
