using System.Collections.Concurrent;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Delivery;

/// <summary>D3 and D5 by a clock that the test moves: what comes again, when, and in which order.</summary>
public sealed class LaneRetryTests : IDisposable
{
    static readonly TimeSpan MaxRetryDelay = TimeSpan.FromSeconds(5), Deadline = TimeSpan.FromSeconds(30);

    readonly FakeTimeProvider _time = new();
    readonly ManualResetEventSlim _release = new();

    [Fact]
    public async Task Failures_InARow_PauseByBackoffAndThenByTheBreakerAndKeepTheOrder()
    {
        const int Failures = 20;
        LaneRig rig = new(FailFirst(Failures), time: _time);
        rig.Post(1, 2, 3);
        Random random = new(LaneRig.Seed);
        Backoff backoff = new(TimeSpan.FromSeconds(0.1), MaxRetryDelay, Jitter.Equal), pauses = new(TimeSpan.FromSeconds(1), MaxRetryDelay, Jitter.Equal);
        for (int failures = 1; failures <= Failures; failures++)
        {
            await PausesAsync(rig, failures);
            bool isOpen = failures >= Breaker.Threshold;
            Assert.Equal((isOpen, failures, _time.GetUtcNow(), 3L), (rig.Ledger.IsBreakerOpen, rig.Ledger.Attempts, rig.Ledger.LastFailure, rig.Ledger.Queued));
            var pause = isOpen ? pauses.After(failures - Breaker.Threshold + 1, random) : backoff.After(failures, random);
            Assert.InRange(pause, TimeSpan.FromSeconds(0.05), MaxRetryDelay);
            _time.Advance(TimeSpan.FromTicks(_time.TicksOf(pause) - 1));
            Assert.Equal((1, failures), (_time.ArmedTimers, rig.Ledger.Attempts)); // it still waits
            _time.Advance(TimeSpan.FromTicks(1));
        }
        Assert.True(await rig.FlushAsync());
        Assert.False(rig.Ledger.IsBreakerOpen);
        Assert.Equal([.. Enumerable.Repeat(1, Failures + 1), 2, 3], rig.Attempted);
        Assert.Equal((3L, Failures + 3L, (long)Failures, 0L), (rig.Ledger.Delivered, rig.Ledger.Attempts, rig.Ledger.Failures, rig.Ledger.Timeouts));
    }

    [Fact]
    public async Task Success_BetweenFailures_MakesThePausesBeginAnew()
    {
        LaneRig rig = new((item, _) => item is 1 or 3 ? FailFirstOf(item) : default, time: _time);
        rig.Post(1);
        await PausesAsync(rig, 1);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(await rig.FlushAsync());
        rig.Post(2, 3);
        await PausesAsync(rig, 2);
        _time.Advance(TimeSpan.FromSeconds(0.1)); // a second pause would last up to twice as long, and at least as long
        await Eventually.BecomesAsync(() => rig.Ledger.Delivered == 3, Threads.Patience, "the first pause of a new row is over");
    }

    [Fact]
    public async Task Head_ThatWaitsBetweenTwoAttempts_IsPushedOutByWhatComes()
    {
        LaneRig rig = new((item, _) => item == 1 ? throw new IOException("Down.") : default, new(2, 1000, Deadline, MaxRetryDelay), _time);
        rig.Post(1);
        await PausesAsync(rig, 1);
        rig.Post(2, 3);
        Assert.Equal([(1, true)], rig.Released);
        Assert.Equal((1L, 2L, 20L, 0L), (rig.Ledger.DroppedQueueFull, rig.Ledger.Queued, rig.Ledger.QueuedBytes, rig.Ledger.Imbalance));
        _time.Advance(MaxRetryDelay);
        Assert.False(await rig.FlushAsync());
        Assert.Equal([1, 2, 3], rig.Attempted);
    }

    [Fact]
    public async Task Item_InsideAnAttempt_IsNeverPushedOut()
    {
        LaneRig rig = new(Held, new(2, 1000, Deadline, MaxRetryDelay), _time);
        rig.Post(1);
        await rig.InFlightAsync();
        rig.Post(2, 3, 4);
        Assert.Equal([(2, true), (3, true)], rig.Released);
        Assert.Equal((1L, 10L, 1L), (rig.Ledger.InFlight, rig.Ledger.InFlightBytes, rig.Ledger.Queued));
        _release.Set();
        await rig.FlushAsync();
        Assert.Equal([1, 4], rig.Attempted);
    }

