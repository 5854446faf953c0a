using MetricsKit.Tests.Instruments;
using Xunit;

namespace MetricsKit.Tests.Invariants;

/// <summary>I10: a hash alone never decides which series a call belongs to.</summary>
public sealed class SameHashTests
{
    static readonly TagKey<string> A = TagKey.Open("a"), B = TagKey.Open("b"), C = TagKey.Open("c");

    // A thread's cache samples the end and the middle of a text; these differ near their beginning alone.
    static readonly string[] Alike = [.. Enumerable.Range(0, 26).Select(static i => "ab" + (char)('a' + i) + new string('z', 57))];

    [Fact]
    [Trait("Invariant", "I10")]
    public void Texts_AlikeWhereACacheLooks_AreSeriesOfTheirOwn()
    {
        using var one = Rig.Of(Define.Counter("t", "1", "T.", A));
        using var two = Rig.Of(Define.Counter("t", "1", "T.", A, B));
        using var three = Rig.Of(Define.Counter("t", "1", "T.", A, B, C));
        for (int round = 0; round < 4; round++)
        {
            foreach (string text in Alike)
            {
                for (int i = 0; i < 2; i++) // the second finds what the first left in the cache
                {
                    one.Instrument.Add(1, text);
                    two.Instrument.Add(1, "x", text);
                    three.Instrument.Add(1, "x", text, "y");
                }
            }
        }
        foreach (var read in new[] { one.Read(), two.Read(), three.Read() })
        {
            Assert.Equal(Alike.Length, read.Count);
            Assert.All(read.Values, static value => Assert.Equal(8, value));
        }
    }

    [Fact]
    [Trait("Invariant", "I10")]
    public void Texts_SoManyThatHashesMeet_AreSeriesOfTheirOwn()
    {
        // 32 bits of hash are kept: among so many texts about ten pairs have the same, and one in 30,000 processes has none.
        const int Many = 300_000;
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A) with { MaxSeries = 2 * Many }, maxSeries: 2 * Many);
        for (int i = 0; i < Many; i++) rig.Instrument.Add(1, i.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(Many, rig.Instrument.Table!.Count);
        Assert.All(rig.Read().Values, static value => Assert.Equal(1, value));
    }
}
