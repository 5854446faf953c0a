using System.Collections.Concurrent;

namespace MetricsKit;

/// <summary>Reads the blocks of all threads: full ones from a queue, the front of those that are being filled, and what idle and dead threads have left.</summary>
/// <remarks>
/// Order is kept for each producing thread: blocks are queued when they are full, and the front of a block that is still being filled is read only behind all that were queued before.
/// Who reads fronts holds <see cref="_reading"/>, and so does a thread that drops the oldest block: what is being read is not dropped at the same time.
/// All but <see cref="Add"/>, <see cref="TryDropOldest"/> and what the ledger asks for is the pump's thread's.
/// </remarks>
sealed class BlockReader(MetricRecorder recorder, BatchMaker batches, RecorderClock clock)
{
    /// <summary>How long the ledger waits for a reading: far longer than one takes.</summary>
    static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(50);

    readonly ConcurrentQueue<SampleBlock> _full = new();
    readonly Lock _reading = new();

    // The pump's own.
    readonly List<(SampleBlock Block, int Count)> _fronts = [];
    readonly List<SampleBlock> _read = [];

    long _pending, _taken, _droppedOldest, _buffered;

    /// <summary>Samples that were handed on, or left out by a processor.</summary>
    internal long Taken => Volatile.Read(ref _taken);

    internal long DroppedOldest => Volatile.Read(ref _droppedOldest);

    /// <summary>Samples in full blocks.</summary>
    internal long Pending => Volatile.Read(ref _pending);

    /// <summary>Full blocks.</summary>
    internal int Full => _full.Count;

    /// <summary>Takes a full block from its thread; how much is pending then.</summary>
    internal long Add(SampleBlock block)
    {
        int pending = block.Pending = block.Count - block.Taken; // the pump may be reading: it is about when to wake, not about what there is
        _full.Enqueue(block);
        return Interlocked.Add(ref _pending, pending);
    }

    /// <summary>Makes room by dropping the oldest full blocks; false when there is none, or the pump is reading.</summary>
    internal bool TryDropOldest(int room)
    {
        if (_reading.IsHeldByCurrentThread || !_reading.TryEnter()) return false; // recording never waits; and a processor that records is called in the middle of reading
        try
        {
            while (room > 0)
            {
                if (!_full.TryDequeue(out var block)) return false;
                Interlocked.Add(ref _droppedOldest, block.Count - block.Taken);
                Interlocked.Add(ref _pending, -block.Pending);
                room -= block.Room;
                recorder.Space.Recycle(block);
            }
            return true;
        }
        finally { _reading.Exit(); }
    }

    /// <summary>Samples that lie in blocks: none that does not, and all but those that are being moved.</summary>
    internal long Buffered()
    {
        // A processor that hangs keeps what is being read; who asks for the ledger does not wait for it.
        if (!_reading.TryEnter(_patience)) return Volatile.Read(ref _buffered);
        try
        {
            long buffered = 0;
            foreach (var block in _full)
            {
                int waiting = block.Waiting;
                if (block.IsHandedOver) buffered += waiting; // else it was read meanwhile, and a thread fills it again
            }
            foreach (var producer in recorder.Producers)
            {
                if (producer.Block is { } block && block.IsFilledBy(producer)) buffered += block.Waiting;
            }
            Volatile.Write(ref _buffered, buffered);
            return buffered;
        }
        finally { _reading.Exit(); }
    }

    /// <summary>Reads blocks that are full, at most so many.</summary>
    internal void TakeFull(int blocks, bool keeping = false)
    {
        for (; blocks > 0 && _full.TryDequeue(out var block); blocks--)
        {
            clock.Set();
            Interlocked.Add(ref _pending, -block.Pending);
            Take(block, block.Count);
            if (keeping) _read.Add(block);
            else recorder.Space.Recycle(block);
        }
    }

    /// <summary>Reads what lies in blocks that are still being filled, and what dead threads left.</summary>
    internal void TakeFronts(bool revoking)
    {
        var producers = recorder.Producers;
        var dead = Array.FindAll(producers, static p => !p.IsAlive);
        lock (_reading)
        {
            List<SampleBlock> revoked = revoking ? RevokeIdle(producers) : [];
            if (dead.Length > 0 || revoked.Count > 0) Interlocked.MemoryBarrierProcessWide(); // R3; and what a dead thread wrote last is seen
            foreach (var block in revoked) TakeRevoked(block); // first: its thread may have queued another by now
            _fronts.Clear();
            foreach (var producer in producers)
            {
                // What counts of a revoked block was read when it was fixed; its thread may be adding a sample that it will record again elsewhere.
                if (producer.Block is { IsRevoked: false } block) _fronts.Add((block, block.Count));
            }
            TakeFull(_full.Count, keeping: true); // what was queued before the fronts were looked at comes first
            foreach (var (block, count) in _fronts) Take(block, count);
            foreach (var producer in dead) TakeDead(producer);
            if (dead.Length > 0) recorder.Leave(dead);
            foreach (var block in _read) recorder.Space.Recycle(block); // not before: a front may be of a block that was queued in the middle
            _read.Clear();
        }
    }

    /// <summary>Room was short: blocks that nobody has written into for a whole interval give theirs back.</summary>
    List<SampleBlock> RevokeIdle(SampleProducer[] producers)
    {
        List<SampleBlock> idle = [];
        Volatile.Write(ref recorder.Space.WasRefused, false);
        foreach (var producer in producers)
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
            recorder.Space.GiveBack(block.Room);
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
    }

    void Take(SampleBlock block, int count)
    {
        int from = block.Taken;
        if (count <= from) return;
        block.Taken = count;
        Volatile.Write(ref _taken, _taken + count - from);
        batches.Add(block, from, count, recorder.KnownSeries);
    }

    /// <summary>What there is, to the last sample: no block is left to write into.</summary>
    internal void End()
    {
        Interlocked.MemoryBarrierProcessWide(); // who takes a block behind this sees that the recorder is closed
        var producers = recorder.Producers;
        List<SampleBlock> revoked = [];
        foreach (var producer in producers)
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
    }
}
