using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace MetricsKit.Tests.Repository;

/// <summary>Every item of the first source's sections on instruments, collection and custom metrics is proved by a test, or the README says that it is not there yet.</summary>
public sealed partial class RequirementTests
{
    [Fact]
    public void Requirements_OfTheFirstSource_AreProvedOrAdmitted()
    {
        var proved = Proved();
        string admitted = NotThereYet();
        var missing = Enumerable.Range(1, 55).Select(static n => string.Create(CultureInfo.InvariantCulture, $"S1-{n:000}")).Where(id => !proved.Contains(id) && !admitted.Contains(id, StringComparison.Ordinal));
        Assert.Empty(missing);
        Assert.DoesNotContain(proved, id => admitted.Contains(id, StringComparison.Ordinal)); // it is there, and the README denies it
    }

    [Fact]
    public void Mistakes_OfTheFirstSource_AreEachShutOutByATestOrExplained()
    {
        var proved = Proved();
        string readme = File.ReadAllText(SourceTree.PathOf("README.md"));
        string[] ids = ["B1-01", "B1-02", "B1-03", "B1-04", "B1-05", "B1-06", "B1-07", "B1-08", "B1-16", "B1-17", "B1-18", "B1-19"];
        Assert.DoesNotContain(ids, id => !proved.Contains(id) && !readme.Contains(id, StringComparison.Ordinal));
    }

    [Fact]
    public void Invariants_OfTheCells_AreEachProved()
    {
        string[] ids = [.. Enumerable.Range(1, 12).Select(static n => string.Create(CultureInfo.InvariantCulture, $"I{n}")), "I7b"];
        var proved = SourceTree.CSharp("tests").SelectMany(static f => InvariantTrait.Matches(f.Text)).Select(static m => m.Groups["id"].Value).ToHashSet();
        Assert.Empty(ids.Except(proved));
        Assert.Empty(proved.Except(ids));
    }

    static HashSet<string> Proved() =>
        [.. SourceTree.CSharp("tests").SelectMany(static f => Trait.Matches(f.Text)).Select(static m => m.Groups["id"].Value)];

    static string NotThereYet()
    {
        string readme = File.ReadAllText(SourceTree.PathOf("README.md"));
        int from = readme.IndexOf("## Not there yet", StringComparison.Ordinal);
        if (from < 0) return "";
        int to = readme.IndexOf("\n## ", from, StringComparison.Ordinal);
        return to < 0 ? readme[from..] : readme[from..to];
    }

    [GeneratedRegex(@"\[Trait\(""Requirement"", ""(?<id>[SB]\d-\d+)""\)\]")]
    static partial Regex Trait { get; }

    // Only where it stands on a test.
    [GeneratedRegex(@"\[(Fact|Theory)\]\s*(\[[^\n]*\]\s*)*?\[Trait\(""Invariant"", ""(?<id>\w+)""\)\]")]
    static partial Regex InvariantTrait { get; }
}
