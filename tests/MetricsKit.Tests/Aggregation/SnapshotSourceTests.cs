using MetricsKit.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace MetricsKit.Tests.Aggregation;

public sealed class SnapshotSourceTests : IDisposable
{
    static readonly InstrumentDefinition<CounterInstrument> Row = Define.Counter("t", "1", "T.");

    readonly FakeTimeProvider _time = new();
    readonly InstrumentRegistry _registry = TestInstruments.Registry();
    readonly CollectorMonitor _monitor;
    readonly SnapshotSource _source;
    readonly CounterInstrument _counter;
    readonly Gate _gate = new();

    public SnapshotSourceTests()
    {
        _counter = _registry.Open(new("Source", Row)).Create(Row);
        _monitor = new(_time, NullLogger.Instance);
        _monitor.Add(_gate, "gate", null);
        _source = new(new(_registry, "", []), _monitor, _time);
    }

    public void Dispose()
    {
        _gate.Open();
        _source.Dispose();
        _monitor.Dispose();
        _registry.Dispose();
        _gate.Dispose();
    }

    [Fact]
    public async Task GetSnapshot_MaxAgeZero_ReadsAgainForEachCall()
    {
        using var one = await _source.GetSnapshotAsync();
        _counter.Add(1);
        using var other = await _source.GetSnapshotAsync();
        Assert.Equal((0, 1), (one.Total("t"), other.Total("t")));
        Assert.Equal(2, _source.Reads);
    }

    [Fact]
    public async Task GetSnapshot_RecentEnough_IsShared()
    {
        using var one = await _source.GetSnapshotAsync();
        _counter.Add(1);
        _time.Advance(TimeSpan.FromSeconds(2));
        using var shared = await _source.GetSnapshotAsync(TimeSpan.FromSeconds(2));
        using var anew = await _source.GetSnapshotAsync(TimeSpan.FromSeconds(2) - TimeSpan.FromTicks(1));

        Assert.Equal(one.ReadStarted, shared.ReadStarted);
        Assert.Equal(0, shared.Total("t"));
        Assert.Equal(1, anew.Total("t"));
        Assert.Equal(one.ReadStarted + TimeSpan.FromSeconds(2), anew.ReadStarted);
    }

    [Fact]
    public async Task GetSnapshot_AgeOfASlowRead_CountsFromItsStart()
    {
        _gate.Close();
        var slow = _source.GetSnapshotAsync().AsTask();
        await _gate.WaitUntilEntered();
        _time.Advance(TimeSpan.FromMilliseconds(900));
        _gate.Open();
        using var read = await slow;
        using var tooOld = await _source.GetSnapshotAsync(TimeSpan.FromMilliseconds(800));

        Assert.Equal(TimeSpan.FromMilliseconds(900), read.ReadFinished - read.ReadStarted);
        Assert.Equal(read.ReadFinished, tooOld.ReadStarted);
        Assert.Equal(2, _source.Reads);
    }

    [Fact]
    public async Task GetSnapshot_WhileAnotherReads_WaitersShareTheNextRead()
    {
        _gate.Close();
        var first = _source.GetSnapshotAsync().AsTask();
        await _gate.WaitUntilEntered();
        _time.Advance(TimeSpan.FromMilliseconds(300));
        _counter.Add(1);
        var waiting = Enumerable.Range(0, 10).Select(_ => _source.GetSnapshotAsync().AsTask()).ToArray();
        var content = _source.GetSnapshotAsync(TimeSpan.FromSeconds(1)).AsTask();
        Assert.All(waiting, static w => Assert.False(w.IsCompleted));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        _gate.Open();

        using var one = await first;
        var others = await Task.WhenAll(waiting);
        using var joined = await content;
        // Those who wait began after the first read, so they do not take it; the first of them reads for all.
        Assert.All(others, other => Assert.Equal(1, other.Total("t")));
        Assert.Single(others.Select(static o => o.ReadStarted).Distinct());
        Assert.Equal(2, _source.Reads);
        Array.ForEach(others, static o => o.Dispose());
    }

    [Fact]
    public async Task GetSnapshot_WaitCancelled_LeavesTheReadAlone()
    {
        _gate.Close();
        var first = _source.GetSnapshotAsync().AsTask();
        await _gate.WaitUntilEntered();
        using CancellationTokenSource cancel = new();
        var waiting = _source.GetSnapshotAsync(cancellationToken: cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        _gate.Open();
        using var read = await first;
        Assert.Equal(0, read.Total("t"));
    }

    [Fact]
    public async Task GetSnapshot_NegativeAge_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await _source.GetSnapshotAsync(TimeSpan.FromTicks(-1)));

