using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Instruments;

/// <summary>What makes two calls one series (I10).</summary>
public sealed class IdentityTests
{
    static readonly TagKey<string> A = TagKey.Open("a"), B = TagKey.Open("b");

    [Fact]
    [Trait("Invariant", "I10")]
    public void Text_EqualInOtherObjects_IsOneSeries()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A, B));
        rig.Instrument.Add(1, "some value", "other");
        rig.Instrument.Add(1, new string("some value".AsSpan()), new string("other".AsSpan()));
        rig.Instrument.Bind(new string("some value".AsSpan()), "other").Add(1);
        Assert.Equal(3, Assert.Single(rig.Read()).Value);
    }

    [Fact]
    [Trait("Invariant", "I10")]
    public void Text_OrderOfTheValues_Matters()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A, B));
        rig.Instrument.Add(1, "ab", "c");
        rig.Instrument.Add(2, "a", "bc");
        rig.Instrument.Add(4, "c", "ab");
        Assert.Equal(new Dictionary<string, double> { ["a=ab,b=c"] = 1, ["a=a,b=bc"] = 2, ["a=c,b=ab"] = 4 }, rig.Read());
    }

    [Fact]
    [Trait("Invariant", "I10")]
    public void Text_NullAndEmpty_AreOneSeriesWithoutTheTag()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A, B));
        rig.Instrument.Add(1, null!, "x");
        rig.Instrument.Add(2, "", "x");
        rig.Instrument.Bind(null!, "x").Add(4);
        rig.Instrument.Add(8, null!, null!);
        Assert.Equal(new Dictionary<string, double> { ["b=x"] = 7, [""] = 8 }, rig.Read());
    }

    [Fact]
    [Trait("Invariant", "I10")]
    public void Text_CaseAndCulture_AreNotFolded() => Cultures.ForEach(() =>
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A));
        string[] texts = ["I", "i", "\u0130", "\u0131", "ss", "ß", "e\u0301", "é", "a", "a ", "a\u200B"];
        foreach (string text in texts) rig.Instrument.Add(1, text);
        Assert.Equal(texts.Length, rig.Read().Count);
    });

    [Fact]
    [Trait("Invariant", "I10")]
    public void Text_LoneSurrogates_BecomeTheReplacementCharacter()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A));
        foreach (string text in new[] { "x\uD83D", "x\uDE00", "x\uFFFD" })
        {
            rig.Instrument.Add(1, text);
            rig.Instrument.Add(1, text);
        }
        Assert.Equal(new Dictionary<string, double> { ["a=x\uFFFD"] = 6 }, rig.Read());
        rig.Instrument.Add(1, "\U0001F600");
        Assert.Equal(1, rig.Read("a=\U0001F600"));
    }

    [Fact]
    [Trait("Invariant", "I9")]
    public void Text_TooLong_IsCutMarkedDistinctAndCounted()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A));
        string common = new('x', 5000);
        rig.Instrument.Add(1, common + "1");
        rig.Instrument.Add(2, common + "2");
        rig.Instrument.Add(4, common + "1");

        var read = rig.Read();
        Assert.Equal([2.0, 5.0], read.Values.Order());
        Assert.All(read.Keys, static key => Assert.Equal("a=".Length + 256, key.Length));
        Assert.Equal(3, rig.Count(LedgerEntry.TruncatedTag)); // each time: a text that is cut is not remembered whole
    }

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    public void Text_AtTheLimitOfLength_IsCutOnlyPastIt(int length)
    {
        string sanitised = TagText.Sanitise(new string('x', length), out bool truncated);
        Assert.Equal(length > 256, truncated);
        Assert.Equal(Math.Min(length, 256), sanitised.Length);
    }

    [Fact]
    public void Sanitise_AnyText_IsShortWellFormedAndStaysAsItIs() => Properties.Hold(HostileText.LabelValues, static text =>
    {
        string once = TagText.Sanitise(text, out _);
        Assert.InRange(once.Length, text.Length == 0 ? 0 : 1, 256);
        Assert.Equal(once, System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(once)));
        Assert.Equal(once, TagText.Sanitise(once, out bool again));
        Assert.False(again);
    });

    [Fact]
    [Trait("Invariant", "I10")]
    public void Text_AnyTwo_AreOneSeriesExactlyWhenTheySanitiseAlike()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A) with { MaxSeries = 100_000 });
        Dictionary<string, double> expected = [];
        Properties.Hold(HostileText.LabelValues, text =>
        {
            rig.Instrument.Add(1, text);
            rig.Instrument.Add(1, text);
            string name = TagText.Sanitise(text, out _) is { Length: > 0 } kept ? "a=" + kept : "";
            expected[name] = expected.GetValueOrDefault(name) + 2;
        }, tests: 500);
        Assert.Equal(expected, rig.Read());
    }

    [Fact]
    public void ManyValues_MoreThanAnyCacheHolds_AreCountedApart()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A, B) with { MaxSeries = 10_000 });
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 5000; i++) rig.Instrument.Add(1, "value " + i.ToString(System.Globalization.CultureInfo.InvariantCulture), "same");
        }
        var read = rig.Read();
        Assert.Equal(5000, read.Count);
        Assert.All(read.Values, static value => Assert.Equal(3, value));
    }

    [Fact]
    public void OneSeries_AskedForByManyThreadsAtOnce_IsMadeOnce()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A, B) with { MaxSeries = 10_000 });
        using Barrier start = new(4);
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            start.SignalAndWait();
            for (int i = 0; i < 2000; i++) rig.Instrument.Add(1, (i % 500).ToString(System.Globalization.CultureInfo.InvariantCulture), "x");
        })).ToList();
        threads.ForEach(static t => t.Start());
        threads.ForEach(static t => t.Join());

        var read = rig.Read();
        Assert.Equal(500, read.Count);
        Assert.All(read.Values, static value => Assert.Equal(16, value));
    }
}
