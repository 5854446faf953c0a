namespace MetricsKit;

/// <summary>Where cells are written: a store of one thread, or the shared striped one. Both pass the same conformance tests.</summary>
/// <remarks>
/// The recording path does not come through here while the calling thread's chunk is at hand; it writes the cell in place.
/// Indices are process-wide cell numbers. Adds saturate at the ends of 64 bits (I9). Cells add up over all stores (I3).
/// </remarks>
abstract class SeriesStore
{
    /// <summary>Adds to a cell of whole numbers; false when the store has no room for the cell's chunk and another must take it (I6).</summary>
    internal abstract bool TryAdd(int index, long delta);

    /// <summary>Adds to a floating total, a double in its bits.</summary>
    internal abstract bool TryAddSum(int index, double delta);

    /// <summary>Adds one measurement to a histogram's run <c>[sum][buckets]</c>; the sum first, then the bucket (I4).</summary>
    internal abstract bool TryRecord(int index, int bucket, double value);

    /// <summary>Appends the store's chunks of that number, for a reader that holds the reading lock.</summary>
    internal abstract void AppendChunks(int number, ref ChunkList to);

    internal static bool Overflows(long cell, long delta, long sum) => ((cell ^ sum) & (delta ^ sum)) < 0;

    internal static long Saturated(long delta) => delta < 0 ? long.MinValue : long.MaxValue;
}

/// <summary>A reused list of chunks.</summary>
struct ChunkList
{
    CellChunk[] _items;

    internal int Count { get; private set; }

    internal readonly ReadOnlySpan<CellChunk> Items => _items.AsSpan(0, Count);

    internal void Clear() => Count = 0;

    internal void Add(CellChunk chunk)
    {
        _items ??= new CellChunk[8];
        if (Count == _items.Length) Array.Resize(ref _items, Count * 2);
        _items[Count++] = chunk;
    }
}
