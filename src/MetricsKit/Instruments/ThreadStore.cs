using System.Numerics;
using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>The cells of one thread. Only the owner writes cells and tables, with plain stores (I1); snapshots read them.</summary>
/// <remarks>
/// I1: no interlocked operation and no lock when a cell is written.
/// I2: a chunk is allocated by its owner on first touch, published with a volatile write and never moved.
/// I5: when the owner has ended, a new thread adopts the store as it is, since cells add up.
/// </remarks>
sealed class ThreadStore(Thread owner) : SeriesStore
{
    // Written under the register's lock.
    internal volatile Thread Owner = owner;
    internal int DeadSeen;
    internal bool Folding;

    // Written by the owner, read by snapshots.
    internal CellChunk?[] Chunks = [];

    // The owner's alone; who adopts the store inherits a warm cache.
    internal TagSlot[]? Tags;
    internal WideTagSlot[]? WideTags;
    internal int TagsKept, WideTagsKept;
    int _refusedAt; // never a value of FreedStores before the first refusal

    internal override bool TryAdd(int index, long delta)
    {
        ref long cell = ref Cell(index);
        if (Unsafe.IsNullRef(ref cell)) return false;
        long sum = cell + delta;
        cell = Overflows(cell, delta, sum) ? Saturated(delta) : sum;
        return true;
    }

    internal override bool TryRecord(int index, int bucket, double value)
    {
        ref long sum = ref Cell(index);
        if (Unsafe.IsNullRef(ref sum)) return false;
        sum = BitConverter.DoubleToInt64Bits(BitConverter.Int64BitsToDouble(sum) + value);
        ref long count = ref Cell(index + 1 + bucket);
        Volatile.Write(ref count, count + 1); // I4: who sees the bucket sees the sum
        return true;
    }

    internal override void AppendChunks(int number, ref ChunkList to)
    {
        var chunks = Volatile.Read(ref Chunks);
        if ((uint)number < (uint)chunks.Length && Volatile.Read(ref chunks[number]) is { } chunk) to.Add(chunk);
    }

    /// <summary>The owner's cell, its chunk made on first touch; a null reference when the bytes are used up (I6).</summary>
    ref long Cell(int index)
    {
        int number = index >> CellChunk.Shift;
        var chunks = Chunks;
        if (number >= chunks.Length) chunks = Grow(number);
        if (chunks[number] is { } there) return ref there.At(index);
        if (!TryTakeBytes()) return ref Unsafe.NullRef<long>();
        var chunk = new CellChunk();
        Volatile.Write(ref chunks[number], chunk); // I2: zeroed cells before the pointer
        return ref chunk.At(index);
    }

    /// <summary>I6: a refusal is remembered until bytes come back, so that a thread past the limit records without touching what all share.</summary>
    bool TryTakeBytes()
    {
        int freed = CellSpace.FreedStores;
        if (_refusedAt == freed) return false;
        if (CellSpace.TryTakeBytes()) return true;
        _refusedAt = freed;
        return false;
    }

    CellChunk?[] Grow(int number)
    {
        // Twice as many entries as needed, but no more than there are chunks to point to.
        int wanted = Math.Max(number + 1, Math.Min((int)BitOperations.RoundUpToPowerOf2((uint)number + 1), Math.Max(8, CellSpace.ChunkCount)));
        var grown = new CellChunk?[wanted];
        Chunks.CopyTo(grown, 0);
        Volatile.Write(ref Chunks, grown); // I2: a reader sees the copied entries before the table
        ThreadCells.Chunks = grown;
        return grown;
    }
}