    [Fact]
    public async Task Lease_GivenBack_IsWrittenAgain()
    {
        SnapshotData data;
        using (var one = await _source.GetSnapshotAsync()) data = one.Data;
        for (int i = 0; i < 5; i++)
        {
            using var next = await _source.GetSnapshotAsync();
            Assert.Same(data, next.Data);
        }
    }

    [Fact]
    public async Task Lease_NeverGivenBack_KeepsItsValuesAndIsLeftToItsBorrower()
    {
        _counter.Add(1);
        var held = await _source.GetSnapshotAsync();
        List<MetricsSnapshot> more = [];
        for (int i = 0; i < 10; i++)
        {
            _counter.Add(1);
            more.Add(await _source.GetSnapshotAsync());
        }
        Assert.Equal(1, held.Total("t"));
        Assert.Equal(Enumerable.Range(2, 10).Select(static n => (double)n), more.Select(static m => m.Total("t")));
        more.ForEach(static m => m.Dispose());
        using var last = await _source.GetSnapshotAsync();
        Assert.Equal(11, last.Total("t"));
        Assert.Equal(1, held.Total("t"));
    }

    [Fact]
    public async Task Snapshot_Disposed_IsNotReadAny()
    {
        var snapshot = await _source.GetSnapshotAsync();
        snapshot.Dispose();
        snapshot.Dispose();
        Assert.Throws<ObjectDisposedException>(() => snapshot.Families);
        Assert.Throws<ObjectDisposedException>(() => snapshot.Total("t"));
    }

    [Fact]
    public async Task Lease_DisposedTwice_IsGivenBackOnce()
    {
        var one = await _source.GetSnapshotAsync();
        using var shared = await _source.GetSnapshotAsync(TimeSpan.FromSeconds(1));
        one.Dispose();
        one.Dispose();
        _counter.Add(5);
        using var next = await _source.GetSnapshotAsync();
        Assert.NotSame(shared.Data, next.Data);
        Assert.Equal((0, 5), (shared.Total("t"), next.Total("t")));
    }

    [Fact]
    public async Task GetSnapshot_AfterTheEnd_SaysSo()
    {
        _source.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await _source.GetSnapshotAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await _source.GetSnapshotAsync(TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task Snapshot_FindAndTotal_MatchByEitherNameAndByTags()
    {
        var row = Define.Counter("doors.opened", "{door}", "Doors.", TagKey.Open("type"), TagKey.Open("side"));
        var counter = _registry.Open(new("Doors", row)).Create(row);
        counter.Add(1, "steel", "left");
        counter.Add(2, "steel", "right");
        counter.Add(4, "glass", "");
        using var snapshot = await _source.GetSnapshotAsync();

        Assert.Equal(7, snapshot.Total("doors.opened"));
        Assert.Equal(3, snapshot.Total("doors_opened_total", ("type", "steel")));
        Assert.Equal(2, snapshot.Find("doors.opened", ("side", "right"), ("type", "steel"))!.Value.Value);
        Assert.Null(snapshot.Find("doors.opened", ("side", "up")));
        Assert.Null(snapshot.Find("doors.opened", ("nothing", "")));
        Assert.Null(snapshot.Find("doors"));
        Assert.Equal(0, snapshot.Total("doors"));
        Assert.Equal([KeyValuePair.Create("type", "glass")], snapshot.Find("doors.opened", ("type", "glass"))!.Value.Tags);
    }

    /// <summary>A collector that a test can hold.</summary>
    sealed class Gate : ICollector, IDisposable
    {
        readonly ManualResetEventSlim _open = new(true);
        readonly SemaphoreSlim _entered = new(0);
        volatile bool _closed;

        public void Close()
        {
            _closed = true;
            _open.Reset();
        }

        public void Open()
        {
            _closed = false;
            _open.Set();
        }

        public Task WaitUntilEntered() => _entered.WaitAsync();

        public void Collect()
        {
            if (_closed) _entered.Release();
            _open.Wait();
        }

        public void Dispose()
        {
            _open.Dispose();
            _entered.Dispose();
        }
    }
}
