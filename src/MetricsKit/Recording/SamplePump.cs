using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>The thread that carries samples from the blocks of all threads to the sinks.</summary>
/// <remarks>
/// Order is kept for each producing thread: blocks are queued when they are full, and the front of a block that is still being filled is read only behind all that were queued before.
/// Who reads the front of blocks holds <see cref="_reading"/>, and so does a thread that drops the oldest block: what is being read is not dropped at the same time.
/// </remarks>
sealed partial class SamplePump
{
    const long Awake = long.MaxValue;

    /// <summary>So long a busy pump lets samples come together: a tenth of what waking it for each block would cost, and shorter than anybody notices.</summary>
    static readonly TimeSpan _nap = TimeSpan.FromMilliseconds(1);

    readonly MetricRecorder _recorder;
    readonly BatchMaker _batches;
    readonly RecorderClock _clock;
    readonly ILogger _logger;
    readonly ConcurrentQueue<SampleBlock> _full = new();
    readonly Lock _reading = new();
    readonly object _bell = new();
    readonly Thread _thread;

    // Shared with producers: how much lies in full blocks, and from how much on the pump wants to be woken.
    long _pending;
    long _wakeFrom = Awake;
    bool _rung;
    bool _isWanted;

    // Shared with who asks for a round.
    readonly Lock _asking = new();
    List<TaskCompletionSource> _asked = [];
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile bool _ending;

    // The pump's own.
    SampleProducer[] _producers = [];
    readonly List<(SampleBlock Block, int Count)> _fronts = [];
    readonly List<SampleBlock> _read = [];
    bool _wasBusy;

    // The ledger's.
    long _taken, _droppedOldest, _failures;

    internal SamplePump(MetricRecorder recorder, BatchMaker batches, RecorderClock clock, ILogger logger)
    {
        (_recorder, _batches, _clock, _logger) = (recorder, batches, clock, logger);
        _thread = new(Loop) { IsBackground = true, Name = "MetricsKit recorder" };
    }

    /// <summary>Samples that were handed on, or left out by a processor.</summary>
    internal long Taken => Volatile.Read(ref _taken);

    internal long DroppedOldest => Volatile.Read(ref _droppedOldest);

    /// <summary>Rounds that failed; none ever should.</summary>
    internal long Failures => Volatile.Read(ref _failures);

    /// <summary>Samples that are missing until a flush is due; below 1 while one is.</summary>
    internal int UntilFlush => (int)Math.Max(int.MinValue, _recorder.Options.FlushSize - Volatile.Read(ref _pending));

    internal void Start() => _thread.Start();

    /// <summary>Takes a full block from its thread, and wakes the pump when enough has come together.</summary>
    internal void HandOver(SampleBlock block)
    {
        int pending = block.Pending = block.Count - block.Taken; // the pump may be reading: it is about when to wake, not about what there is
        _full.Enqueue(block);
        long all = Interlocked.Add(ref _pending, pending);
        if (all >= _recorder.Options.FlushSize) Volatile.Write(ref _isWanted, true); // stays true when the oldest blocks are dropped before the pump looks
        if (all >= Volatile.Read(ref _wakeFrom)) Wake();
    }

    /// <summary>Makes room by dropping the oldest full blocks; false when there is none, or the pump is reading.</summary>
    internal bool TryDropOldest(int room)
    {
        if (!_reading.TryEnter()) return false; // recording never waits
        try
        {
            while (room > 0)
            {
                if (!_full.TryDequeue(out var block)) return false;
                Interlocked.Add(ref _droppedOldest, block.Count - block.Taken);
                Interlocked.Add(ref _pending, -block.Pending);
                room -= block.Size;
                _recorder.Space.Recycle(block);
            }
            return true;
        }
        finally { _reading.Exit(); }
    }

