using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Delivery;

/// <summary>D8: how a lane ends, and D6 for what it had.</summary>
public sealed class LaneStopTests : IDisposable
{
    readonly FakeTimeProvider _time = new();
    readonly ManualResetEventSlim _release = new();

    [Fact]
    public async Task Stop_OfALaneThatWasNeverUsed_EndsWithoutAThread()
    {
        LaneRig rig = new(static (_, _) => default);
        var stop = rig.Lane.StopAsync(Threads.Patience);
        Assert.True(stop.IsCompletedSuccessfully);
        Assert.Same(stop, rig.Lane.StopAsync(TimeSpan.Zero));
        await stop;
    }

    [Fact]
    public async Task Stop_OfALaneThatWasNeverUsed_StillClosesTheDestination()
    {
        bool isClosed = false;
        LaneRig rig = new(static (_, _) => default, last: _ =>
        {
            isClosed = true;
            return default;
        });
        await rig.Lane.StopAsync(Threads.Patience);
        Assert.True(isClosed);
    }

    [Fact]
    public async Task Stop_WithAHealthyDestination_DeliversEverythingThenClosesThenEndsItsThreads()
    {
        List<string> order = [];
        Thread? worker = null;
        LaneRig rig = new((item, _) =>
        {
            worker = Thread.CurrentThread;
            order.Add($"{item}");
            return default;
        }, last: _ =>
        {
            order.Add("closed");
            return default;
        });
        rig.Post(1, 2, 3);
        await rig.Lane.StopAsync(Threads.Patience);
        Assert.Equal(["1", "2", "3", "closed"], order);
        await Eventually.BecomesAsync(() => !worker!.IsAlive, Threads.Patience, "the worker has ended");
        Assert.Equal((3L, 0L), (rig.Ledger.Delivered, rig.Ledger.Dropped));
    }

    [Fact]
    public async Task Post_AfterAStop_IsCountedAsDroppedAndReleased()
    {
        LaneRig rig = new(static (_, _) => default);
        await rig.Lane.StopAsync(Threads.Patience);
        rig.Lane.Post(7, 5, 50);
        Assert.Equal((5L, 5L, 0L), (rig.Ledger.Posted, rig.Ledger.DroppedStopped, rig.Ledger.Imbalance));
        Assert.Equal([(7, true)], rig.Released);
        Assert.Empty(rig.Attempted);
    }

    [Fact]
    public async Task Stop_OfALaneThatPauses_TriesAtOnceAndDrains()
    {
        int attempts = 0;
        LaneRig rig = new((_, _) => ++attempts == 1 ? throw new IOException("Down.") : default, time: _time);
        rig.Post(1, 2);
        await rig.FailedAsync(1);
        await rig.Lane.StopAsync(TimeSpan.FromSeconds(5)).WaitAsync(Threads.Patience); // the clock stands: no pause is over
        Assert.Equal((2L, 0L), (rig.Ledger.Delivered, rig.Ledger.Dropped));
    }

    [Fact]
    public async Task Stop_WithADestinationThatIsDown_EndsAtTheBudgetAndCountsWhatIsLeft()
    {
        LogLines log = new();
        LaneRig rig = new(static (_, _) => throw new IOException("Down."), time: _time, logger: log);
        rig.Post(1, 2);
        await rig.FailedAsync(1);
        var stop = rig.Lane.StopAsync(TimeSpan.FromMilliseconds(1));
        await rig.FailedAsync(2);
        Assert.False(stop.IsCompleted);
        await Eventually.BecomesAsync(() => _time.ArmedTimers == 1, Threads.Patience, "the lane pauses");
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await stop.WaitAsync(Threads.Patience);
        Assert.Equal((2L, 0L, 0L), (rig.Ledger.DroppedShutdown, rig.Ledger.Queued, rig.Ledger.Imbalance));
        Assert.Equal([(1, true), (2, true)], rig.Released);
        Assert.Contains("Warning: The rig stopped before everything was delivered; 2 were dropped. A longer time for the shutdown may save them.", log.Lines);
    }

