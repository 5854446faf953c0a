using Xunit;

namespace MetricsKit.Tests.Repository;

/// <summary>The rooms of the floor plan, and who may know whom. Everything is in one namespace, so the names of the types decide.</summary>
public sealed class ArrowTests
{
    // A room's own types are its own business; the types of the catalogue are what the contracts of other rooms are written in.
    static readonly Dictionary<string, string[]> _knows = new()
    {
        ["Catalog"] = [],
        ["Instruments"] = ["Catalog"],
        ["Snapshots"] = ["Catalog"],
        ["Aggregation"] = ["Instruments", "Snapshots", "Catalog"],
        ["Meters"] = ["Instruments", "Catalog"],
        ["Collectors"] = ["Instruments", "Catalog"],
        ["Formats"] = ["Snapshots", "Recording", "Catalog"],
        ["Delivery"] = [],
        ["Recording"] = ["Catalog", "Delivery"],
        ["Sinks"] = ["Recording", "Formats", "Instruments", "Catalog"],
        ["Exporters"] = ["Snapshots", "Formats", "Delivery", "Catalog"],
        ["Alerts"] = ["Snapshots", "Delivery", "Catalog"],
    };

    [Fact]
    public void Rooms_OfTheHall_KnowOnlyWhomTheFloorPlanLets()
    {
        var files = SourceTree.CSharp("src/MetricsKit").Select(static f => (f.Path, Room: f.Path.Split('/')[2], Bare: SourceCode.Bare(f.Text))).ToArray();
        var homes = files.SelectMany(static f => SourceCode.TopLevelTypes(f.Bare).Select(t => (t.Name, t.IsGeneric, f.Room))).GroupBy(static t => (t.Name, t.IsGeneric)).ToDictionary(static g => g.Key, static g => g.First().Room);
        Assert.Contains(("InstrumentRegistry", false), SourceCode.Mentions(files.Single(static f => f.Path.EndsWith("/SnapshotBuilder.cs", StringComparison.Ordinal)).Bare)); // it does see something
        List<string> trespasses = [];
        foreach (var (path, room, bare) in files)
        {
            if (room is "Hosting") continue; // wiring: it knows everybody
            Assert.True(_knows.ContainsKey(room), $"{path} is in a room that the floor plan does not have.");
            foreach (var mention in SourceCode.Mentions(bare).Distinct())
            {
                if (homes.TryGetValue(mention, out string? home) && home != room && !_knows[room].Contains(home)) trespasses.Add($"{path} mentions {mention.Name} of {home}");
            }
        }
        Assert.Empty(trespasses);
    }

    [Fact]
    public void Wings_OfTheHouse_ReferenceTheHallAndNotEachOther()
    {
        foreach (string project in Directory.EnumerateFiles(SourceTree.PathOf("src"), "*.csproj", SearchOption.AllDirectories))
        {
            var references = File.ReadLines(project).Where(static line => line.Contains("<ProjectReference", StringComparison.Ordinal)).ToArray();
            if (Path.GetFileNameWithoutExtension(project) == "MetricsKit") Assert.Empty(references);
            else Assert.All(references, static line => Assert.Contains("/MetricsKit.csproj\"", line.Replace('\\', '/'), StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("OpenTelemetry", "MetricsKit.OpenTelemetry")]
    [InlineData("Microsoft.AspNetCore.App", "MetricsKit.AspNetCore")]
    public void Dependencies_ThatWingsAreFor_AreReferencedThereAlone(string dependency, string wing) =>
        Assert.Equal([wing], Directory.EnumerateFiles(SourceTree.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
            .Where(project => File.ReadAllText(project).Contains($"Reference Include=\"{dependency}\"", StringComparison.Ordinal))
            .Select(Path.GetFileNameWithoutExtension));

    [Fact]
    public void Namespaces_OfThePackages_HideNobodyElses() =>
        Assert.DoesNotContain(SourceTree.CSharp("src"), static f => SourceCode.Bare(f.Text).Contains("namespace MetricsKit.", StringComparison.Ordinal)); // such as MetricsKit.OpenTelemetry, which would hide OpenTelemetry

    [Theory]
    [InlineData("sealed class X { Foo _foo; }", "Foo", true)]
    [InlineData("sealed class X { int Foo { get; } }", "Foo", false)]
    [InlineData("sealed class X { object Y() => a.Foo; }", "Foo", false)]
    [InlineData("sealed class X { object Y() => new Foo(); }", "Foo", true)]
    [InlineData("sealed class X { object Y() => Foo.Bar; } // a comment", "Foo", true)]
    [InlineData("sealed class X { string Y() => \"Foo\"; /* Foo */ } // Foo", "Foo", false)]
    [InlineData("sealed class X { List<Foo> Y; }", "Foo", true)]
    public void Mentions_OfAType_AreTold(string source, string name, bool mentioned) =>
        Assert.Equal(mentioned, SourceCode.Mentions(SourceCode.Bare(source)).Any(m => m.Name == name));
}
