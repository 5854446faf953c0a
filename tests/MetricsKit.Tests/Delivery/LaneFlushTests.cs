using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Delivery;

/// <summary>D7: what a flush says, and when.</summary>
public sealed class LaneFlushTests : IDisposable
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    readonly FakeTimeProvider _time = new();
    readonly ManualResetEventSlim _release = new();

    [Fact]
    public async Task Flush_OfADestinationThatTakesAll_IsTrueAndEverythingIsDelivered()
    {
        LaneRig rig = new(static (_, _) => default);
        rig.Post(1, 2, 3);
        Assert.True(await rig.FlushAsync());
        Assert.Equal([1, 2, 3], rig.Attempted);
        Assert.Equal(3, rig.Ledger.Delivered);
        await rig.Lane.StopAsync(Threads.Patience);
        Assert.Equal([(1, true), (2, true), (3, true)], rig.Released);
    }

    [Fact]
    [Trait("Requirement", "S1-053")]
    public async Task Flush_OfNothing_IsTrueAtOnceAndCallsNobody()
    {
        LaneRig rig = new(static (_, _) => default);
        Assert.True(await rig.Lane.FlushAsync(TimeSpan.Zero, default));
        Assert.Empty(rig.Attempted);
    }

    [Fact]
    public async Task Flush_WithSomethingPushedOut_IsFalseOnceAndThenTrue()
    {
        LaneRig rig = new(Held, Small);
        rig.Post(1);
        await rig.InFlightAsync();
        rig.Post(2, 3);
        var flush = rig.FlushAsync();
        rig.Post(4); // pushes out 2, which was posted before the flush
        _release.Set();
        Assert.False(await flush);
        Assert.Equal((1L, 0L), (rig.Ledger.DroppedQueueFull, rig.Ledger.Imbalance));
        Assert.True(await rig.FlushAsync());
    }

    [Fact]
    public async Task Flush_AfterALossThatNobodyWasToldOf_IsFalseOnceAndThenTrue()
    {
        LaneRig rig = new(Held, Small);
        rig.Post(1);
        await rig.InFlightAsync();
        rig.Post(2, 3, 4);
        _release.Set();
        Assert.False(await rig.FlushAsync());
        Assert.True(await rig.FlushAsync());
    }

    [Fact]
    public async Task Flush_WithALossOfWhatWasPostedLater_IsTrueAndTheNextIsFalse()
    {
        LaneRig rig = new(Held, Small);
        rig.Post(1);
        await rig.InFlightAsync();
        var flush = rig.FlushAsync();
        rig.Post(2, 3, 4);
        _release.Set();
        Assert.True(await flush);
        Assert.False(await rig.FlushAsync());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(10, false)]
    [InlineData(99, false)] // more than there is counts as all
    [InlineData(-5, true)]
    public async Task Flush_WithARefusal_IsFalseWhenAnythingWasRefused(int refused, bool told)
    {
        LaneRig rig = new((item, _) => item == 2 ? throw new RefusedException(refused) : default);
        foreach (int item in (int[])[1, 2, 3]) rig.Lane.Post(item, 10, 10);
        Assert.Equal(told, await rig.FlushAsync());
        int clamped = Math.Clamp(refused, 0, 10);
        Assert.Equal((30L - clamped, (long)clamped, 0L, 3L), (rig.Ledger.Delivered, rig.Ledger.Refused, rig.Ledger.Failures, rig.Ledger.Attempts));
        Assert.True(await rig.FlushAsync());
    }

    [Fact]
    public async Task Flush_WhileTheDestinationHangs_IsFalseAtItsTimeAndNotBefore()
    {
        LaneRig rig = new(Held, time: _time);
        rig.Post(1);
        await rig.InFlightAsync();
        var flush = rig.Lane.FlushAsync(Second, default).AsTask();
        _time.Advance(Second - TimeSpan.FromTicks(1));
        Assert.False(flush.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.False(await flush.WaitAsync(Threads.Patience)); // the hanging call has seen nothing of it
        Assert.Equal(1, rig.Ledger.InFlight);
    }

    [Fact]
    public async Task Flush_WhoseTokenIsCancelled_ThrowsAndItsLossIsToldByTheNext()
    {
        LaneRig rig = new(Held, Small);
        rig.Post(1);
        await rig.InFlightAsync();
        rig.Post(2, 3, 4);
        using CancellationTokenSource cancel = new();
        var flush = rig.Lane.FlushAsync(Threads.Patience, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);
        _release.Set();
        Assert.False(await rig.FlushAsync());
        Assert.True(await rig.FlushAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Flush_ByManyAtOnce_TellsEachOfThemTheSame(bool delivered)
    {
        LaneRig rig = new((item, _) => item == 0 ? Held(item, default) : delivered ? default : throw new RefusedException(1));
        rig.Post(0, 1);
        var flushes = Enumerable.Range(0, 20).Select(_ => rig.FlushAsync()).ToArray();
        _release.Set();
        Assert.All(await Task.WhenAll(flushes), told => Assert.Equal(delivered, told));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Flush_DuringAStop_TellsWhatTheStopCouldDeliver(bool delivered)
    {
        LaneRig rig = new(delivered ? Held : static (_, token) => CancelledAsync(token));
        rig.Post(1, 2);
        await rig.InFlightAsync();
        var flush = rig.FlushAsync();
        var stop = rig.Lane.StopAsync(delivered ? Threads.Patience : TimeSpan.Zero);
        _release.Set();
        Assert.Equal(delivered, await flush);
        await stop.WaitAsync(Threads.Patience);
        Assert.Equal((delivered ? 2L : 0, delivered ? 0L : 2, 0L), (rig.Ledger.Delivered, rig.Ledger.DroppedShutdown, rig.Ledger.Imbalance));
    }

    [Fact]
    public async Task Flush_OfALaneThatPauses_TriesOnceMoreAndNotTwice()
    {
        int failures = 0;
        LaneRig rig = new((_, _) => Interlocked.Increment(ref failures) > 9 ? default : throw new IOException("Down."), time: _time);
        rig.Post(1);
        await rig.FailedAsync(1);
        for (int flush = 1; flush <= 8; flush++) // past the opening of the breaker
        {
            var told = rig.Lane.FlushAsync(Second, default).AsTask();
            await rig.FailedAsync(1 + flush);
            int waiting = 1 + flush;
            await Eventually.BecomesAsync(() => _time.ArmedTimers == waiting, Threads.Patience, "the lane pauses again, and all flushes wait");
            Assert.Equal(1 + flush, rig.Ledger.Attempts);
            Assert.Equal(flush >= 4, rig.Ledger.IsBreakerOpen);
            _time.Advance(TimeSpan.FromTicks(1)); // less than any pause
            Assert.False(told.IsCompleted);
            var cancelled = rig.Lane.FlushAsync(TimeSpan.Zero, new(true)).AsTask();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
            Assert.Equal(1 + flush, rig.Ledger.Attempts); // a flush that was none nudges nobody
        }
        Assert.True(await rig.FlushAsync());
        Assert.Equal((1L, false), (rig.Ledger.Delivered, rig.Ledger.IsBreakerOpen));
    }

    [Fact]
    public async Task Flush_AfterTheStop_IsTrueWhenNothingWasLostSinceTheLast()
    {
        LaneRig rig = new(static (_, _) => default);
        rig.Post(1);
        await rig.Lane.StopAsync(Threads.Patience);
        Assert.True(await rig.FlushAsync());
        rig.Post(2);
        Assert.False(await rig.FlushAsync());
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(1e12)]
    public async Task Flush_WithATimeThatNoTimerTakes_AnswersAnyway(double milliseconds)
    {
        LaneRig rig = new(Held);
        rig.Post(1);
        await rig.InFlightAsync();
        var flush = rig.Lane.FlushAsync(TimeSpan.FromMilliseconds(milliseconds), default).AsTask();
        if (milliseconds > 0) _release.Set();
        Assert.Equal(milliseconds > 0, await flush.WaitAsync(Threads.Patience));
    }

    public void Dispose() => _release.Set();

    static DeliveryOptions Small => new(3, 1_000_000, Threads.Patience, TimeSpan.FromSeconds(5));

    static async ValueTask CancelledAsync(CancellationToken token)
    {
        TaskCompletionSource never = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = token.Register(() => never.TrySetCanceled(token));
        await never.Task;
    }

    ValueTask Held(int item, CancellationToken token)
    {
        _release.Wait(CancellationToken.None);
        return default;
    }
}
