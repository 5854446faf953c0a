using System.Text.RegularExpressions;
using Xunit;

namespace MetricsKit.Tests.Repository;

/// <summary>The rules of the house that neither the compiler nor its analysers keep.</summary>
public sealed partial class StyleTests
{
    const int MostLines = 400;

    // Longer files, each with the reason for which it is one.
    static readonly Dictionary<string, string> _longFiles = new()
    {
    };

    // Files with more than one public type that are not one name in several arities, each with the reason.
    static readonly Dictionary<string, string> _families = new()
    {
    };

    // Files that may name a delay, each with the reason.
    static readonly Dictionary<string, string> _delays = new()
    {
        ["tests/MetricsKit.Tests/Oracle/FakeTimeProviderTests.cs"] = "It proves that a delay follows the clock that it is given.",
        ["tests/MetricsKit.Testing/Chaos/ChaosProxy.cs"] = "A slow network is what it makes.",
    };

    static IEnumerable<(string Path, string Text)> Everything => SourceTree.CSharp("src").Concat(SourceTree.CSharp("tests")).Concat(SourceTree.CSharp("samples")).Concat(SourceTree.CSharp("benchmarks"));

    [Fact]
    public void Files_OfCode_AreShortOrHaveAReason() =>
        Assert.Empty(Everything.Where(static f => f.Text.AsSpan().Count('\n') > MostLines && !_longFiles.ContainsKey(f.Path)).Select(static f => f.Path));

    [Fact]
    public void Code_Anywhere_HasNoRegionsAndNoSuperfluousThis() =>
        Assert.Empty(Everything.Where(static f => Superfluous.IsMatch(SourceCode.Bare(f.Text))).Select(static f => f.Path));

    [Fact]
    public void Namespaces_Everywhere_AreFileScoped() =>
        Assert.Empty(Everything.Where(static f => BlockNamespace.IsMatch(SourceCode.Bare(f.Text))).Select(static f => f.Path));

    [Fact]
    public void Files_OfThePackages_HaveOnePublicTypeOrAFamilyOfArities()
    {
        var mixed = SourceTree.CSharp("src")
            .Where(static f => SourceCode.TopLevelTypes(SourceCode.Bare(f.Text)).Where(static t => t.IsPublic).Select(static t => t.Name).Distinct().Count() > 1)
            .Select(static f => f.Path);
        Assert.DoesNotContain(mixed, static path => !_families.ContainsKey(path));
    }

    [Fact]
    public void Files_OfThePackages_AreCalledLikeATypeTheyDeclare() =>
        Assert.Empty(SourceTree.CSharp("src")
            .Where(static f => !f.Path.EndsWith("AssemblyInfo.cs", StringComparison.Ordinal))
            .Where(static f => SourceCode.TopLevelTypes(SourceCode.Bare(f.Text)).All(t => t.Name != Path.GetFileName(f.Path).Split('.')[0]))
            .Select(static f => f.Path));

    [Fact]
    public void Names_OfTypes_SayWhatTheyAre()
    {
        string[] vague = ["Manager", "Helper", "Helpers", "Util", "Utils", "Impl", "Engine", "Service"];
        Assert.Empty(SourceTree.CSharp("src").SelectMany(static f => SourceCode.TopLevelTypes(SourceCode.Bare(f.Text))).Where(t => vague.Any(v => t.Name.EndsWith(v, StringComparison.Ordinal))).Select(static t => t.Name));
    }

    [Fact]
    public void Tests_Anywhere_WaitForEventsAndNotForTime() =>
        Assert.Empty(SourceTree.CSharp("tests").Where(static f => !f.Path.StartsWith("tests/MetricsKit.Stress/", StringComparison.Ordinal) /* a load has a pace */ && Waiting.IsMatch(SourceCode.Bare(f.Text)) && !_delays.ContainsKey(f.Path)).Select(static f => f.Path));

    [Fact]
    public void TestNames_OfFactsAndTheories_ReadSubjectConditionOutcome()
    {
        var names = SourceTree.CSharp("tests").SelectMany(static f => Test.Matches(SourceCode.Bare(f.Text)).Select(m => (f.Path, Name: m.Groups["name"].Value)));
        Assert.Empty(names.Where(static t => t.Name.Split('_').Length < 2).Select(static t => $"{t.Path}: {t.Name}"));
    }

    [Fact]
    public void TextFiles_OfTheRepository_NameNoRegistryAndNoMachine()
    {
        string[] kinds = [".cs", ".js", ".csproj", ".props", ".targets", ".config", ".json", ".md", ".sh", ".yml", ".yaml", ".sln", ".txt"];
        List<string> found = [];
        foreach (string path in Files(new(SourceTree.Root)).Where(f => kinds.Contains(Path.GetExtension(f))))
        {
            string text = File.ReadAllText(path), name = Path.GetRelativePath(SourceTree.Root, path);
            if (Elsewhere.Match(text) is { Success: true } match) found.Add($"{name}: {match.Value}");
            if (text.Contains(SourceTree.Root + "/", StringComparison.Ordinal)) found.Add($"{name}: {SourceTree.Root}");
        }
        Assert.Empty(found);
    }

    static IEnumerable<string> Files(DirectoryInfo folder) =>
        folder.EnumerateFiles().Select(static f => f.FullName)
            .Concat(folder.EnumerateDirectories().Where(static d => d.Name is not ("bin" or "obj" or "artifacts" or "node_modules" or "TestResults" or "BenchmarkDotNet.Artifacts") && !d.Name.StartsWith('.')).SelectMany(Files));

    [GeneratedRegex(@"^\s*#(end)?region|\bthis\.", RegexOptions.Multiline)]
    static partial Regex Superfluous { get; }

    [GeneratedRegex(@"^namespace\s+[\w.]+\s*\{", RegexOptions.Multiline)]
    static partial Regex BlockNamespace { get; }

    [GeneratedRegex(@"\bThread\s*\.\s*Sleep\b|\bTask\s*\.\s*Delay\b")]
    static partial Regex Waiting { get; }

    [GeneratedRegex(@"\[(\w*)(Fact|Theory)\b[^\]]*\]\s*(\[[^\]]*\]\s*)*public\s+(async\s+)?(Task|void|ValueTask)\s+(?<name>\w+)\s*\(")]
    static partial Regex Test { get; }

    // A registry's host, or a path that exists on one machine only.
    [GeneratedRegex(@"https?://[\w.-]*(nuget|jfrog|artifactory|pkgs|packages)[\w.-]*/|(?<![\w.])/(home|Users|root)/\w+|[A-Z]:\\Users", RegexOptions.IgnoreCase)]
    static partial Regex Elsewhere { get; }
}
