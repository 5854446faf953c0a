using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace MetricsKit.Tests.Repository;

/// <summary>The README says what the code says. To update it after a change, run these tests with UPDATE_README=true.</summary>
public sealed partial class ReadmeTests
{
    static readonly string Root = FindRoot();

    [Fact]
    public void Readme_TableOfMeters_IsTheCatalogue() => Compare("<!-- meters", "<!-- end of meters -->", Table());

    [Fact]
    public void Readme_QuickStart_IsTheSamplesProgram() =>
        Compare("<!-- quick start", "<!-- end of quick start -->", "```csharp\n" + File.ReadAllText(Path.Combine(Root, "samples", "Quickstart", "Program.cs")).ReplaceLineEndings("\n").TrimEnd() + "\n```\n");

    [Theory]
    [MemberData(nameof(Costs))]
    public void Readme_FiguresOfWhatItCosts_AreTheCommittedResults(string section) =>
        Compare($"<!-- cost of {section}:", $"<!-- end of cost of {section} -->", CostTables.Sections[section]());

    [Fact]
    public void Readme_ProseOfWhatItCosts_NamesNoFigure()
    {
        string readme = File.ReadAllText(Path.Combine(Root, "README.md"));
        int from = readme.IndexOf("\n## What it costs\n", StringComparison.Ordinal), to = readme.IndexOf("\n## ", from + 1, StringComparison.Ordinal);
        Assert.True(from > 0);
        string prose = Generated.Replace(readme[from..to], "");
        Assert.Contains("<!-- ", readme[from..to], StringComparison.Ordinal);
        Assert.Empty(Figure.Matches(prose).Select(static m => m.Value));
    }

    public static TheoryData<string> Costs() => [.. CostTables.Sections.Keys];

    static void Compare(string begin, string end, string expected)
    {
        string path = Path.Combine(Root, "README.md"), readme = File.ReadAllText(path);
        int from = readme.IndexOf('\n', readme.IndexOf(begin, StringComparison.Ordinal)) + 1, to = readme.IndexOf(end, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("UPDATE_README") == "true") File.WriteAllText(path, readme[..from] + expected + readme[to..]);
        else Assert.Equal(expected, readme[from..to]);
    }

    static string Table()
    {
        StringBuilder table = new();
        table.Append("| Metric | Kind | Labels | What it says |\n|---|---|---|---|\n");
        foreach (var group in MetricsKitCatalog.Meters.Select(static m => m.Definition).GroupBy(static m => m.Group).OrderBy(static g => g.Key == SnapshotBuilder.OwnMeter))
        {
            table.Append(CultureInfo.InvariantCulture, $"| **{(group.Key == SnapshotBuilder.OwnMeter ? "The kit itself" : group.Key)}** | | | |\n");
            foreach (var row in group.SelectMany(static m => m.Instruments))
            {
                string kind = row.IsInfo ? "info" : row.Kind switch { InstrumentKind.Counter => "counter", InstrumentKind.Histogram => "histogram", _ => "gauge" };
                string labels = string.Join(", ", row.TagKeys.Select(static k => k.IsClosed ? $"`{k.Name}` ({string.Join(", ", k.Values.Length > 7 ? [.. k.Values[..3], "…"] : k.Values)})" : $"`{k.Name}`"));
                table.Append(CultureInfo.InvariantCulture, $"| `{PrometheusName.Of(row, "")}` | {kind} | {labels} | {row.Description} |\n");
            }
        }
        return table.ToString();
    }

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); ; folder = folder.Parent ?? throw new DirectoryNotFoundException("MetricsKit.sln"))
        {
            if (File.Exists(Path.Combine(folder.FullName, "MetricsKit.sln"))) return folder.FullName;
        }
    }

    [GeneratedRegex("<!-- cost of [^>]*-->.*?<!-- end of cost of [^>]*-->", RegexOptions.Singleline)]
    static partial Regex Generated { get; }

    // A number with a unit or a factor; limits of the options and names of things stay allowed.
    [GeneratedRegex(@"\d[\d.,]*\s*(ns|µs|ms|s|bytes?|B|KB|MB|KiB|MiB|times|×|%|percent|instructions|cycles)\b")]
    static partial Regex Figure { get; }
}
