using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MetricsKit;

/// <summary>Adds the same run of cells over all stores, several cells at a time.</summary>
/// <remarks>Aligned 64-bit lanes of a vector load do not tear on the 64-bit platforms that own stores exist on (I1, I6).</remarks>
static class CellSums
{
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
        totals.Clear();
        ref long to = ref MemoryMarshal.GetReference(totals);
        foreach (var chunk in chunks)
        {
            ref long from = ref chunk.At(start);
            int i = 0;
            for (; i <= totals.Length - Vector256<long>.Count; i += Vector256<long>.Count)
            {
                var total = Vector256.LoadUnsafe(ref to, (nuint)i);
                var value = Vector256.LoadUnsafe(ref from, (nuint)i);
                var sum = total + value;
                var wrapped = Vector256.LessThan((total ^ sum) & (value ^ sum), Vector256<long>.Zero);
                if (wrapped != Vector256<long>.Zero) sum = Vector256.ConditionalSelect(wrapped, Vector256.ConditionalSelect(Vector256.LessThan(value, Vector256<long>.Zero), Vector256.Create(long.MinValue), Vector256.Create(long.MaxValue)), sum);
                sum.StoreUnsafe(ref to, (nuint)i);
            }
            for (; i < totals.Length; i++) totals[i] = Saturating(totals[i], Volatile.Read(ref Unsafe.Add(ref from, i)));
        }
    }

    /// <summary>The totals of histogram runs <c>[sum][buckets]</c>; each sum is published as at least what was published before when they differ by rounding alone (I3).</summary>
    internal static void Histograms(ReadOnlySpan<CellChunk> chunks, int start, int runLength, Span<long> totals, Span<double> published)
    {
        Longs(chunks, start, totals);
        Volatile.ReadBarrier(); // I4: buckets before sums, so that a sum covers at least what the buckets show
        for (int i = 0, series = 0; i < totals.Length; i += runLength, series++)
        {
            double sum = 0;
            foreach (var chunk in chunks) sum += Finite(BitConverter.Int64BitsToDouble(Volatile.Read(ref chunk.At(start + i))));
            sum = Finite(sum);
            ref double last = ref published[series];
            if (sum < last && last - sum <= Math.Abs(last) * Regrouping) sum = last;
            last = sum;
            totals[i] = BitConverter.DoubleToInt64Bits(sum);
        }
    }

    /// <summary>
    /// Folding a store regroups a sum, which moves it by an ulp for each term; Prometheus would take a decrease for a reset.
    /// 2^-40 covers thousands of terms and is far below any measurement: a real decrease, by negative measurements, still shows.
    /// </summary>
    const double Regrouping = 1.0 / (1L << 40);
}
