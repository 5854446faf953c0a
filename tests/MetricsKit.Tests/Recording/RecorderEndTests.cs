using MetricsKit.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace MetricsKit.Tests.Recording;

/// <summary>Flushing tells the truth, and stopping loses nothing in silence.</summary>
public sealed class RecorderEndTests
{
    [Fact]
    public async Task Flush_WithASinkThatHangs_IsFalse()
    {
        using HangingSink sink = new();
        await using RecorderRig rig = new(static o => o.ShutdownTimeout = TimeSpan.Zero, sink: sink, configureSink: static o => o.Timeout = TimeSpan.FromMinutes(1));
        rig.Recorder.Record("x", 1);
        Assert.False(await rig.Recorder.FlushAsync(TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public async Task Flush_WithASampleThatTheSinkRefuses_IsFalse()
    {
        await using RecorderRig rig = new(sink: new RefusingSink());
        rig.Recorder.Record("x", 1);
        rig.Recorder.Record("x", 2);
        Assert.False(await rig.Recorder.FlushAsync(Threads.Patience));
        Assert.Equal((2, 1, 1), (rig.Lane.Ledger.Posted, rig.Lane.Ledger.Delivered, rig.Lane.Ledger.Refused));
    }

    [Fact]
    public async Task Flush_WithAStepThatHangs_IsFalse()
    {
        using HoldingStep step = new();
        await using RecorderRig rig = new(processor: step);
        rig.Recorder.Record("x", 1);
        Assert.False(await rig.Recorder.FlushAsync(TimeSpan.FromMilliseconds(50)));
        step.Release();
        Assert.True(await rig.Recorder.FlushAsync(Threads.Patience));
    }

    [Fact]
    public async Task Pump_WhoseLogThrows_GoesOn()
    {
        using HoldingStep step = new();
        ThrowingLog log = new();
        KeepingSink sink = new();
        await using MetricRecorder recorder = new(new() { Capacity = 1024, FlushInterval = TimeSpan.FromMilliseconds(10) }, [SinkLanes.Make("kept", sink, new(), TimeProvider.System, NullLogger.Instance)],
            SampleProcessorChain.Of(new(), [step], NullLogger.Instance, TimeProvider.System), TimeProvider.System, log);
        Assert.True(recorder.Record("x", 1));
        step.WaitUntilReached();
        while (recorder.Record("x", 2)) { } // to the end of the room, which the log will say
        step.Release();
        await Eventually.BecomesAsync(() => log.Calls > 0, Threads.Patience, "the log is written to");
        await Eventually.BecomesAsync(() => recorder.Record("x", 3), Threads.Patience, "room");
        Assert.True(await recorder.FlushAsync(Threads.Patience));
        Assert.Equal(3, sink.Samples.Last().Value);
        Assert.True(recorder.Pump.Failures > 0);
    }

    sealed class ThrowingLog : ILogger
    {
        int _calls;

        public int Calls => Volatile.Read(ref _calls);

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Interlocked.Increment(ref _calls);
            throw new InvalidOperationException("This log throws.");
        }
    }

    [Fact]
    public async Task Flush_AfterALoss_TellsOfItOnce()
    {
        using HoldingStep step = new();
        await using RecorderRig rig = new(static o => (o.Capacity, o.Overload, o.BlockSize) = (1024, OverloadPolicy.DropOldest, 64), step);
        for (int i = 0; i < 1000; i++) rig.Recorder.Record("x", i);
        step.WaitUntilReached();
        for (int i = 0; i < 2000; i++) rig.Recorder.Record("x", i);
        step.Release();
        Assert.True(rig.Recorder.ReadLedger().DroppedOldest > 0);
        Assert.False(await rig.Recorder.FlushAsync(Threads.Patience)); // what is there is delivered, but not all that was accepted
        Assert.True(await rig.Recorder.FlushAsync(Threads.Patience));
    }

    [Fact]
    public async Task Flush_TwoAtOnceAfterALoss_BothTellOfIt()
    {
        using HoldingStep step = new();
        await using RecorderRig rig = new(static o => (o.Capacity, o.Overload, o.BlockSize) = (1024, OverloadPolicy.DropOldest, 64), step);
        var series = rig.Recorder.Series("x");
        for (int i = 0; i < 3000; i++)
        {
            series.Record(i);
            if (i == 999) step.WaitUntilReached(); // nothing leaves the blocks, so that the oldest are dropped
        }
        Assert.NotEqual(0, rig.Recorder.ReadLedger().DroppedOldest);
        ValueTask<bool> one = rig.Recorder.FlushAsync(Threads.Patience), other = rig.Recorder.FlushAsync(Threads.Patience);
        step.Release();
        Assert.Equal((false, false), (await one, await other)); // each had samples before it that are gone
        Assert.True(await rig.Recorder.FlushAsync(Threads.Patience));
    }

    [Fact]
    public async Task Flush_AnyTimeout_NeverThrows()
    {
        await using RecorderRig rig = new();
        Assert.True(rig.Recorder.Record("x", 1));
        Assert.True(await rig.Recorder.FlushAsync(TimeSpan.MaxValue));
        Assert.True(await rig.Recorder.FlushAsync(Timeout.InfiniteTimeSpan));
        await rig.Recorder.FlushAsync(TimeSpan.FromSeconds(-5)); // true or false: there is nothing to wait for, or no time to look
    }

    [Fact]
    public async Task Flush_OfWhatOtherThreadsRecordedBefore_HasItAll()
    {
        await using RecorderRig rig = new(static o => (o.BlockSize, o.Capacity) = (64, 1 << 20), sink: new ForgettingSink()); // one that kept all would take the more memory, the slower the machine is
        using CancellationTokenSource over = new();
        long[] recorded = new long[3];
        Thread[] threads = [.. Enumerable.Range(0, 3).Select(number => new Thread(() =>
        {
            var series = rig.Recorder.Series("x" + number);
            while (!over.IsCancellationRequested)
            {
                if (series.Record(recorded[number])) Volatile.Write(ref recorded[number], recorded[number] + 1);
            }
        }))];
        Array.ForEach(threads, static t => t.Start());
        try
        {
            for (int round = 0; round < 50; round++)
            {
                long before = Enumerable.Range(0, 3).Sum(number => Volatile.Read(ref recorded[number]));
                await rig.Recorder.FlushAsync(Threads.Patience); // false where the queue of the sink overflows meanwhile; what was lost is accounted for
                var lane = rig.Lane.Ledger;
                Assert.True(lane.Delivered + lane.Dropped >= before, $"{before} were recorded before, {lane.Delivered + lane.Dropped} have left");
            }
        }
        finally
        {
            await over.CancelAsync();
            Array.ForEach(threads, static t => t.Join());
        }
    }

    [Fact]
    public async Task Ledger_WhileAStepHangs_IsReadAllTheSame()
    {
        using HoldingStep step = new();
        await using RecorderRig rig = new(processor: step);
        rig.Recorder.Record("x", 1);
        var flush = rig.Recorder.FlushAsync(Threads.Patience);
        step.WaitUntilReached(); // in the middle of reading the front of a block
        Task<RecorderLedger> read = Task.Run(rig.Recorder.ReadLedger);
        Assert.Equal(1, (await read.WaitAsync(Threads.Patience)).Accepted);
        step.Release();
        Assert.True(await flush);
    }

    [Fact]
    public async Task Stop_WhileThreadsRecord_DeliversWhatWasAcceptedAndNothingElse()
    {
        for (int round = 0; round < 20; round++)
        {
            RecorderRig rig = new(static o => o.Capacity = 1 << 20, configureSink: static o => (o.QueueSamples, o.QueueBytes) = (int.MaxValue, long.MaxValue));
            var recorder = rig.Recorder;
            long[] accepted = new long[4];
            using ManualResetEventSlim running = new();
            Thread stopper = new(() =>
            {
                running.Wait();
                recorder.StopAsync(Threads.Patience).GetAwaiter().GetResult();
            });
            stopper.Start();
            Threads.Run(4, number =>
            {
                var series = recorder.Series("x" + number);
                for (int i = 0; ;)
                {
                    bool closed = recorder.IsClosed;
                    if (series.Record(i)) accepted[number] = ++i;
                    else if (closed) break; // else there was no room, which comes back
                    if (i == 100 + round * 37) running.Set();
                }
                Assert.False(series.Record(0)); // it stays refused
            });
            stopper.Join();
            foreach (var lane in rig.Sink.Samples.GroupBy(static s => s.Series.Name))
            {
                Assert.Equal(Enumerable.Range(0, (int)accepted[lane.Key[1] - '0']).Select(static i => (double)i), lane.Select(static s => s.Value));
            }
            Assert.Equal(accepted.Sum(), rig.Sink.Samples.Count);
            var ledger = recorder.ReadLedger();
            Assert.Equal(accepted.Sum(), ledger.Accepted);
            Assert.True(ledger.RejectedClosed >= 8); // each thread twice
            Assert.True(await recorder.FlushAsync(Threads.Patience));
        }
    }

    [Fact]
    public async Task Stop_Twice_IsOne()
    {
        RecorderRig rig = new();
        rig.Recorder.Record("x", 1);
        await rig.Recorder.StopAsync(Threads.Patience);
        await rig.Recorder.StopAsync(Threads.Patience);
        await rig.DisposeAsync();
        rig.Recorder.Dispose();
        Assert.Equal([1], rig.Values);
    }

    [Fact]
    public async Task Stop_WithASinkThatHangs_EndsAndCountsWhatIsLeft()
    {
        using HangingSink sink = new();
        RecorderRig rig = new(sink: sink, configureSink: static o => o.Timeout = TimeSpan.FromMinutes(1));
        for (int i = 0; i < 5000; i++) rig.Recorder.Record("x", i);
        Task<bool> flush = rig.Recorder.FlushAsync(Threads.Patience).AsTask(); // hangs with the sink, and has the pump carry everything there before
        await Eventually.BecomesAsync(() => rig.Lane.Ledger.Posted == 5000, Threads.Patience, "everything waits for the sink");
        await rig.Recorder.StopAsync(TimeSpan.FromMilliseconds(50));
        Assert.False(await flush);
        var ledger = rig.Lane.Ledger;
        Assert.Equal(5000, ledger.Posted);
        Assert.Equal(5000, ledger.DroppedShutdown);
        Assert.Equal(0, ledger.Imbalance);
    }

    sealed class HangingSink : IMetricSink, IDisposable
    {
        readonly ManualResetEventSlim _released = new();

        public ValueTask WriteAsync(SampleBatch batch, CancellationToken cancellationToken)
        {
            _released.Wait(Threads.Patience, CancellationToken.None); // deaf to its cancellation
            return ValueTask.CompletedTask;
        }

        public void Dispose() => _released.Set();
    }

    sealed class ForgettingSink : IMetricSink
    {
        public ValueTask WriteAsync(SampleBatch batch, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    sealed class RefusingSink : IMetricSink
    {
        public ValueTask WriteAsync(SampleBatch batch, CancellationToken cancellationToken) => throw new SamplesRejectedException(1, "one is too many");
    }
}