    [Fact]
    public async Task Stop_WithACallThatHonoursItsCancellation_EndsAtTheBudgetWithoutAFailureInTheLog()
    {
        LogLines log = new();
        LaneRig rig = new(static async (_, token) =>
        {
            TaskCompletionSource never = new(TaskCreationOptions.RunContinuationsAsynchronously);
            using var registration = token.Register(() => never.TrySetCanceled(token));
            await never.Task;
        }, logger: log);
        rig.Post(1);
        await rig.InFlightAsync();
        await rig.Lane.StopAsync(TimeSpan.Zero).WaitAsync(Threads.Patience);
        Assert.Equal((1L, 0, 0L), (rig.Ledger.DroppedShutdown, rig.Ledger.Hung, rig.Ledger.Timeouts));
        Assert.Equal([(1, true)], rig.Released);
        Assert.DoesNotContain(log.Lines, static line => line.Contains("failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stop_WithACallThatHangs_EndsAfterTheBudgetAndTheShortGraceByTheClock()
    {
        bool isClosed = false;
        LaneRig rig = new(Held, time: _time, last: _ =>
        {
            isClosed = true; // by another worker: closing is often what ends the hanging call
            return default;
        });
        rig.Post(1, 2);
        await rig.InFlightAsync();
        var budget = TimeSpan.FromSeconds(5);
        var stop = rig.Lane.StopAsync(budget);
        foreach (var span in (TimeSpan[])[budget, DeadlineCalls.StopGrace])
        {
            Assert.False(stop.IsCompleted);
            await Eventually.BecomesAsync(() => _time.ArmedTimers == 1, Threads.Patience, "the lane waits for the call");
            _time.Advance(span);
        }
        await stop.WaitAsync(Threads.Patience);
        Assert.True(isClosed);
        Assert.Equal((2L, 1, 0L), (rig.Ledger.DroppedShutdown, rig.Ledger.Hung, rig.Ledger.Imbalance));
        Assert.Equal([(1, false), (2, true)], rig.Released);
        _release.Set();
        await Eventually.BecomesAsync(() => rig.Ledger.Hung == 0, Threads.Patience, "the call has come back");
        Assert.Equal(0, rig.Ledger.Delivered); // too late to count
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_WithAClosingThatHangsOrThrows_EndsAndSaysSo(bool throws)
    {
        LogLines log = new();
        LaneRig rig = new(static (_, _) => default, logger: log, last: token => throws ? throw new IOException("password=secret") : Held(0, token));
        rig.Post(1);
        await rig.Lane.StopAsync(throws ? Threads.Patience : TimeSpan.FromMilliseconds(1)).WaitAsync(Threads.Patience);
        Assert.Contains($"Warning: The rig was not closed properly ({(throws ? "IOException" : "TimeoutException")}).", log.Lines);
    }

    [Fact]
    public async Task Stops_OfFiveLanesThatHang_EndTogether()
    {
        var rigs = Enumerable.Range(0, 5).Select(_ => new LaneRig(Held, last: token => Held(0, token))).ToArray();
        foreach (var rig in rigs)
        {
            rig.Post(1, 2, 3);
            await rig.InFlightAsync();
        }
        Assert.All(await Task.WhenAll(rigs.Select(static r => r.Lane.FlushAsync(TimeSpan.FromMilliseconds(20), default).AsTask())), Assert.False);
        await Task.WhenAll(rigs.Select(static r => r.Lane.StopAsync(TimeSpan.FromMilliseconds(50)))).WaitAsync(Threads.Patience);
        Assert.All(rigs, static r => Assert.Equal((3L, 0L), (r.Ledger.DroppedShutdown, r.Ledger.Imbalance)));
        Assert.All(rigs, static r => Assert.Equal(3, r.Released.Count));
    }

    public void Dispose() => _release.Set();

    ValueTask Held(int item, CancellationToken token)
    {
        _release.Wait(CancellationToken.None);
        return default;
    }
}