    [Fact]
    public async Task Call_ThatIsGivenUp_HasItsItemTriedAgainByAnotherThreadAndNeverReused()
    {
        ConcurrentQueue<Thread> threads = new();
        LaneRig rig = new((item, token) =>
        {
            threads.Enqueue(Thread.CurrentThread);
            return threads.Count == 1 ? Held(item, token) : default;
        }, time: _time);
        rig.Post(1, 2);
        await GiveUpAsync(rig);
        await PausesAsync(rig, 1);
        Assert.Equal((1, 1L, 1L, 2L), (rig.Ledger.Hung, rig.Ledger.Timeouts, rig.Ledger.Failures, rig.Ledger.Queued));
        Assert.True(await rig.FlushAsync());
        Assert.Equal([1, 1, 2], rig.Attempted);
        await rig.SettledAsync(2);
        Assert.Equal([(1, false), (2, true)], rig.Released);
        Assert.Equal(2, threads.Distinct().Count());
        _release.Set();
        await Eventually.BecomesAsync(() => (rig.Ledger.Hung, rig.Ledger.Late) == (0, 1), Threads.Patience, "the first call has come back");
        Assert.Equal((2L, 2), (rig.Ledger.Delivered, rig.Released.Count)); // and what it said changed nothing
    }

    [Fact]
    public async Task Call_ThatIsGivenUpAndComesBackBeforeTheItemIsDelivered_LeavesItReusable()
    {
        LaneRig rig = new((item, token) => _release.IsSet ? default : Held(item, token), time: _time);
        rig.Post(1);
        await GiveUpAsync(rig);
        await PausesAsync(rig, 1);
        _release.Set();
        await Eventually.BecomesAsync(() => rig.Ledger.Late == 1, Threads.Patience, "the first call has come back");
        Assert.True(await rig.FlushAsync());
        await rig.SettledAsync(1);
        Assert.Equal([(1, true)], rig.Released);
    }

    [Fact]
    public async Task Lane_WhileTwoCallsHang_TriesNothingUntilOneComesBack()
    {
        LaneRig rig = new(Held, time: _time);
        rig.Post(1);
        await GiveUpAsync(rig);
        await PausesAsync(rig, 1);
        _time.Advance(MaxRetryDelay);
        await GiveUpAsync(rig);
        await rig.FailedAsync(2);
        Assert.Equal(2, rig.Ledger.Hung);
        var flush = rig.Lane.FlushAsync(TimeSpan.FromDays(1), default).AsTask(); // not even a nudge helps
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((2L, 0L, 1L), (rig.Ledger.Attempts, rig.Ledger.InFlight, rig.Ledger.Queued));
        _release.Set();
        Assert.True(await flush.WaitAsync(Threads.Patience));
        Assert.Equal(3, rig.Ledger.Attempts);
    }

    public void Dispose() => _release.Set();

    readonly HashSet<int> _failed = [];

    ValueTask FailFirstOf(int item) => _failed.Add(item) ? throw new IOException("Down.") : default;

    static Func<int, CancellationToken, ValueTask> FailFirst(int times)
    {
        int left = times;
        return (_, _) => Interlocked.Decrement(ref left) >= 0 ? throw new IOException("Down.") : default;
    }

    ValueTask Held(int item, CancellationToken token)
    {
        _release.Wait(CancellationToken.None);
        return default;
    }

    /// <summary>Waits until an attempt has failed and the lane waits for the next.</summary>
    async Task PausesAsync(LaneRig rig, int failures)
    {
        await rig.FailedAsync(failures);
        await Eventually.BecomesAsync(() => _time.ArmedTimers == 1, Threads.Patience, "the lane pauses");
    }

    /// <summary>Has an attempt that hangs be cancelled and given up.</summary>
    async Task GiveUpAsync(LaneRig rig)
    {
        await rig.InFlightAsync();
        foreach (var span in (TimeSpan[])[Deadline, DeadlineCalls.MaxGrace])
        {
            await Eventually.BecomesAsync(() => _time.ArmedTimers == 1, Threads.Patience, "the lane waits for the call");
            _time.Advance(span);
        }
    }
}
