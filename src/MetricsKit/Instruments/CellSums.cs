using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MetricsKit;

/// <summary>Adds the same run of cells over all stores, several cells of several stores at a time.</summary>
/// <remarks>
/// Aligned 64-bit lanes of a vector load do not tear on the 64-bit platforms that own stores exist on (I1, I6).
/// With many writers this reads more memory than the caches hold: eight chunks at once keep as many reads under way as the machine takes.
/// Optimised from the first call: a snapshot runs these loops too rarely for the runtime to find them soon.
/// </remarks>
static class CellSums
{
    /// <summary>Chunks that are read at once; fewer left memory waiting, more found no registers.</summary>
    const int Group = 8;

    /// <summary>So many chunks, as a service with a few threads has them, take fewer instructions one by one than in a group that is mostly zeros.</summary>
    const int Few = 3;

    /// <summary>Stands in for the chunks that the last group lacks.</summary>
    static readonly CellChunk Zeros = new();

    static readonly long[] EveryCell = MakeEveryCell();

    /// <summary>By hand, as the first snapshot would wait for the compiler to make LINQ and Fill for whole numbers.</summary>
    static long[] MakeEveryCell()
    {
        var every = new long[CellChunk.Size];
        for (int i = 0; i < every.Length; i++) every[i] = -1;
        return every;
    }

    /// <summary>By the length of a run, and only the lengths that there are; threads that make one at once make the same.</summary>
    static readonly long[]?[] BucketCells = new long[]?[CellChunk.Size + 1];

    static long[] MakeBucketCells(int runLength)
    {
        var buckets = MakeEveryCell();
        for (int i = 0; i < buckets.Length; i += runLength) buckets[i] = 0;
        return buckets;
    }

    /// <summary>I9: a total that would wrap stays at the end it ran into.</summary>
    internal static long Saturating(long total, long value)
    {
        long sum = total + value;
        return SeriesStore.Overflows(total, value, sum) ? SeriesStore.Saturated(value) : sum;
    }

    /// <summary>I9: a sum that ran past the largest number stays there, and so never meets an opposite infinity, which would make it NaN for good.</summary>
    internal static double Finite(double sum) => Math.Clamp(sum, double.MinValue, double.MaxValue);

    /// <summary>The totals of whole numbers that begin at a cell. The caller holds the reading lock.</summary>
    internal static void Longs(ReadOnlySpan<CellChunk> chunks, int start, Span<long> totals)
    {
        if (nint.Size < sizeof(long)) // where loads of 64 bits tear
        {
            Exactly(chunks, start, totals);
            return;
        }
        Begin(chunks, start, totals);
        bool exact = true;
        for (int at = 0; at < chunks.Length; at += Group) exact &= TryAdd(chunks, at, start, totals, EveryCell);
        if (!exact) Exactly(chunks, start, totals);
    }

    /// <summary>The totals of histogram runs <c>[sum][buckets]</c>; each sum is published as at least what was published before when they differ by rounding alone (I3).</summary>
    internal static void Histograms(ReadOnlySpan<CellChunk> chunks, int start, int runLength, Span<long> totals, Span<double> published)
    {
        var buckets = BucketCells[runLength] ??= MakeBucketCells(runLength);
        Span<double> sums = stackalloc double[totals.Length / runLength];
        sums.Clear();
        Begin(chunks, start, totals);
        bool exact = true;
        for (int at = 0; at < chunks.Length; at += Group)
        {
            exact &= TryAdd(chunks, at, start, totals, buckets);
            AddSums(chunks, at, start, runLength, sums);
        }
        if (!exact)
        {
            Exactly(chunks, start, totals);
            sums.Clear();
            for (int at = 0; at < chunks.Length; at += Group) AddSums(chunks, at, start, runLength, sums);
        }
        for (int series = 0; series < sums.Length; series++)
        {
            double sum = double.IsFinite(sums[series]) ? sums[series] : Clamped(chunks, start + series * runLength);
            ref double last = ref published[series];
            if (sum < last && last - sum <= Math.Abs(last) * Regrouping) sum = last;
            last = sum;
            totals[series * runLength] = BitConverter.DoubleToInt64Bits(sum);
        }
    }

    /// <summary>Counts the few cells behind the last whole vector. The totals before them are what the first group is, whatever was there.</summary>
    static void Begin(ReadOnlySpan<CellChunk> chunks, int start, Span<long> totals)
    {
        int whole = totals.Length - totals.Length % Vector256<long>.Count;
        if (chunks.IsEmpty) totals.Clear();
        if (whole < totals.Length) Exactly(chunks, start + whole, totals[whole..]);
    }

