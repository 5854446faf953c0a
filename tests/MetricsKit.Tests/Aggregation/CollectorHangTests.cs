using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Aggregation;

/// <summary>Calls that do not return in time: what they cost others, and how they come back. The clock stands but for what a test lets pass.</summary>
public sealed class CollectorHangTests : IDisposable
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50), Second = TimeSpan.FromSeconds(1);

    readonly FakeTimeProvider _time = new();
    readonly RecordedLog _log = new();
    readonly CollectorMonitor _monitor;
    readonly Held _held = new();
    readonly List<CollectorState> _others = [];
    Action? _ended;
    int _reads;

    public CollectorHangTests() => _monitor = new(new Clock(_time, () => Interlocked.Exchange(ref _ended, null)?.Invoke()), _log);

    public void Dispose()
    {
        _held.Open();
        _monitor.Dispose();
    }

    [Fact]
    [Trait("Requirement", "R-F3")]
    public async Task Observables_TenOfWhichHang_CostOneSnapshotLittleMoreThanOneDeadline()
    {
        var hung = AddHanging(10, among: 300);
        var refresh = _monitor.RefreshAsync().AsTask();
        await MeetAsync(1, 2, 4, 8, 10);
        await Eventually.BecomesAsync(() => Volatile.Read(ref _reads) == 290 && !_others.Exists(static o => o.IsRunning), Threads.Patience, "all others have been read");
        Assert.False(refresh.IsCompleted);
        _time.Advance(Second);
        await refresh.WaitAsync(Threads.Patience);

        Assert.Equal(1.2, (_time.GetUtcNow() - new FakeTimeProvider().GetUtcNow()).TotalSeconds, 3);
        Assert.Equal((10, 10, 0L), (_monitor.Stuck, hung.Sum(static h => h.Hangs), _monitor.HeldBack));

        // From now on they are skipped, at no cost.
        _time.Advance(Second);
        await _monitor.RefreshAsync().AsTask().WaitAsync(Threads.Patience);
        Assert.Equal((580, 10), (_reads, _held.Count));
        Assert.Equal(10, _log.All.Count);
    }

    [Fact]
    [Trait("Requirement", "R-F3")]
    public async Task Observables_MoreThanThreeDozenOfWhichHang_KeepNoMoreThreadsThanTheBoundAndLeaveOutTheRest()
    {
        AddHanging(40, among: 40);
        await PassAsync(snapshots: 20);
        Assert.Equal((32, 32), (_monitor.Stuck, _held.Count));
        Assert.InRange(_monitor.HeldBack, 8, long.MaxValue);
        Assert.Single(_log.All, static line => line.Contains("some are not called", StringComparison.Ordinal));

        // The host's own collectors are read all the same.
        int own = 0;
        _monitor.Add(new Does(() => own++), "own", null);
        await _monitor.RefreshAsync().AsTask().WaitAsync(Threads.Patience);
        Assert.Equal(1, own);

        _held.Open();
        await Eventually.BecomesAsync(() => _monitor.Stuck == 0, Threads.Patience, "all calls came back");
        await Eventually.BecomesAsync(() => _log.All.Count(static line => line.Contains("are called again", StringComparison.Ordinal)) == 1, Threads.Patience, "the end of the episode is told, once");
    }

    [Fact]
    public async Task Crowd_ThatIsGoneBeforeItsLastPassHasEnded_IsOneEpisode()
    {
        AddHanging(40, among: 40);
        await PassAsync(snapshots: 20);
        using ManualResetEventSlim ending = new(), gone = new();
        _ended = () =>
        {
            ending.Set();
            gone.Wait(Threads.Patience);
        };
        await _monitor.RefreshAsync().AsTask().WaitAsync(Threads.Patience); // all of it is held back
        await Eventually.BecomesAsync(() => ending.IsSet, Threads.Patience, "the thread that ended the pass is about to go on");
        _held.Open();
        await Eventually.BecomesAsync(() => _monitor.Stuck == 0, Threads.Patience, "all calls came back");
        gone.Set();
        _time.Advance(Second);
        await _monitor.RefreshAsync().AsTask().WaitAsync(Threads.Patience); // by the same thread
        AssertOneEpisode();
    }

    [Fact]
    public async Task Crowd_ThatIsGoneBeforeItWasTold_IsToldInOrder()
    {
        AddHanging(40, among: 40);
        _log.Saying = line =>
        {
            if (!line.Contains("some are not called", StringComparison.Ordinal)) return;
            _held.Open();
            Assert.True(SpinWait.SpinUntil(() => _monitor.Stuck == 0, Threads.Patience));
        };
        await PassAsync(snapshots: 1);
        AssertOneEpisode();
    }

    [Fact]
    public async Task Observables_TwentyOfWhichHang_DoNotKeepTheOthersFromBeingReadForLong()
    {
        AddHanging(20, among: 60);
        await PassAsync(snapshots: 6);
        int before = _reads;
        await _monitor.RefreshAsync().AsTask().WaitAsync(Threads.Patience); // nothing is waited for any more
        Assert.Equal((before + 40, 20), (_reads, _held.Count));
    }

    [Fact]
    [Trait("Requirement", "R-F3")]
    public async Task Observable_ThatIsLateThreeTimesInARow_IsQuarantinedAndRestoredByACallInTime()
    {
        bool slow = true;
        using SemaphoreSlim entered = new(0), go = new(0);
        int calls = 0;
        var state = Add(() =>
        {
            calls++;
            if (!Volatile.Read(ref slow)) return;
            entered.Release();
            go.Wait();
        });
        for (int hang = 1; hang <= 3; hang++)
        {
            var refresh = _monitor.RefreshAsync().AsTask();
            await entered.WaitAsync();
            _time.Advance(Second);
            await refresh.WaitAsync(Threads.Patience);
            go.Release();
            await Eventually.BecomesAsync(() => !state.IsRunning, Threads.Patience, "the late call came back");
            Assert.Equal((hang, hang == 3), (state.Strikes, state.IsQuarantined));
            if (hang < 3) _time.Advance(TimeSpan.FromMilliseconds(250));
        }
        Assert.Equal([state], _monitor.Absent());
        await _monitor.RefreshAsync().AsTask().WaitAsync(Threads.Patience); // no snapshot calls it
        Assert.Equal(3, calls);

        // A second after it was quarantined it is called all the same; this time it takes no time.
        _time.Advance(TimeSpan.FromSeconds(1) - Look);
        Assert.Equal(0, entered.CurrentCount);
        _time.Advance(Look);
        await entered.WaitAsync(Threads.Patience);
        go.Release();
        await Eventually.BecomesAsync(() => !state.IsRunning, Threads.Patience, "the call came back");
        Assert.False(state.IsQuarantined);
        Assert.Empty(_monitor.Absent());
        Assert.Equal(3, state.Hangs);
        Volatile.Write(ref slow, false);
        _time.Advance(Second);
        await _monitor.RefreshAsync().AsTask().WaitAsync(Threads.Patience);
        Assert.Equal(5, calls);
        Assert.Equal(3, _log.All.Count);
        Assert.Contains("did not return within", _log.All[0], StringComparison.Ordinal);
        Assert.Contains("3 times in a row", _log.All[1], StringComparison.Ordinal);
        Assert.Contains("works again", _log.All[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quarantine_WhileCallsStayLate_IsProbedEverLessOften()
    {
        using SemaphoreSlim entered = new(0), go = new(0);
        var state = Add(() =>
        {
            entered.Release();
            go.Wait();
        });
        for (int snapshot = 0; snapshot < 3; snapshot++)
        {
            var refresh = _monitor.RefreshAsync().AsTask();
            await BeLateAsync();
            await refresh.WaitAsync(Threads.Patience);
            if (!state.IsQuarantined) _time.Advance(TimeSpan.FromMilliseconds(250));
        }
        var next = _time.GetUtcNow() - Look;
        foreach (int pause in (int[])[1, 2, 4, 8, 16, 32, 60, 60])
        {
            next += TimeSpan.FromSeconds(pause);
            _time.Advance(next - _time.GetUtcNow() - Look);
            Assert.False(state.IsRunning);
            _time.Advance(Look);
            await BeLateAsync();
        }
        Assert.True(state.IsQuarantined);
        Assert.Equal(11, state.Hangs);
        Assert.Equal(2, _log.All.Count); // one line when it began, one when it was quarantined

        async Task BeLateAsync()
        {
            await entered.WaitAsync(Threads.Patience);
            _time.Advance(Second + Look);
            go.Release();
            await Eventually.BecomesAsync(() => !state.IsRunning, Threads.Patience, "the late call came back");
        }
    }

    CollectorState Add(Action callback)
    {
        Does does = new(callback);
        return _monitor.Add(does, new CollectorRound(), "name", "Meter");
    }

    /// <summary>So many observables, some of which hang until the end, spread evenly.</summary>
    List<CollectorState> AddHanging(int hanging, int among)
    {
        List<CollectorState> hung = [];
        for (int i = 0; i < among; i++)
        {
            bool hangs = i * hanging / among != (i + 1) * hanging / among;
            var state = _monitor.Add(new Does(hangs ? _held.Wait : () => Interlocked.Increment(ref _reads)), new CollectorRound(), "observable" + i, "Meter");
            (hangs ? hung : _others).Add(state);
        }
        return hung;
    }

    /// <summary>Each thread that comes to help meets another call that hangs, up to so many one look after another.</summary>
    async Task MeetAsync(params int[] counts)
    {
        foreach (int hanging in counts)
        {
            if (hanging > 1) _time.Advance(Look);
            await Eventually.BecomesAsync(() => _held.Count == hanging, Threads.Patience, $"{hanging} calls hang");
        }
    }

    /// <summary>
    /// Takes snapshots of more hanging calls than threads. Time passes only when every thread is where it can get to: as many as may in the first snapshot,
    /// and from then on one at a time. So nothing is late for want of a processor.
    /// </summary>
    async Task PassAsync(int snapshots)
    {
        for (int snapshot = 0; snapshot < snapshots; snapshot++)
        {
            var refresh = _monitor.RefreshAsync().AsTask();
            if (snapshot == 0) await MeetAsync(1, 2, 4, 8, 16);
            while (true)
            {
                await Eventually.BecomesAsync(() => refresh.IsCompleted || _held.Count > _monitor.Stuck, Threads.Patience, "the snapshot waits for nobody, or for a call that hangs");
                if (refresh.IsCompleted) break;
                _time.Advance(Look);
            }
            Assert.InRange(_monitor.Stuck, 0, 32);
            Assert.InRange(_held.Count, 0, 32);
            _time.Advance(Second);
        }
    }

    void AssertOneEpisode() => Assert.Collection(
        _log.All.Where(static line => line.Contains("called", StringComparison.Ordinal)),
        static line => Assert.Contains("some are not called", line, StringComparison.Ordinal),
        static line => Assert.Contains("are called again", line, StringComparison.Ordinal));

    /// <summary>Tells when a timer is disposed of, as that of a pass is when it ends.</summary>
    sealed class Clock(FakeTimeProvider time, Action ended) : TimeProvider
    {
        public override long TimestampFrequency => time.TimestampFrequency;

        public override long GetTimestamp() => time.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Watch(time.CreateTimer(callback, state, dueTime, period), ended);

        sealed class Watch(ITimer timer, Action ended) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

            public void Dispose()
            {
                timer.Dispose();
                ended();
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }

    sealed class Does(Action callback) : ICollector
    {
        public void Collect() => callback();
    }
}

