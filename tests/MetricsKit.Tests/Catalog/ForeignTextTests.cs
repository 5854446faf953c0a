using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Catalog;

/// <summary>What becomes of the texts of foreign instruments.</summary>
public sealed class ForeignTextTests
{
    [Fact]
    public void Name_EmptyLongOrBroken_StaysATextThatTellsItApart()
    {
        Assert.Equal("http.server.request.duration", ForeignText.Name("http.server.request.duration"));
        Assert.Equal("_", ForeignText.Name(""));
        Assert.Equal("a\uFFFD", ForeignText.Name("a\uD800"));
        string one = ForeignText.Name(new string('a', 500) + "1"), other = ForeignText.Name(new string('a', 500) + "2");
        Assert.Equal(256, one.Length);
        Assert.NotEqual(one, other);
    }

    [Fact]
    public void Unit_NoneLongOrBroken_IsTakenAndCut()
    {
        Assert.Equal("", ForeignText.Unit(null));
        Assert.Equal("By", ForeignText.Unit("By"));
        Assert.Equal(new string('u', 63), ForeignText.Unit(new('u', 64)));
        Assert.Equal(new string('u', 62), ForeignText.Unit(new string('u', 62) + "\U0001F600")); // no half of a pair
        Assert.Equal("\uFFFD", ForeignText.Unit("\uDC00"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t\n")]
    public void Description_None_NamesTheInstrument(string? description) =>
        Assert.Equal("Measurements of 'x'.", ForeignText.Description(description, "x"));

    [Fact]
    public void Description_Long_IsCutToTheLimitOfRows()
    {
        Assert.Equal(new string('d', 1000), ForeignText.Description(new('d', 1000), "x"));
        Assert.Equal(new string('d', 999) + "\u2026", ForeignText.Description(new('d', 100_000), "x"));
        Assert.Equal(new string('d', 998) + "\u2026", ForeignText.Description(new string('d', 998) + "\U0001F600" + new string('d', 9), "x"));
    }

    [Fact]
    public void Texts_OfAnyKind_MakeRowsThatNeverThrow() => Properties.Hold(HostileText.LabelValues, static text =>
    {
        Assert.InRange(ForeignText.Name(text).Length, 1, 256);
        Assert.InRange(ForeignText.Unit(text).Length, 0, 63);
        Assert.InRange(ForeignText.Description(text, text).Length, 1, 1000);
    });
}
