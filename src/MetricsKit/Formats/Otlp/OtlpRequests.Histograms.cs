using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MetricsKit;

// The points of histograms.
sealed partial class OtlpRequests
{
    /// <summary>Start, time, count and sum, a byte and eight each.</summary>
    const int SummaryLength = 36;

    /// <summary>255 buckets of fewer bits than these cannot saturate together.</summary>
    const int ManyBits = 54;

    Exemplar?[] _exemplars = [];

    /// <summary>Behind as many lanes as were counted before, those that were not.</summary>
    static ReadOnlySpan<long> Fresh => [0, 0, 0, 0, -1, -1, -1, -1];

    /// <summary>The points of a run of histograms on one page; how many series were dealt with, fewer than there are when the message is full.</summary>
    int WriteHistograms(OtlpFamily family, OtlpPage page, ReadOnlySpan<long> numbers, int run, ulong start, int limit)
    {
        int buckets = run - 1, countsLength = 8 * buckets, fixedLength = SummaryLength + 1 + WireBytes.SizeOf((uint)countsLength) + countsLength + family.Bounds.Length;
        var all = page.Labels.Exemplars;
        if (!family.IsDelta && family.Scale == 1 && all is null) return WritePlainHistograms(family, page, numbers, run, start, limit);
        Span<byte> times = stackalloc byte[18];
        Span<long> delta = stackalloc long[family.IsDelta ? run : 0];
        for (int i = 0; i < numbers.Length / run; i++)
        {
            int at = _at.At + i;
            scoped var own = numbers.Slice(i * run, run);
            ulong since = start;
            if (family.IsDelta)
            {
                if (!TryDelta(page, at, own, delta, ref since)) continue;
                own = delta;
            }
            int exemplars = all is null ? 0 : TakeExemplars(all.AsSpan(at * buckets, buckets), own[1..], family.IsDelta ? since : 0);
            var attributes = page.AttributesOf(at);
            int body = fixedLength + attributes.Length + exemplars * (2 + ExemplarLength);
            if (!TryBeginPoint(body, limit)) return i;
            PutTimes(since, times);
            _message.Put(times);
            PutDistribution(own, family);
            for (int e = 0; e < exemplars; e++) PutExemplar(OtlpField.HistogramExemplar, _exemplars[e]!, isWhole: false, family.Scale);
            _message.Put(attributes);
            Points++;
        }
        return numbers.Length / run;
    }

    /// <summary>Points as they are nearly always: totals as they were read, without exemplars.</summary>
    /// <remarks>
    /// Between two points only numbers and attributes differ. What comes before the counts is two vectors, everything is copied in whole ones, and each copy may run into
    /// what is written behind it. Room is made for all points at once: a page has no more numbers than a chunk has cells.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    int WritePlainHistograms(OtlpFamily family, OtlpPage page, ReadOnlySpan<long> numbers, int run, ulong start, int limit)
    {
        int count = numbers.Length / run, buckets = run - 1, at = _at.At, begin = page.BeginOf(at), end = _message.End, i = 0;
        int countsLength = 8 * buckets, countsAt = SummaryLength + 1 + WireBytes.SizeOf((uint)countsLength), boundsAt = countsAt + countsLength, attributesAt = boundsAt + family.Bounds.Length;
        var ends = page.Ends.AsSpan(at, count);
        _message.Reserve(count * (MaxHead + attributesAt) + ends[^1] - begin);
        Span<byte> head = stackalloc byte[2 * Vector256<byte>.Count];
        head.Clear();
        PutTimes(start, head);
        head[18] = OtlpField.HistogramCount;
        head[27] = OtlpField.HistogramSum;
        head[SummaryLength] = OtlpField.HistogramBucketCounts;
        WireBytes.PutVarint((uint)countsLength, head[(SummaryLength + 1)..]);
        Vector256<byte> first = Vector256.Create<byte>(head), second = Vector256.Create<byte>(head[Vector256<byte>.Count..]);
        ref byte bounds = ref MemoryMarshal.GetReference(family.Bounds), attributes = ref MemoryMarshal.GetArrayDataReference(page.Attributes), to = ref MemoryMarshal.GetArrayDataReference(_message.Array);
        ref long own = ref MemoryMarshal.GetReference(numbers);
        for (; i < count; i++)
        {
            int length = ends[i] - begin, body = attributesAt + length;
            ref byte point = ref Unsafe.Add(ref to, end);
            int size = PutHead(body, ref point);
            if (end + size + body > limit) break;
            point = ref Unsafe.Add(ref point, size);
            first.StoreUnsafe(ref point);
            second.StoreUnsafe(ref point, (nuint)Vector256<byte>.Count);
            PutNumber(PutCounts(ref Unsafe.Add(ref own, 1), buckets, ref Unsafe.Add(ref point, countsAt)), ref Unsafe.Add(ref point, 19));
            PutNumber(own, ref Unsafe.Add(ref point, 28));
            TextBytes.Put(ref bounds, attributesAt - boundsAt, ref Unsafe.Add(ref point, boundsAt));
            TextBytes.Put(ref Unsafe.Add(ref attributes, begin), length, ref Unsafe.Add(ref point, attributesAt));
            own = ref Unsafe.Add(ref own, run);
            end += size + body;
            begin += length;
        }
        _message.End = end;
        Points += i;
        return i;
    }