    /// <summary>Adds one group's cells to the totals; false when a total may have wrapped. Cells that hold no whole number are zero in <paramref name="numbers"/>.</summary>
    /// <remarks>Not every sum is asked: numbers far from the ends of 64 bits cannot wrap together, and only whether all are far from them is found out.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static bool TryAdd(ReadOnlySpan<CellChunk> chunks, int at, int start, Span<long> totals, ReadOnlySpan<long> numbers)
    {
        // As many numbers between -limit and limit as there are chunks stay within 64 bits. Adding the limit leaves the bits above it clear.
        int bits = 61 - BitOperations.Log2((uint)chunks.Length);
        var limit = Vector256.Create(1L << bits);
        var seen = Vector256<long>.Zero;
        var kept = at == 0 ? Vector256<long>.Zero : Vector256<long>.AllBitsSet; // of the totals
        if (chunks.Length - at <= Few)
        {
            foreach (var chunk in chunks[at..])
            {
                seen |= AddOne(ref chunk.At(start), totals, kept, numbers[..totals.Length], limit);
                kept = Vector256<long>.AllBitsSet;
            }
            return (seen & Vector256.Create(-2L << bits)) == Vector256<long>.Zero;
        }
        ref long c0 = ref Cells(chunks, at, start), c1 = ref Cells(chunks, at + 1, start), c2 = ref Cells(chunks, at + 2, start), c3 = ref Cells(chunks, at + 3, start);
        ref long c4 = ref Cells(chunks, at + 4, start), c5 = ref Cells(chunks, at + 5, start), c6 = ref Cells(chunks, at + 6, start), c7 = ref Cells(chunks, at + 7, start);
        ref long to = ref MemoryMarshal.GetReference(totals), isNumber = ref MemoryMarshal.GetReference(numbers[..totals.Length]);
        for (int i = 0; i <= totals.Length - Vector256<long>.Count; i += Vector256<long>.Count)
        {
            nuint n = (nuint)i;
            var v0 = Vector256.LoadUnsafe(ref c0, n);
            var v1 = Vector256.LoadUnsafe(ref c1, n);
            var v2 = Vector256.LoadUnsafe(ref c2, n);
            var v3 = Vector256.LoadUnsafe(ref c3, n);
            var v4 = Vector256.LoadUnsafe(ref c4, n);
            var v5 = Vector256.LoadUnsafe(ref c5, n);
            var v6 = Vector256.LoadUnsafe(ref c6, n);
            var v7 = Vector256.LoadUnsafe(ref c7, n);
            seen |= ((v0 + limit) | (v1 + limit) | (v2 + limit) | (v3 + limit) | (v4 + limit) | (v5 + limit) | (v6 + limit) | (v7 + limit)) & Vector256.LoadUnsafe(ref isNumber, n);
            ((Vector256.LoadUnsafe(ref to, n) & kept) + (v0 + v1 + (v2 + v3)) + (v4 + v5 + (v6 + v7))).StoreUnsafe(ref to, n);
        }
        return (seen & Vector256.Create(-2L << bits)) == Vector256<long>.Zero;
    }

    /// <summary>Adds one chunk's cells to the totals; the bits that show how large they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<long> AddOne(ref long cells, Span<long> totals, Vector256<long> kept, ReadOnlySpan<long> numbers, Vector256<long> limit)
    {
        ref long to = ref MemoryMarshal.GetReference(totals), isNumber = ref MemoryMarshal.GetReference(numbers);
        var seen = Vector256<long>.Zero;
        for (int i = 0; i <= totals.Length - Vector256<long>.Count; i += Vector256<long>.Count)
        {
            nuint n = (nuint)i;
            var v = Vector256.LoadUnsafe(ref cells, n);
            seen |= (v + limit) & Vector256.LoadUnsafe(ref isNumber, n);
            ((Vector256.LoadUnsafe(ref to, n) & kept) + v).StoreUnsafe(ref to, n);
        }
        return seen;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ref long Cells(ReadOnlySpan<CellChunk> chunks, int at, int start) => ref (at < chunks.Length ? chunks[at] : Zeros).At(start);

    /// <summary>Adds the sums of one group, whose buckets were just read and are still in the nearest cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void AddSums(ReadOnlySpan<CellChunk> chunks, int at, int start, int runLength, Span<double> sums)
    {
        Volatile.ReadBarrier(); // I4: buckets before sums, so that a sum covers at least what the buckets show
        foreach (var chunk in chunks.Slice(at, Math.Min(Group, chunks.Length - at)))
        {
            for (int series = 0, i = start; series < sums.Length; series++, i += runLength) sums[series] += BitConverter.Int64BitsToDouble(Volatile.Read(ref chunk.At(i)));
        }
    }

    /// <summary>The same as adding by groups, for numbers so large that totals may saturate.</summary>
    static void Exactly(ReadOnlySpan<CellChunk> chunks, int start, Span<long> totals)
    {
        totals.Clear();
        foreach (var chunk in chunks)
        {
            for (int i = 0; i < totals.Length; i++) totals[i] = Saturating(totals[i], Volatile.Read(ref chunk.At(start + i)));
        }
    }

    /// <summary>A sum over stores of which some, or all together, ran past the largest number.</summary>
    static double Clamped(ReadOnlySpan<CellChunk> chunks, int index)
    {
        double sum = 0;
        foreach (var chunk in chunks) sum += Finite(BitConverter.Int64BitsToDouble(Volatile.Read(ref chunk.At(index))));
        return Finite(sum);
    }

    /// <summary>
    /// Folding a store regroups a sum, which moves it by an ulp for each term; Prometheus would take a decrease for a reset.
    /// 2^-40 covers thousands of terms and is far below any measurement: a real decrease, by negative measurements, still shows.
    /// </summary>
    const double Regrouping = 1.0 / (1L << 40);
}
