using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Formats;

public sealed class LineProtocolTests
{
    [Fact]
    public void Line_OfAPlainSeries_IsNameTagsValueTime() =>
        Assert.Equal("temperature,hall=A,line=3 value=21.5 1700000000000000000\n", LineProtocolRig.Line(new("temperature", SampleKind.Gauge, new("line", "3"), new("hall", "A")), 21.5, 1_700_000_000_000_000_000));

    [Theory]
    [InlineData("a b,c=d", @"a\ b\,c=d")]
    [InlineData("#a", "_#a")]
    [InlineData(@"a\b", @"a\b")]
    [InlineData(@"a\ b", @"a/\ b")]
    [InlineData(@"a\=b\""", @"a/=b/""")]
    [InlineData(@"a\\", @"a\/")]
    public void Measurement_WithWhatMeansSomething_IsEscaped(string name, string written) =>
        Assert.Equal($"{written} value=1 2\n", LineProtocolRig.Line(new(name), 1, 2));

    [Theory]
    [InlineData("k", "a b,c=d", @"k=a\ b\,c\=d")]
    [InlineData("k", "a\nb\r", "k=a\\nb\r")]
    [InlineData("k", @"C:\temp\", @"k=C:\temp/")]
    [InlineData("k", @"a\,b\\", @"k=a\\,b\/")]
    [InlineData("k", "#\"x\"", "k=#\"x\"")]
    [InlineData("a b,c=d", "v", @"a\ b\,c\=d=v")]
    [InlineData(@"k\", "v", "k/=v")]
    [InlineData("time", "v", "time_=v")]
    public void Tag_WithWhatMeansSomething_IsEscaped(string key, string value, string written) =>
        Assert.Equal($"m,{written} value=1 2\n", LineProtocolRig.Line(new("m", SampleKind.Gauge, new KeyValuePair<string, string>(key, value)), 1, 2));

    [Fact]
    public void LoneSurrogates_Anywhere_AreReplaced() => // not from attributes, which cannot hold them
        Assert.Equal("\ufffd,k\ufffd=\ufffdx value=1 2\n", LineProtocolRig.Line(new("\ud800", SampleKind.Gauge, new KeyValuePair<string, string>("k\udc00", "\udc00x")), 1, 2));

    [Fact]
    public void Keys_ThatBecomeTheSame_AreKeptApart() =>
        Assert.Equal("m,time__=1,time_=2 value=1 2\n", LineProtocolRig.Line(new("m", SampleKind.Gauge, new("time", "1"), new("time_", "2")), 1, 2));

    [Fact]
    public void Line_OfHostileTexts_ReadsBack()
    {
        Properties.Hold(Series(), static made =>
        {
            var read = LineProtocolLine.Parse(LineProtocolRig.Line(made.Series, made.Value, 7)[..^1]);
            Assert.Equal(LineProtocolRig.Measurement(made.Series.Name), read.Measurement);
            Assert.Equal(LineProtocolRig.Tags(made.Series), read.Tags.ToDictionary());
            Assert.Equal(BitConverter.DoubleToInt64Bits(made.Value), BitConverter.DoubleToInt64Bits(read.Value));
            Assert.Equal(7, read.Time);
        }, tests: 2_000);
    }

    [Fact]
    public void Line_UnderAnyCulture_IsTheSame()
    {
        string expected = LineProtocolRig.Line(new("m"), -1234.5e-10, -17);
        Cultures.ForEach(() => Assert.Equal(expected, LineProtocolRig.Line(new("m"), -1234.5e-10, -17)));
        Assert.Equal("m value=-1.2345E-07 -17\n", expected);
    }

    [Fact]
    public void Lines_OfAKnownSeries_AllocateNothing()
    {
        LineProtocolWriter writer = new();
        SampleSeries series = new("temperature", SampleKind.Gauge, new KeyValuePair<string, string>("line", "3"));
        byte[] text = new byte[256];
        Assert.Equal(0, Allocation.LeastOf(() =>
        {
            int at = 0;
            LineProtocolWriter.Write(writer.Find(series), 21.5, 1_700_000_000_000_000_000, ref text, ref at);
        }));
    }

    [Fact]
    public void Writer_OfMoreSeriesThanItRemembers_StaysBounded()
    {
        LineProtocolWriter writer = new();
        for (int i = 0; i < 25_000; i++) Assert.Equal($"s{i} value=", System.Text.Encoding.UTF8.GetString(writer.Find(new(string.Create(CultureInfo.InvariantCulture, $"s{i}"))).Text));
        Assert.InRange(writer.Remembered, 1, 10_000);
    }

    [Theory]
    [InlineData("ns", 1L, 100L)]
    [InlineData("ns", -1L, -100L)]
    [InlineData("u", 19L, 1L)]
    [InlineData("u", -1L, -1L)]
    [InlineData("ms", -10_000L, -1L)]
    [InlineData("ms", -10_001L, -2L)]
    [InlineData("s", 29_999_999L, 2L)]
    public void Time_InAPrecision_IsRoundedDown(string precision, long ticks, long expected)
    {
        Assert.True(LinePrecision.Find(precision)!.Value.TryConvert(DateTime.UnixEpoch.AddTicks(ticks), out long time));
        Assert.Equal(expected, time);
    }

    [Fact]
    public void Time_ThatInfluxDbHasNot_IsNone()
    {
        var precision = LinePrecision.Find("ns")!.Value;
        Assert.False(precision.TryConvert(DateTime.MaxValue, out _));
        Assert.False(precision.TryConvert(DateTime.MinValue, out _));
        Assert.True(precision.TryConvert(new(2262, 1, 1, 0, 0, 0, DateTimeKind.Utc), out _));
        Assert.True(precision.TryConvert(new(1678, 1, 1, 0, 0, 0, DateTimeKind.Utc), out _));
    }

    static Arbitrary<(SampleSeries Series, double Value)> Series() => Arb.From(
        from name in HostileText.Names.Generator.Where(IsName)
        from keys in HostileText.Names.Generator.Where(IsName).ArrayOf(3)
        from values in HostileText.LabelValues.Generator.ArrayOf(3)
        from value in HostileNumbers.FiniteDoubles.Generator
        select (new SampleSeries(name, SampleKind.Gauge, [.. keys.Zip(values, KeyValuePair.Create)]), value));

    static bool IsName(string text) => text.Length is > 0 and <= 255 && !text.Any(char.IsControl);
}