    /// <summary>Ends when everything that was recorded before the call was handed to the lanes.</summary>
    internal Task RoundAsync()
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_asking)
        {
            if (_ending) return _ended.Task;
            _asked.Add(asked);
        }
        Wake();
        return asked.Task;
    }

    /// <summary>Revokes all blocks, hands on what is in them and ends the thread. The recorder is closed before.</summary>
    internal Task EndAsync()
    {
        lock (_asking) _ending = true;
        Wake();
        return _ended.Task;
    }

    internal void Wake()
    {
        if (Interlocked.Exchange(ref _wakeFrom, Awake) == Awake) return; // it is awake, or somebody else is waking it
        lock (_bell)
        {
            _rung = true;
            Monitor.Pulse(_bell);
        }
    }

    /// <summary>Somebody was refused: full blocks that are too few for a flush are carried on all the same, or everybody would be refused until one is due.</summary>
    internal void MakeRoom()
    {
        if (Volatile.Read(ref _wakeFrom) == Awake || _full.IsEmpty) return;
        Volatile.Write(ref _isWanted, true);
        Wake();
    }

    /// <summary>Samples that lie in blocks, about.</summary>
    internal long Buffered()
    {
        lock (_reading)
        {
            long buffered = 0;
            foreach (var block in _full) buffered += block.Count - block.Taken;
            foreach (var producer in _recorder.Producers)
            {
                if (producer.Block is { } block) buffered += Math.Max(0, block.Count - block.Taken);
            }
            return buffered;
        }
    }

    void Loop()
    {
        long interval = (long)(_recorder.Options.FlushInterval.TotalSeconds * _clock.Frequency);
        long due = _clock.Ticks + interval;
        while (!_ending)
        {
            Sleep(due);
            _clock.Set();
            long now = _clock.Ticks;
            bool isDue = now >= due;
            if (isDue) due = Math.Max(due + interval, now); // an absolute schedule; what was missed is not made up for
            Guarded(isDue);
        }
        Guarded(isDue: true);
        Guarded(End);
        _ended.TrySetResult();
    }

    void Guarded(bool isDue) => Guarded(() => Round(isDue));

    /// <summary>The loop survives whatever a round meets; the next one finds what this one left.</summary>
    void Guarded(Action step)
    {
        try { step(); }
        catch (Exception e)
        {
            if (Interlocked.Increment(ref _failures) == 1) LogFailure(_logger, e);
        }
    }

    /// <summary>Sleeps until enough is pending, somebody asks, or a round is due.</summary>
    /// <remarks>To wake a thread costs its waker microseconds. While samples come fast, the pump therefore naps, and is woken only when room may run short.</remarks>
    void Sleep(long due)
    {
        long flushSize = _recorder.Options.FlushSize;
        if (_wasBusy && WaitFor(Math.Max(flushSize, _recorder.Options.Capacity / 4), null)) return;
        if (Volatile.Read(ref _isWanted)) return;
        WaitFor(flushSize, due);
    }

    /// <summary>Waits until a round is due, or for a nap; true when there is a reason not to wait longer.</summary>
    bool WaitFor(long pending, long? due)
    {
        Volatile.Write(ref _wakeFrom, pending);
        Interlocked.MemoryBarrier(); // a producer adds to what is pending, then looks whether it has to wake; here it is the other way round
        bool woken;
        lock (_asking) woken = _asked.Count > 0 || _ending;
        woken |= Volatile.Read(ref _pending) >= pending || due is not null && Volatile.Read(ref _isWanted);
        lock (_bell)
        {
            if (!woken && !_rung) woken = Monitor.Wait(_bell, due is { } at ? Until(at) : _nap);
            woken |= _rung;
            _rung = false;
        }
        Volatile.Write(ref _wakeFrom, Awake);
        return woken;
    }

    /// <summary>Nobody records: nothing falls due until somebody enters, who wakes only a pump that has said that it sleeps. So it is asked behind that.</summary>
    TimeSpan Until(long due) => _recorder.Producers.Length == 0 ? Timeout.InfiniteTimeSpan : _clock.UntilOrTick(due);

    void Round(bool isDue)
    {
        List<TaskCompletionSource> asked;
        lock (_asking) (asked, _asked) = (_asked, []);
        try
        {
            bool isAsked = asked.Count > 0;
            _wasBusy = Interlocked.Exchange(ref _isWanted, false);
            if (_wasBusy || isDue || isAsked) TakeFull(_full.Count);
            if (isDue || isAsked) TakeFronts(revoking: isDue && Volatile.Read(ref _recorder.Space.WasRefused));
        }
        finally
        {
            _batches.Post();
            foreach (var one in asked) one.TrySetResult();
        }
    }

    void TakeFull(int blocks, bool keeping = false)
    {
        for (; blocks > 0 && _full.TryDequeue(out var block); blocks--)
        {
            _clock.Set();
            Interlocked.Add(ref _pending, -block.Pending);
            Take(block, block.Count);
            if (keeping) _read.Add(block);
            else _recorder.Space.Recycle(block);
        }
    }

    /// <summary>Reads what lies in blocks that are still being filled, and what dead threads left.</summary>
    void TakeFronts(bool revoking)
    {
        _producers = _recorder.Producers;
        var dead = Array.FindAll(_producers, static p => !p.IsAlive);
        lock (_reading)
        {
            List<SampleBlock> revoked = revoking ? RevokeIdle() : [];
            if (dead.Length > 0 || revoked.Count > 0) Interlocked.MemoryBarrierProcessWide(); // R3; and what a dead thread wrote last is seen
            foreach (var block in revoked) TakeRevoked(block); // first: its thread may have queued another by now
            _fronts.Clear();
            foreach (var producer in _producers)
            {
                // What counts of a revoked block was read when it was fixed; its thread may be adding a sample that it will record again elsewhere.
                if (producer.Block is { IsRevoked: false } block) _fronts.Add((block, block.Count));
            }
            TakeFull(_full.Count, keeping: true); // what was queued before the fronts were looked at comes first
            foreach (var (block, count) in _fronts) Take(block, count);
            foreach (var producer in dead) TakeDead(producer);
            foreach (var block in _read) _recorder.Space.Recycle(block); // not before: a front may be of a block that was queued in the middle
            _read.Clear();
        }
    }

    /// <summary>Room was short: blocks that nobody has written into for a whole interval give theirs back.</summary>
    List<SampleBlock> RevokeIdle()
    {
        List<SampleBlock> idle = [];
        Volatile.Write(ref _recorder.Space.WasRefused, false);
        foreach (var producer in _producers)
        {
            var block = producer.Block;
            if (block is not null && ReferenceEquals(block, producer.SeenBlock) && block.Count == producer.SeenCount && MayRevoke(block, producer)) idle.Add(block);
            (producer.SeenBlock, producer.SeenCount) = (block, block?.Count ?? 0);
        }
        // Behind the look at the blocks: what their threads queued before comes first, also where a block only looks idle, since it went round and came back.
        if (idle.Count > 0) TakeFull(_full.Count, keeping: true);
        foreach (var block in idle) block.Revoke();
        return idle;
    }

    /// <summary>Not a second time, since room is given back once; and not by a thread that has handed the block over and not let go of it, since it may be another's by now.</summary>
    static bool MayRevoke(SampleBlock block, SampleProducer producer) => !block.IsRevoked && ReferenceEquals(block.Owner, producer);

    void TakeRevoked(SampleBlock block)
    {
        if (block.FixCount() is { } count)
        {
            Take(block, count);
            _recorder.Space.GiveBack(block.Size);
        }
        else Take(block, block.Count); // its thread was faster and has queued it, or is about to
    }

    void TakeDead(SampleProducer producer)
    {
        if (producer.Block is { IsRevoked: false } block)
        {
            Take(block, block.Count);
            _read.Add(block);
        }
        _recorder.Leave(producer);
    }

    void Take(SampleBlock block, int count)
    {
        var samples = block.Unread(count);
        if (samples.IsEmpty) return;
        block.Taken = count;
        Volatile.Write(ref _taken, _taken + samples.Length);
        _batches.Add(samples);
    }

    /// <summary>The last round: no block is left to write into.</summary>
    void End()
    {
        Interlocked.MemoryBarrierProcessWide(); // who takes a block behind this sees that the recorder is closed
        _producers = _recorder.Producers;
        List<SampleBlock> revoked = [];
        foreach (var producer in _producers)
        {
            if (producer.Block is not { } block) continue;
            block.Revoke();
            revoked.Add(block);
        }
        Interlocked.MemoryBarrierProcessWide(); // R3
        lock (_reading)
        {
            TakeFull(int.MaxValue);
            foreach (var block in revoked) Take(block, block.FixCount() ?? block.Count); // also what its thread is about to queue
        }
        _batches.Post();
        lock (_asking)
        {
            foreach (var one in _asked) one.TrySetResult();
        }
    }

    [LoggerMessage(30, LogLevel.Error, "A round of the recorder failed; the samples that it had not handed on come with the next.")]
    static partial void LogFailure(ILogger logger, Exception exception);
}
