using System.Collections.Concurrent;
using MetricsKit.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace MetricsKit.Tests.Delivery;

/// <summary>D4 and D9: what foreign code does, the lane goes on.</summary>
public sealed class LaneSurvivalTests
{
    static readonly DeliveryOptions Options = new(1000, 1_000_000, TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(10));

    [Fact]
    public async Task Lane_WhoseReleaseThrows_CountsSaysItOnceAndGoesOn()
    {
        LogLines log = new();
        DeliveryLane<int> lane = new("The lane", Options, static (_, _) => default, static _ => null, static (_, _) => throw new InvalidOperationException("Not mine."), TimeProvider.System, log);
        for (int i = 0; i < 10; i++) lane.Post(i, 1, 1);
        await lane.StopAsync(Threads.Patience);
        lane.Post(10, 1, 1); // on the poster's thread, which must not see it either
        Assert.Equal((10L, 1L, 11L), (lane.Ledger.Delivered, lane.Ledger.DroppedStopped, lane.Ledger.CallbackFaults));
        Assert.Equal(["Error: A callback of The lane failed (InvalidOperationException: Not mine.). Such failures are counted, and further ones not logged."], log.Lines);
    }

    [Fact]
    public async Task Lane_WhoseJudgeOfExceptionsThrows_TriesAgain()
    {
        int attempts = 0;
        DeliveryLane<int> lane = new("The lane", Options, (_, _) => ++attempts < 3 ? throw new IOException("Down.") : default, static _ => throw new InvalidOperationException("Not mine."), static (_, _) => { }, TimeProvider.System, NullLogger.Instance);
        lane.Post(1, 1, 1);
        Assert.True(await lane.FlushAsync(Threads.Patience, default));
        Assert.Equal((1L, 2L, 2L), (lane.Ledger.Delivered, lane.Ledger.Failures, lane.Ledger.CallbackFaults));
        await lane.StopAsync(Threads.Patience);
    }

