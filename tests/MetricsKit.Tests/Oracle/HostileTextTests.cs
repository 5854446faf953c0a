using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Oracle;

public sealed class HostileTextTests
{
    const int Enough = 3000; // Even the rarest kind is then missed less often than once in a million runs.

    public static TheoryData<string, Func<string, bool>> Kinds => new()
    {
        { "quote", text => text.Contains('"', StringComparison.Ordinal) },
        { "backslash", text => text.Contains('\\', StringComparison.Ordinal) },
        { "newline", text => text.Contains('\n', StringComparison.Ordinal) },
        { "carriage return", text => text.Contains('\r', StringComparison.Ordinal) },
        { "NUL", text => text.Contains('\0', StringComparison.Ordinal) },
        { "line separator", text => text.Contains('\u2028', StringComparison.Ordinal) },
        { "lone high surrogate", text => HasLone(text, char.IsHighSurrogate) },
        { "lone low surrogate", text => HasLone(text, char.IsLowSurrogate) },
        { "emoji", text => text.Contains("\U0001F600", StringComparison.Ordinal) },
        { "right to left", text => text.Contains('\u05E9', StringComparison.Ordinal) },
        { "longer than 256", text => text.Length > 256 },
        { "empty", text => text.Length == 0 },
        { "only white space", text => text.Length > 0 && string.IsNullOrWhiteSpace(text) },
        { "ordinary", text => text.Length > 0 && text.All(char.IsAsciiLetterLower) },
    };

    [Theory]
    [MemberData(nameof(Kinds), DisableDiscoveryEnumeration = true)]
    public void LabelValues_ManyOfThem_ContainEveryKind(string kind, Func<string, bool> isOfKind) =>
        Assert.True(Gen.Sample(HostileText.LabelValues.Generator, Enough, 50).Any(isOfKind), $"No value was of the kind: {kind}.");

    [Fact]
    public void Names_ManyOfThem_AreOftenForbiddenAndSometimesNot()
    {
        var names = Gen.Sample(HostileText.Names.Generator, Enough, 50);

        Assert.Contains(names, name => name.Length > 0 && name.All(char.IsAsciiLetterLower));
        Assert.Contains("le", names);
        Assert.Contains("x_total", names);
        Assert.Contains("9lives", names);
    }

    [Fact]
    public void Doubles_ManyOfThem_ContainEveryKind()
    {
        var numbers = Gen.Sample(HostileNumbers.Doubles.Generator, Enough, 50);

        Assert.Contains(numbers, double.IsNaN);
        Assert.Contains(double.PositiveInfinity, numbers);
        Assert.Contains(double.NegativeInfinity, numbers);
        Assert.Contains(double.MaxValue, numbers);
        Assert.Contains(numbers, double.IsSubnormal);
        Assert.Contains(numbers, number => number == 0 && double.IsNegative(number));
        Assert.Contains(numbers, number => number is >= 9007199254740990 and <= 9007199254740994);
        Assert.Contains(numbers, number => number.ToString("R", CultureInfo.InvariantCulture).Count(char.IsAsciiDigit) >= 17);
    }

    [Fact]
    public void FiniteDoubles_All_AreFinite() =>
        Properties.Hold(HostileNumbers.FiniteDoubles, number => Assert.True(double.IsFinite(number)));

    [Fact]
    public void Shrinking_AnyText_GivesOnlyOtherTextsThatAreNotLonger() =>
        Properties.Hold(HostileText.LabelValues, text =>
            Assert.All(HostileText.LabelValues.Shrinker(text), shorter => Assert.True(shorter.Length < text.Length)));

    [Fact]
    public void Hold_PropertyThatFails_SaysTheShrunkValueAndTheSeed()
    {
        var failure = Assert.ThrowsAny<Exception>(
            () => Properties.Hold(HostileText.LabelValues, text => Assert.DoesNotContain("\u2028", text, StringComparison.Ordinal), tests: Enough));

        Assert.Contains("For \"\\u2028\"", failure.ToString(), StringComparison.Ordinal);
        Assert.Contains("seed", failure.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Hold_WithAReplay_MeetsTheSameValues()
    {
        List<string> Values()
        {
            var values = new List<string>();
            Properties.Hold(HostileText.Names, values.Add, replay: (1, 3));
            return values;
        }

        Assert.Equal(Values(), Values());
    }

    static bool HasLone(string text, Func<char, bool> isHalf) =>
        Enumerable.Range(0, text.Length).Any(at => isHalf(text[at])
            && !(at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]))
            && !(at > 0 && char.IsSurrogatePair(text[at - 1], text[at])));
}
