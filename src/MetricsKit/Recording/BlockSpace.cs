using System.Collections.Concurrent;
using System.Numerics;

namespace MetricsKit;

/// <summary>The room of a recorder: how many samples its blocks may have room for, and blocks to use again.</summary>
sealed class BlockSpace(MetricRecorder recorder)
{
    /// <summary>A thread gets at most this share of what is left, so that those who come last still get something.</summary>
    const int Share = 8;

    readonly RecorderOptions _options = recorder.Options;
    readonly ConcurrentDictionary<int, ConcurrentQueue<SampleBlock>> _spare = new();
    long _left = recorder.Options.Capacity;
    long _spareRoom;

    /// <summary>Whether a thread was refused since the pump last asked.</summary>
    internal bool WasRefused;

    /// <summary>Room in blocks that are out.</summary>
    internal long Lent => _options.Capacity - Volatile.Read(ref _left);

    bool IsShort => Volatile.Read(ref _left) < _options.Capacity / 2;

    /// <summary>Whether spare blocks would do for all the room there is, if only they had the right sizes.</summary>
    bool HasSpare => Volatile.Read(ref _spareRoom) > _options.Capacity;

    internal SampleBlock? TryLend(int wanted, SampleProducer to)
    {
        // A block ends where a flush is due, so that the flush comes with that very sample.
        int untilFlush = recorder.Pump.UntilFlush;
        long share = Math.Max(SampleProducer.FirstSize, Volatile.Read(ref _left) / Share);
        int limit = (int)Math.Min(wanted, 1L << BitOperations.Log2((ulong)share)); // a size that there is, or room would lie idle
        if (untilFlush > 0) limit = Math.Min(limit, untilFlush);
        int size = SizeFor(limit);
        if (!TryTake(size) && !(_options.Overload == OverloadPolicy.DropOldest && recorder.Pump.Blocks.TryDropOldest(size) && TryTake(size)))
        {
            if (!WasRefused) Volatile.Write(ref WasRefused, true);
            recorder.Pump.MakeRoom();
            return null;
        }
        var block = TakeSpare(size) ?? (IsShort || HasSpare ? TakeSmaller(size) : null) ?? (HasSpare ? TakeLarger(size) : null) ?? new(recorder, size);
        int room = Math.Min(size, block.Size);
        if (room < size) GiveBack(size - room);
        block.Lend(to, room, Math.Min(limit, room));
        if (IsShort) recorder.Pump.MakeRoom(); // before anybody is refused: threads that died may hold much of it
        return block;
    }

    /// <summary>The room of a block is free again.</summary>
    internal void GiveBack(int size) => Interlocked.Add(ref _left, size);

    /// <summary>A block was read to its end and its thread has let go of it (R4).</summary>
    internal void Recycle(SampleBlock block)
    {
        int room = block.Room; // it is another thread's as soon as it is spare
        block.Clear();
        // The sum of all spare blocks is bounded as well, or each size would be kept for the whole capacity; some more than once, or blocks of one size would be made anew while those of another fill it.
        if (Interlocked.Add(ref _spareRoom, block.Size) <= 2L * _options.Capacity) _spare.GetOrAdd(block.Size, static _ => new()).Enqueue(block);
        else Interlocked.Add(ref _spareRoom, -block.Size);
        GiveBack(room);
    }

    SampleBlock? TakeSpare(int size)
    {
        if (!_spare.TryGetValue(size, out var spare) || !spare.TryDequeue(out var block)) return null;
        Interlocked.Add(ref _spareRoom, -size);
        return block;
    }

    /// <summary>Where room is short, many sizes are asked for in turn, and where much is spare, some were asked for before: a smaller block that there is will do, or one would be made and another thrown away.</summary>
    SampleBlock? TakeSmaller(int size)
    {
        for (int smaller = 1 << BitOperations.Log2((uint)size - 1); smaller >= SampleProducer.FirstSize; smaller /= 2)
        {
            if (TakeSpare(smaller) is { } block) return block;
        }
        return null;
    }

    /// <summary>A larger one does as well, of which the thread gets a part: it takes room for that part alone, since its memory is there already.</summary>
    SampleBlock? TakeLarger(int size)
    {
        for (int larger = 2 * size; larger < _options.BlockSize; larger *= 2)
        {
            if (TakeSpare(larger) is { } block) return block;
        }
        return TakeSpare(_options.BlockSize);
    }

    bool TryTake(int size)
    {
        if (Volatile.Read(ref _left) < size) return false; // without touching what all share
        if (Interlocked.Add(ref _left, -size) >= 0) return true;
        GiveBack(size);
        return false;
    }

    /// <summary>Blocks have few sizes, doubling from the first, so that a spare one fits.</summary>
    int SizeFor(int limit)
    {
        int size = SampleProducer.FirstSize;
        while (size < limit) size *= 2;
        return Math.Min(size, _options.BlockSize);
    }
}