    [Fact]
    public async Task Lane_WhoseLogThrows_GoesOn()
    {
        int attempts = 0;
        LaneRig rig = new((_, _) => ++attempts < 3 ? throw new IOException("Down.") : default, Options, logger: new LogLines { IsThrowing = true });
        rig.Post(1);
        Assert.True(await rig.FlushAsync());
        await Eventually.BecomesAsync(() => rig.Ledger.CallbackFaults == 2, Threads.Patience, "the first failure and the recovery were tried to be said");
        await rig.Lane.StopAsync(Threads.Patience);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Breaker.Threshold)] // then it is the probe of an open breaker, and must not stay the probe for ever
    public async Task Lane_WhoseClockThrowsInTheMiddleOfAnAttempt_GoesOnAndStaysExact(int failuresBefore)
    {
        using ManualResetEventSlim release = new();
        int attempts = 0;
        FakeTimeProvider time = new();
        FaultyClock clock = new(time);
        LaneRig rig = new((_, _) =>
        {
            int attempt = Interlocked.Increment(ref attempts);
            if (attempt <= failuresBefore) throw new IOException("Down.");
            if (attempt == failuresBefore + 1) release.Wait(CancellationToken.None);
            return default;
        }, Options, clock);
        rig.Post(1, 2);
        // From pause to pause, until the call that waits. How many have failed at a step is not asked: the next may fail before the step is taken.
        await Eventually.BecomesAsync(() =>
        {
            if (Volatile.Read(ref attempts) > failuresBefore) return true;
            if (time.ArmedTimers == 1) time.Advance(Options.MaxRetryDelay);
            return false;
        }, Threads.Patience, "the lane makes the call that waits");
        Assert.Equal(failuresBefore, rig.Ledger.Failures);
        await rig.InFlightAsync();
        await Eventually.BecomesAsync(() => time.ArmedTimers == 1, Threads.Patience, "the lane waits for the call");
        clock.FailTimestamps(1);
        time.Advance(Options.Deadline);
        await Eventually.BecomesAsync(() => rig.Ledger.Delivered == 2, Threads.Patience, "both are delivered");
        Assert.Equal((0L, 1L, false, 1), (rig.Ledger.Imbalance, rig.Ledger.CallbackFaults, rig.Ledger.IsBreakerOpen, rig.Ledger.Hung));
        await rig.SettledAsync(2);
        Assert.Equal([(1, false), (2, true)], rig.Released);
        release.Set();
        var stop = rig.Lane.StopAsync(Threads.Patience);
        await stop.WaitAsync(Threads.Patience);
    }

    [Fact]
    public async Task Lane_WhoseClockThrowsWhenItNotesAFailure_GoesOnAndStaysExact()
    {
        int attempts = 0;
        FaultyClock clock = new(TimeProvider.System);
        clock.FailMoments(3);
        LaneRig rig = new((_, _) => ++attempts < 8 ? throw new IOException("Down.") : default, Options, clock);
        rig.Post(1, 2);
        Assert.True(await rig.FlushAsync());
        Assert.Equal((2L, 0L, 3L), (rig.Ledger.Delivered, rig.Ledger.Imbalance, rig.Ledger.CallbackFaults));
        await rig.Lane.StopAsync(Threads.Patience);
    }

    [Fact]
    public async Task Lane_WithACancellationCallbackThatThrows_DoesNotTakeTheProcessDown()
    {
        int attempts = 0;
        LaneRig rig = new((_, token) =>
        {
            if (++attempts > 1) return default;
            TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
            token.Register(static () => throw new InvalidOperationException("Not mine."));
            token.Register(() => cancelled.TrySetCanceled(token));
            return new(cancelled.Task);
        }, Options with { Deadline = TimeSpan.FromMilliseconds(10) });
        rig.Post(1);
        Assert.True(await rig.FlushAsync());
        await Eventually.BecomesAsync(() => rig.Ledger.CallbackFaults == 1, Threads.Patience, "the callback is counted");
        Assert.NotEqual(0, rig.Ledger.Timeouts);
        await rig.Lane.StopAsync(Threads.Patience);
    }

    [Fact]
    public async Task Post_FromInsideARelease_NeitherDeadlocksNorLoses()
    {
        DeliveryLane<int>? lane = null;
        ConcurrentQueue<int> released = new();
        lane = new("The lane", Options, static (_, _) => default, static _ => null, (item, _) =>
        {
            released.Enqueue(item);
            if (item < 100) lane!.Post(item + 1, 1, 1);
        }, TimeProvider.System, NullLogger.Instance);
        lane.Post(1, 1, 1);
        await Eventually.BecomesAsync(() => released.Count == 100, Threads.Patience, "each release has posted the next");
        await lane.StopAsync(Threads.Patience);
        Assert.Equal((100L, 0L), (lane.Ledger.Delivered, lane.Ledger.Imbalance));
    }

    [Fact]
    public async Task Posts_ByThreadsWithAnAmbientContext_DoNotLendItToTheDestination()
    {
        AsyncLocal<string> ambient = new() { Value = "a request" };
        string? seen = "nothing";
        LaneRig rig = new((_, _) =>
        {
            seen = ambient.Value;
            return default;
        });
        rig.Post(1);
        await rig.FlushAsync();
        Assert.Null(seen);
        await rig.Lane.StopAsync(Threads.Patience);
    }

    [Fact]
    public async Task Queue_ThatOverflowsAndRecovers_IsSaidOnceEach()
    {
        LogLines log = new();
        using ManualResetEventSlim release = new();
        LaneRig rig = new((_, _) =>
        {
            release.Wait(CancellationToken.None);
            return default;
        }, Options with { MaxWeight = 3 }, logger: log);
        rig.Post(1);
        await rig.InFlightAsync();
        rig.Post(2, 3, 4, 5);
        release.Set();
        await rig.FlushAsync();
        await rig.Lane.StopAsync(Threads.Patience);
        Assert.Equal(
            [
                "Warning: The queue of The rig is full: the oldest is dropped and counted. Give it a larger queue, or a faster destination.",
                "Information: The queue of The rig is empty again; 2 were dropped.",
            ], log.Lines);
    }
}
