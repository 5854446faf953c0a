using Xunit;

namespace MetricsKit.Tests.Instruments;

public sealed class TagViewTests
{
    [Theory]
    [InlineData("http.route", "/a", "/a")]
    [InlineData("HTTP_ROUTE", "/a", "/a")]
    [InlineData("user.id", "7", "")]
    [InlineData("secret", "x", "")]
    [InlineData("status", "404", "4xx")]
    [InlineData("status", "4xx", "404 again")]
    [InlineData("status", "200", "ok")]
    [InlineData("Status", "500", "server_error")]
    [InlineData("status", "", "")]
    public void Apply_EachKindOfRule_GivesTheTextToRecord(string key, string text, string recorded)
    {
        TagView view = new(["http_route", "status", "secret"], ["Secret"], [Texts("status", ("404", "4xx"), ("4xx", "404 again"), ("500", "server_error"), (TagView.Else, "ok"), ("", "absent"))]);
        Assert.Equal(recorded, view.Apply(key, text));
    }

    [Fact]
    public void Apply_OfTextsThatTakeEachOthersPlace_IsOneStep()
    {
        TagView view = new(null, null, [Texts("k", ("a", "b"), ("b", "a"))]);
        Assert.Equal(("b", "a", "c"), (view.Apply("k", "a"), view.Apply("k", "b"), view.Apply("k", "c")));
    }

    [Fact]
    public void Apply_OfATextThatNoFormatCarries_IsSanitised() => Assert.Equal("\uFFFD", new TagView(null, null, [Texts("k", ("a", "\uD800"))]).Apply("k", "a"));

    [Theory]
    [InlineData("a.b", "A_B", true)]
    [InlineData("a.b", "a.b", true)]
    [InlineData("a.b", "ab", false)]
    [InlineData("a.b", "a-b", false)]
    [InlineData("", "", true)]
    public void Names_AsConfigurationSpellsThem_AreEqualOrNot(string one, string other, bool equal)
    {
        var comparer = InstrumentNameComparer.Instance;
        Assert.Equal(equal, comparer.Equals(one, other));
        if (equal) Assert.Equal(comparer.GetHashCode(one), comparer.GetHashCode(other));
        Assert.False(comparer.Equals(one, null));
    }

    static KeyValuePair<string, IDictionary<string, string>> Texts(string key, params (string From, string To)[] texts) => new(key, texts.ToDictionary(static t => t.From, static t => t.To));
}
