using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Formats.Otlp;

/// <summary>The points of histograms, whatever the number of their buckets is: buckets are copied several at a time.</summary>
public sealed class OtlpHistogramTests
{
    const int Seed = 20_261_121; // any

    [Fact]
    [Trait("Requirement", "I4")]
    public void Points_OfAnyNumberOfBuckets_HoldEachBucketAndTheirSum()
    {
        Random random = new(Seed);
        foreach (int buckets in Enumerable.Range(1, 21).Append(64).Append(255))
        {
            using var rig = RigOf(buckets);
            using var snapshot = rig.Read();
            var numbers = NumbersOf(snapshot);
            for (int i = 0; i < numbers.Length; i++) numbers[i] = i % (buckets + 1) == 0 ? BitConverter.DoubleToInt64Bits(random.NextDouble()) : random.NextInt64(1L << 54);

            var points = OtlpRig.Write(new(new()), snapshot).Single().Metric("h").Points;

            Assert.Equal(5, points.Count);
            for (int i = 0; i < points.Count; i++)
            {
                long[] own = numbers.Slice(i * (buckets + 1), buckets + 1).ToArray();
                Assert.Equal(own[1..].Select(static n => (ulong)n), points[i].Buckets);
                Assert.Equal((ulong)own[1..].Sum(), points[i].Count);
                Assert.Equal(BitConverter.Int64BitsToDouble(own[0]), points[i].Sum);
                Assert.Equal(Enumerable.Range(1, buckets - 1).Select(static b => b * 0.25), points[i].Bounds);
                Assert.Equal([new("a", LabelOf(i))], points[i].Attributes);
            }
        }
    }

    [Fact]
    [Trait("Requirement", "I9")]
    public void Count_OfABucketThatIsFullAnywhere_StaysAtTheLargestNumber()
    {
        foreach (int buckets in (int[])[1, 2, 4, 7, 15, 255])
        {
            using var rig = RigOf(buckets);
            for (int full = 1; full <= buckets; full++)
            {
                using var snapshot = rig.Read();
                var numbers = NumbersOf(snapshot);
                numbers.Fill(1);
                numbers[full] = long.MaxValue; // the first series'
                var points = OtlpRig.Write(new(new()), snapshot).Single().Metric("h").Points;
                Assert.Equal((ulong)long.MaxValue, points[0].Count);
                Assert.Equal((ulong)buckets, points[1].Count);
            }
        }
    }

    static OtlpRig RigOf(int buckets)
    {
        var histogram = Define.Histogram("h", "s", "H.", TagKey.Open("a")) with { Bounds = [.. Enumerable.Range(1, buckets - 1).Select(static b => b * 0.25)] };
        OtlpRig rig = new(histogram);
        for (int i = 0; i < 5; i++) rig.Make(histogram).Record(1, LabelOf(i));
        return rig;
    }

    /// <summary>Of lengths with which copies of whole vectors end before, at and behind the end of one.</summary>
    static string LabelOf(int series) => new((char)('a' + series), 1 + series * 16);

    static Span<long> NumbersOf(MetricsSnapshot snapshot)
    {
        var slice = snapshot.Data.Slices[0];
        return snapshot.Data.Numbers.AsSpan(slice.Offset, slice.Count * slice.Run);
    }
}
