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

    static long CountOf(ReadOnlySpan<long> buckets)
    {
        long count = 0;
        foreach (long bucket in buckets) count = long.MaxValue - bucket < count ? long.MaxValue : count + bucket;
        return count;
    }
}
