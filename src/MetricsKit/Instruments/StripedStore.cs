using System.Numerics;
using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>The store that all threads share which have none of their own: interlocked adds, one stripe per core (I6).</summary>
/// <remarks>Stripe 0 is also where the cells of ended threads are folded to (I5), and the one that grows when no bytes are left.</remarks>
sealed class StripedStore : SeriesStore
{
    /// <summary>More stripes than this gain nothing that a snapshot would not pay back: it reads them all.</summary>
    const int MostStripes = 16;

    readonly CellChunk?[][] _stripes = new CellChunk?[Math.Min(MostStripes, (int)BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount))][];
    readonly Lock _growing = new();
    int _floorChunks;

    internal StripedStore()
    {
        for (int i = 0; i < _stripes.Length; i++) _stripes[i] = [];
    }

    /// <summary>Chunks of stripe 0, the only ones that are allocated whatever the limit says.</summary>
    internal int FloorChunks => Volatile.Read(ref _floorChunks);

    internal override bool TryAdd(int index, long delta)
    {
        AddTo(ref Cell(index, Stripe()), delta);
        return true;
    }

    internal override bool TryAddSum(int index, double delta)
    {
        AddTo(ref Unsafe.As<long, double>(ref Cell(index, Stripe())), delta);
        return true;
    }

    internal override bool TryRecord(int index, int bucket, double value)
    {
        int stripe = Stripe();
        AddTo(ref Unsafe.As<long, double>(ref Cell(index, stripe)), value); // I4: the sum first; both are full fences
        AddTo(ref Cell(index + 1 + bucket, stripe), 1);
        return true;
    }

    internal override void AppendChunks(int number, ref ChunkList to)
    {
        int before = to.Count;
        foreach (ref var stripe in _stripes.AsSpan())
        {
            var chunks = Volatile.Read(ref stripe);
            if ((uint)number >= (uint)chunks.Length || Volatile.Read(ref chunks[number]) is not { } chunk) continue;
            // Stripes that found no bytes share one chunk, which is read once.
            if (to.Items[before..].IndexOf(chunk) < 0) to.Add(chunk);
        }
    }

    /// <summary>Adds the cells of a chunk whose owner has ended. The caller holds the reading lock, so no snapshot sees them twice or not at all.</summary>
    internal void Fold(int number, CellChunk from, ReadOnlySpan<ulong> doubles)
    {
        Cell(number << CellChunk.Shift, stripe: 0); // makes the chunk, if it can be made, before anything is added
        for (int i = 0; i < CellChunk.Size; i++)
        {
            long value = from.At(i);
            if (value == 0) continue;
            ref long cell = ref Cell((number << CellChunk.Shift) + i, stripe: 0);
            if ((doubles[i >> 6] >> (i & 63) & 1) != 0) AddTo(ref Unsafe.As<long, double>(ref cell), CellSums.Finite(BitConverter.Int64BitsToDouble(value)));
            else AddTo(ref cell, value);
        }
    }

    int Stripe() => Thread.GetCurrentProcessorId() & (_stripes.Length - 1);

    /// <summary>Adds what a series that had left was still given: the sum first, then the buckets (I4).</summary>
    internal void AddRun(int index, double sum, ReadOnlySpan<long> buckets)
    {
        AddTo(ref Unsafe.As<long, double>(ref Cell(index, stripe: 0)), sum);
        for (int i = 0; i < buckets.Length; i++)
        {
            if (buckets[i] != 0) AddTo(ref Cell(index + 1 + i, stripe: 0), buckets[i]);
        }
    }

    /// <summary>Far from both ends no number of threads can wrap the cell between the look and the add; near them it is never seen wrapped (I3, I9).</summary>
    static void AddTo(ref long cell, long delta)
    {
        const long Far = 1L << 62, Small = 1L << 40;
        long seen = Volatile.Read(ref cell);
        if (seen is > -Far and < Far && delta is > -Small and < Small)
        {
            Interlocked.Add(ref cell, delta);
            return;
        }
        while (true)
        {
            long was = Interlocked.CompareExchange(ref cell, CellSums.Saturating(seen, delta), seen);
            if (was == seen) return;
            seen = was;
        }
    }

    static void AddTo(ref double cell, double value)
    {
        double seen = Volatile.Read(ref cell);
        while (true)
        {
            double was = Interlocked.CompareExchange(ref cell, seen + value, seen);
            // Bits, not values: minus zero equals zero, and then nothing would have been stored.
            if (BitConverter.DoubleToInt64Bits(was) == BitConverter.DoubleToInt64Bits(seen)) return;
            seen = was;
        }
    }

    ref long Cell(int index, int stripe)
    {
        int number = index >> CellChunk.Shift;
        var chunks = Volatile.Read(ref _stripes[stripe]);
        if ((uint)number < (uint)chunks.Length && Volatile.Read(ref chunks[number]) is { } chunk) return ref chunk.At(index);
        return ref MakeChunk(number, stripe).At(index);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    CellChunk MakeChunk(int number, int stripe)
    {
        lock (_growing)
        {
            var chunks = _stripes[stripe];
            if (number < chunks.Length && chunks[number] is { } there) return there;
            // I6: past the limit the stripes share the chunk of stripe 0, whose size is bounded by the number of cells alone.
            var chunk = stripe == 0 || CellSpace.TryTakeStripeBytes() ? new CellChunk() : MakeChunk(number, 0);
            if (stripe == 0) { CellSpace.TakeFloorBytes(); Volatile.Write(ref _floorChunks, _floorChunks + 1); }
            if (number >= chunks.Length)
            {
                var grown = new CellChunk?[Math.Max(CellSpace.ChunkCount, number + 1)];
                chunks.CopyTo(grown, 0);
                Volatile.Write(ref _stripes[stripe], chunks = grown); // I2
            }
            Volatile.Write(ref chunks[number], chunk); // I2: zeroed cells before the pointer
            return chunk;
        }
    }
}
