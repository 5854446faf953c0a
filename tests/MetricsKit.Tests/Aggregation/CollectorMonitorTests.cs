using MetricsKit.Testing;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MetricsKit.Tests.Aggregation;

public sealed class CollectorMonitorTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly FakeTimeProvider _time = new();
    readonly RecordedLog _log = new();
    readonly CollectorMonitor _monitor;

    public CollectorMonitorTests() => _monitor = new(_time, _log);

    public void Dispose() => _monitor.Dispose();

    [Fact]
    public async Task Refresh_WithinAQuarterOfASecond_ReadsOnce()
    {
        int calls = 0;
        _monitor.Add(new Does(() => calls++), "c", null);
        await _monitor.RefreshAsync();
        await _monitor.RefreshAsync();
        _time.Advance(TimeSpan.FromMilliseconds(249));
        await _monitor.RefreshAsync();
        Assert.Equal(1, calls);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await _monitor.RefreshAsync();
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task Refresh_AfterExpiry_ReadsAnewButNotWhatFailed()
    {
        int calls = 0, broken = 0;
        _monitor.Add(new Does(() => calls++), "c", null);
        _monitor.Add(new Does(() => { broken++; throw new InvalidOperationException("broken"); }), "broken", null);
        await _monitor.RefreshAsync();
        _monitor.Expire();
        await _monitor.RefreshAsync();
        await _monitor.RefreshAsync();
        Assert.Equal((2, 1), (calls, broken));
    }

    [Fact]
    [Trait("Requirement", "S1-037")]
    [Trait("Requirement", "B1-04")]
    public async Task Collector_ThatThrows_IsCountedLeftAloneForAWhileAndTriedAgain()
    {
        int calls = 0, others = 0;
        bool broken = true;
        var state = _monitor.Add(new Does(() => { calls++; if (broken) throw new InvalidOperationException("broken"); }), "broken", null);
        _monitor.Add(new Does(() => others++), "sound", null);

        await _monitor.RefreshAsync();
        Assert.Equal((1, 1, 1), (calls, others, state.Errors));
        _time.Advance(TimeSpan.FromMilliseconds(999));
        await _monitor.RefreshAsync();
        Assert.Equal((1, 2, 1), (calls, others, state.Errors));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await _monitor.RefreshAsync();
        Assert.Equal((2, 2), (calls, state.Errors));
        broken = false;
        _time.Advance(TimeSpan.FromSeconds(1));
        await _monitor.RefreshAsync();

        Assert.Equal((3, 2), (calls, state.Errors));
        Assert.Equal(["Warning broken failed", "Information broken works again"], _log.Of("broken"));
    }

    [Fact]
    [Trait("Requirement", "S1-037")]
    public async Task Collector_WithAnInterval_ReadsAtOnceAndInItsRhythmAndRestsTwoIntervalsAfterAFault()
    {
        int calls = 0;
        bool broken = false;
        var state = _monitor.Add(new Does(() => { calls++; if (broken) throw new InvalidOperationException("broken"); }), "slow", TimeSpan.FromSeconds(30));
        _monitor.Start();
        await Eventually.BecomesAsync(() => Calls() == 1, Patience, "the first round, which a timer begins at once");
        await Ended();
        await _monitor.RefreshAsync(); // a snapshot does not disturb its rhythm
        Assert.Equal(1, calls);
        await Pass(calls: 2);
        broken = true;
        await Pass(calls: 3);
        broken = false;
        await Pass(calls: 3); // left alone
        await Pass(calls: 4);
        await Pass(calls: 5);
        Assert.Equal(1, state.Errors);

        async Task Pass(int calls)
        {
            _time.Advance(TimeSpan.FromSeconds(30)); // the timer queues the round before this returns, or leaves the collector alone
            await Ended();
            Assert.Equal(calls, Calls());
        }

        int Calls() => Volatile.Read(ref calls);

        Task Ended() => Eventually.BecomesAsync(() => !state.IsQueued, Patience, "the end of the round");
    }

    [Fact]
    public async Task Collector_ThatHangs_CostsOneDeadlineAndBlocksNobody()
    {
        using ManualResetEventSlim gate = new();
        using SemaphoreSlim entered = new(0);
        int before = 0, after = 0;
        _monitor.Add(new Does(() => before++), "before", null);
        var hung = _monitor.Add(new Does(() => { entered.Release(); gate.Wait(); }), "hung", null);
        _monitor.Add(new Does(() => after++), "after", null);

        var refresh = _monitor.RefreshAsync().AsTask();
        await entered.WaitAsync();
        await Eventually.BecomesAsync(() => _time.ArmedTimers > 0, Patience, "somebody waits for the deadline");
        Assert.False(refresh.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await refresh;
        Assert.Equal((1, 1, 1), (before, after, hung.Hangs));

        // From now on it is skipped: the clock need not move for a snapshot to be complete.
        _time.Advance(TimeSpan.FromSeconds(1));
        await _monitor.RefreshAsync();
        Assert.Equal((2, 2, 1), (before, after, hung.Hangs));

        gate.Set();
        await Eventually.BecomesAsync(() => !hung.IsRunning, Patience, "the call came back");
        Assert.Equal(["Warning hung did not return"], _log.Of("hung")); // too late to be called well
        _time.Advance(TimeSpan.FromSeconds(1));
        await _monitor.RefreshAsync();
        Assert.Equal(1, entered.CurrentCount);
        Assert.Equal(["Warning hung did not return", "Information hung works again"], _log.Of("hung"));
    }

    [Fact]
    public async Task Collector_WithAnIntervalThatIsSlow_HoldsUpNoSnapshotAndIsCountedAfterItsInterval()
    {
        using ManualResetEventSlim gate = new();
        using SemaphoreSlim entered = new(0);
        int reads = 0;
        var slow = _monitor.Add(new Does(() => { entered.Release(); gate.Wait(); }), "slow", TimeSpan.FromSeconds(30));
        var other = _monitor.Add(new Does(() => reads++), "other", null);
        _monitor.Start();
        await entered.WaitAsync();

        await _monitor.RefreshAsync(); // the clock stands still: nobody waited for a deadline
        Assert.Equal((1, 0L, 0L), (reads, slow.Hangs, other.Hangs));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, slow.Hangs);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, slow.Hangs); // one call, one time-out

        gate.Set();
        await Eventually.BecomesAsync(() => !slow.IsQueued, Patience, "the call came back");
        _time.Advance(TimeSpan.FromSeconds(30));
        await Eventually.BecomesAsync(() => entered.CurrentCount == 1 && !slow.IsQueued, Patience, "the next round");
    }

    [Fact]
    public async Task Collector_WhoseFaultTheLogCannotTake_IsStillCountedAndTheThreadLivesOn()
    {
        CollectorMonitor monitor = new(_time, new BrokenLog());
        int others = 0;
        var state = monitor.Add(new Does(static () => throw new InvalidOperationException("broken")), "broken", null);
        monitor.Add(new Does(() => others++), "sound", null);
        await monitor.RefreshAsync();
        Assert.Equal((1, 1), (state.Errors, others));
        monitor.Dispose();
    }

    [Fact]
    public async Task Collector_ThatReadsAListenerOfItsOwn_DoesNotWaitForItself()
    {
        _monitor.Add(new Does(_monitor.Refresh), "reads itself", null);
        await _monitor.RefreshAsync();
    }

    [Fact]
    public async Task Refresh_AfterTheEnd_ReadsNothing()
    {
        int calls = 0;
        _monitor.Add(new Does(() => calls++), "c", null);
        _monitor.Dispose();
        await _monitor.RefreshAsync();
        _monitor.Refresh();
        Assert.Equal(0, calls);
    }

    [Fact]
    public void Round_SeriesNotMentionedAgain_AreGone()
    {
        var row = Define.ObservableGauge("t", "1", "T.", TagKey.Open("a"));
        using InstrumentRegistry registry = TestInstruments.Registry();
        var gauge = registry.Open(new("Round", row)).Create(row);
        CollectorRound mine = new(), others = new();
        string[] seen = ["x", "y"];
        Does collector = new(() => Array.ForEach(seen, value => gauge.Observe(1, value)));
        mine.Run(collector);
        others.Run(new Does(() => gauge.Observe(1, "z")));
        Assert.Equal([1.0, 1.0, 1.0], Values());
        seen = ["y"];
        mine.Run(collector);
        Assert.Equal([double.NaN, 1.0, 1.0], Values());
        seen = ["x"];
        mine.Run(collector);
        Assert.Equal([1.0, double.NaN, 1.0], Values());
        Assert.Throws<InvalidOperationException>(() => mine.Run(new Does(() => throw new InvalidOperationException("the machine is gone"))));
        Assert.Equal([double.NaN, double.NaN, 1.0], Values());

        double[] Values() => [.. Enumerable.Range(0, gauge.Table!.Count).Select(at => gauge.Table.Index.ValueAt(at))];
    }

    sealed class Does(Action collect) : ICollector
    {
        public void Collect() => collect();
    }

    sealed class BrokenLog : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => throw new InvalidOperationException("The log is broken.");
    }
}
