using Xunit;

namespace MetricsKit.Tests.Recording.Processing;

public sealed class NamePatternTests
{
    [Theory]
    [InlineData("temperature", "temperature", true)]
    [InlineData("temperature", "temperature_celsius", false)]
    [InlineData("temperature", "Temperature", false)]
    [InlineData("temp*", "temperature", true)]
    [InlineData("temp*", "temp", true)]
    [InlineData("*celsius", "temperature_celsius", true)]
    [InlineData("*celsius", "celsius_x", false)]
    [InlineData("*", "", true)]
    [InlineData("*", "anything", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("a*b*c", "abc", true)]
    [InlineData("a*b*c", "aXbYbZc", true)]
    [InlineData("a*b*c", "acb", false)]
    [InlineData("*a*a*", "aa", true)]
    [InlineData("*a*a*", "a", false)]
    [InlineData("**a**", "bab", true)]
    [InlineData("a*ab", "aab", true)]
    [InlineData("a?c", "abc", false)]
    [InlineData("a.c", "abc", false)]
    public void Matches_Pattern_IsWhatStarsMean(string pattern, string name, bool matches) =>
        Assert.Equal(matches, NamePattern.Matches(pattern, name));

    [Fact]
    public void Matches_AgainstEveryShortText_IsWhatASlowMatcherSays()
    {
        string[] texts = [.. Texts("ab", 5)], patterns = [.. Texts("ab*", 5)];
        foreach (string pattern in patterns)
        {
            foreach (string text in texts) Assert.True(Slowly(pattern, text) == NamePattern.Matches(pattern, text), $"'{pattern}' and '{text}'");
        }
    }

    static bool Slowly(string pattern, string text) =>
        pattern.Length == 0 ? text.Length == 0
        : pattern[0] == '*' ? Enumerable.Range(0, text.Length + 1).Any(n => Slowly(pattern[1..], text[n..]))
        : text.Length > 0 && text[0] == pattern[0] && Slowly(pattern[1..], text[1..]);

    static IEnumerable<string> Texts(string letters, int longest) =>
        longest == 0 ? [""] : Texts(letters, longest - 1).SelectMany(t => t.Length < longest - 1 ? [t] : letters.Select(c => t + c).Prepend(t)).Distinct();
}