    /// <summary>Puts buckets into their place; how much they are together (I4).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static long PutCounts(ref long buckets, int count, ref byte to)
    {
        if (count < Vector256<long>.Count || !BitConverter.IsLittleEndian) return PutFewCounts(ref buckets, count, ref to);
        // The last vector ends with the last bucket: of those it has a second time only the copy is harmless.
        Vector256<long> sum = default, bits = default;
        int last = count - Vector256<long>.Count, i = 0;
        for (; i < last; i += Vector256<long>.Count)
        {
            var some = Vector256.LoadUnsafe(ref buckets, (nuint)i);
            sum += some;
            bits |= some;
            some.AsByte().StoreUnsafe(ref to, (nuint)(8 * i));
        }
        var rest = Vector256.LoadUnsafe(ref buckets, (nuint)last);
        rest.AsByte().StoreUnsafe(ref to, (nuint)(8 * last));
        sum += rest & Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(Fresh), (nuint)(Vector256<long>.Count - (i - last)));
        return ((bits | rest) & Vector256.Create(-1L << ManyBits)) == Vector256<long>.Zero ? Vector256.Sum(sum) : Saturated(MemoryMarshal.CreateReadOnlySpan(ref buckets, count));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static long PutFewCounts(ref long buckets, int count, ref byte to)
    {
        var all = MemoryMarshal.CreateReadOnlySpan(ref buckets, count);
        for (int i = 0; i < count; i++) PutNumber(all[i], ref Unsafe.Add(ref to, 8 * i));
        return CountOf(all);
    }

    /// <remarks>I4: the count is the sum of the buckets as they were read, so the two never disagree.</remarks>
    void PutDistribution(ReadOnlySpan<long> numbers, OtlpFamily family)
    {
        var buckets = numbers[1..];
        _message.Put(OtlpField.HistogramCount);
        PutNumber(CountOf(buckets));
        _message.Put(OtlpField.HistogramSum);
        PutNumber(BitConverter.DoubleToInt64Bits(Scaled(BitConverter.Int64BitsToDouble(numbers[0]), family.Scale)));
        _message.Put(OtlpField.HistogramBucketCounts);
        _message.PutVarint((uint)(8 * buckets.Length));
        WireBytes.PutNumbers(buckets, _message.Room(8 * buckets.Length));
        _message.End += 8 * buckets.Length;
        _message.Put(family.Bounds);
    }

    /// <summary>I9: saturated; what few measurements can reach is not asked bucket by bucket.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static long CountOf(ReadOnlySpan<long> buckets)
    {
        long count = 0, bits = 0;
        foreach (long bucket in buckets)
        {
            count += bucket;
            bits |= bucket;
        }
        return bits >> ManyBits == 0 ? count : Saturated(buckets);
    }

    static long Saturated(ReadOnlySpan<long> buckets)
    {
        long count = 0;
        foreach (long bucket in buckets) count = long.MaxValue - bucket < count ? long.MaxValue : count + bucket;
        return count;
    }
}
