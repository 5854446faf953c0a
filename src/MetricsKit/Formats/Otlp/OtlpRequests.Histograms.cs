using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace MetricsKit;

// The points of histograms.
sealed partial class OtlpRequests
{
    /// <summary>Start, time, count and sum, a byte and eight each.</summary>
    const int SummaryLength = 36;

    Exemplar?[] _exemplars = [];

    /// <summary>The points of a run of histograms on one page; how many series were dealt with, fewer than there are when the message is full.</summary>
    int WriteHistograms(OtlpFamily family, OtlpPage page, ReadOnlySpan<long> numbers, int run, ulong start, int limit)
    {
        int buckets = run - 1, countsLength = 8 * buckets, fixedLength = SummaryLength + 1 + WireBytes.SizeOf((uint)countsLength) + countsLength + family.Bounds.Length;
        var all = page.Labels.Exemplars;
        if (!family.IsDelta && family.Scale == 1 && all is null) return WritePlainHistograms(page, family.Bounds, numbers, run, start, limit);
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
    /// <remarks>Between two points only numbers and attributes differ: all else is copied in one piece, and they are put into their places. Room is made for some points at once.</remarks>
    int WritePlainHistograms(OtlpPage page, ReadOnlySpan<byte> bounds, ReadOnlySpan<long> numbers, int run, ulong start, int limit)
    {
        const int MaxHead = 6, Some = 64; // the field and the longest length; arbitrary
        int count = numbers.Length / run, at = _at.At, begin = page.BeginOf(at), end = _message.End, i = 0;
        var ends = page.Ends.AsSpan(at, count);
        int countsLength = 8 * (run - 1), countsAt = SummaryLength + 1 + WireBytes.SizeOf((uint)countsLength), attributesAt = countsAt + countsLength + bounds.Length;
        Span<byte> common = stackalloc byte[attributesAt]; // at most 255 buckets
        PutTimes(start, common);
        common[18] = OtlpField.HistogramCount;
        common[27] = OtlpField.HistogramSum;
        common[SummaryLength] = OtlpField.HistogramBucketCounts;
        WireBytes.PutVarint((uint)countsLength, common[(SummaryLength + 1)..]);
        bounds.CopyTo(common[(countsAt + countsLength)..]);
        for (; i < count; i++)
        {
            if (i % Some == 0)
            {
                _message.End = end;
                int some = Math.Min(Some, count - i);
                _message.Reserve(some * (MaxHead + attributesAt) + ends[i + some - 1] - begin);
            }
            int length = ends[i] - begin, body = attributesAt + length, size = 1 + WireBytes.SizeOf((uint)body);
            if ((long)end + size + body > limit) break;
            var point = _message.Array.AsSpan(end, size + body);
            point[0] = OtlpField.DataPoint;
            WireBytes.PutVarint((uint)body, point[1..]);
            point = point[size..];
            var own = numbers.Slice(i * run, run);
            common.CopyTo(point);
            BinaryPrimitives.WriteInt64LittleEndian(point[19..], CountOf(own[1..]));
            BinaryPrimitives.WriteInt64LittleEndian(point[28..], own[0]);
            WireBytes.PutNumbers(own[1..], point[countsAt..]);
            page.Attributes.AsSpan(begin, length).CopyTo(point[attributesAt..]);
            end += size + body;
            begin += length;
        }
        _message.End = end;
        Points += i;
        return i;
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
        return bits >> 54 == 0 ? count : Saturated(buckets); // 255 buckets of less than 2^54
    }

    static long Saturated(ReadOnlySpan<long> buckets)
    {
        long count = 0;
        foreach (long bucket in buckets) count = long.MaxValue - bucket < count ? long.MaxValue : count + bucket;
        return count;
    }
}
