namespace MetricsKit;

/// <summary>The cells of one thread. Only the owner writes them, with plain stores (I1); snapshots read them.</summary>
/// <remarks>
/// I1: no interlocked operation and no lock when a cell is written.
/// I2: a chunk is allocated by its owner on first touch and put into the column of its number.
/// I5: when the owner has ended, a new thread adopts the store as it is, since cells add up.
/// </remarks>
sealed class ThreadStore(Thread owner, int lane) : SeriesStore
{
    /// <summary>Where the thread's chunk stands in each column; 1 or more.</summary>
    internal readonly int Lane = lane;

    // Written under the register's lock.
    internal volatile Thread Owner = owner;
    internal int DeadSeen;
    internal bool Folding;

    // The owner's alone; who adopts the store inherits a warm cache.
    internal int TagsKept, WideTagsKept, TagListsKept;
    int _refusedAt; // never a value of FreedStores before the first refusal

    internal override bool TryAdd(int index, long delta)
    {
        if (ChunkOf(index) is not { } chunk) return false;
        ref long cell = ref chunk.At(index);
        long sum = cell + delta;
        cell = Overflows(cell, delta, sum) ? Saturated(delta) : sum;
        return true;
    }

    internal override bool TryAddSum(int index, double delta)
    {
        if (ChunkOf(index) is not { } chunk) return false;
        ref long sum = ref chunk.At(index);
        sum = BitConverter.DoubleToInt64Bits(BitConverter.Int64BitsToDouble(sum) + delta);
        return true;
    }

    internal override bool TryRecord(int index, int bucket, double value)
    {
        if (ChunkOf(index) is not { } chunk) return false;
        ref long sum = ref chunk.At(index);
        sum = BitConverter.DoubleToInt64Bits(BitConverter.Int64BitsToDouble(sum) + value);
        ref long count = ref chunk.At(index + 1 + bucket);
        Volatile.Write(ref count, count + 1); // I4: who sees the bucket sees the sum
        return true;
    }

    internal override void AppendChunks(int number, ref ChunkList to)
    {
        if (CellSpace.Columns[number].ChunkOf(Lane) is { } chunk) to.Add(chunk);
    }

    /// <summary>The owner's chunk with a cell, made on first touch; null when the bytes are used up (I6).</summary>
    internal CellChunk? ChunkOf(int index)
    {
        var column = CellSpace.Columns[index >> CellChunk.Shift];
        if (column.ChunkOf(Lane) is { } there) return there;
        if (!TryTakeBytes()) return null;
        CellChunk chunk = new();
        column.Add(Lane, chunk);
        return chunk;
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
}
