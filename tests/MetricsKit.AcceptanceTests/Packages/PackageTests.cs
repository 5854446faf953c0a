using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.AcceptanceTests.Packages;

/// <summary>What a user gets: the content of the packages, and the code of their READMEs in fresh projects.</summary>
public sealed partial class PackageTests(PackedPackages packages) : IClassFixture<PackedPackages>
{
    const string Core = "MetricsKit", Web = "MetricsKit.AspNetCore", Provider = "MetricsKit.OpenTelemetry";

    /// <summary>Machines for which the core's package has code beside the portable library.</summary>
    static readonly string[] _machines = ["linux-x64", "win-x64"];

    static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    [Theory, InlineData(Core), InlineData(Web), InlineData(Provider)]
    public void Package_Content_IsALibraryWithItsDocumentation(string id)
    {
        using var package = packages.Open(id);
        var libraries = package.Entries.Select(entry => entry.FullName).Where(path => path.StartsWith("lib/", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

        Assert.Equal([$"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"], libraries);
        Assert.Contains("<summary>", packages.Text(id, $"lib/net10.0/{id}.xml"), StringComparison.Ordinal);
        Assert.StartsWith($"# {id}\n", packages.Text(id, "README.md").ReplaceLineEndings("\n"), StringComparison.Ordinal);

        using var symbols = packages.OpenSymbols(id);
        Assert.NotNull(symbols.GetEntry($"lib/net10.0/{id}.pdb"));
    }

    [Fact]
    public void Package_Images_AreTheLibraryWithCodeForEachMachine()
    {
        using var package = packages.Open(Core);
        var portable = ImageOf($"lib/net10.0/{Core}.dll");

        Assert.Equal(_machines.Select(machine => $"runtimes/{machine}/lib/net10.0/{Core}.dll"), package.Entries.Select(entry => entry.FullName).Where(path => path.StartsWith("runtimes/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.False(portable.HasCode);
        Assert.All(_machines, machine => Assert.Equal((portable.Module, HasCode: true), ImageOf($"runtimes/{machine}/lib/net10.0/{Core}.dll"))); // one compilation: the symbols fit

        (Guid Module, bool HasCode) ImageOf(string path)
        {
            using var stream = package.GetEntry(path)!.Open();
            var library = new MemoryStream();
            stream.CopyTo(library);
            library.Position = 0;
            return Image(library);
        }
    }

    [Theory, InlineData(Core), InlineData(Web), InlineData(Provider)]
    public void Package_Metadata_NamesLicenceAndReadme(string id)
    {
        var metadata = packages.Metadata(id);

        Assert.Equal(packages.Version, metadata.Element("version")?.Value);
        Assert.Equal("MIT", metadata.Element("license")?.Value);
        Assert.Equal("expression", metadata.Element("license")?.Attribute("type")?.Value);
        Assert.Equal("README.md", metadata.Element("readme")?.Value);
        Assert.NotEqual("", metadata.Element("authors")?.Value);
        Assert.NotEqual("Package Description", metadata.Element("description")?.Value); // What pack writes when there is none.
    }

    [Theory, InlineData(Core), InlineData(Web), InlineData(Provider)]
    public void Package_Dependencies_HoldNoPrerelease(string id)
    {
        var dependencies = packages.Metadata(id).Descendants("dependency").ToDictionary(Attribute("id"), Attribute("version"));

        if (id == Web)
        {
            Assert.Equal(KeyValuePair.Create(Core, packages.Version), Assert.Single(dependencies));
            Assert.Equal("Microsoft.AspNetCore.App", Assert.Single(packages.Metadata(id).Descendants("frameworkReference")).Attribute("name")?.Value);
        }
        else if (id == Provider)
        {
            Assert.Equal(packages.Version, dependencies[Core]);
            Assert.Equal("1.20.1", dependencies["OpenTelemetry"]);
            var others = dependencies.Where(static d => d.Key is not (Core or "OpenTelemetry")).ToArray(); // pinned as the hall has them
            Assert.All(others, dependency => Assert.StartsWith("Microsoft.Extensions.", dependency.Key, StringComparison.Ordinal));
            Assert.All(others, dependency => Assert.DoesNotContain("-", dependency.Value, StringComparison.Ordinal));
        }
        else
        {
            Assert.NotEmpty(dependencies);
            Assert.All(dependencies, dependency => Assert.StartsWith("Microsoft.Extensions.", dependency.Key, StringComparison.Ordinal));
            Assert.All(dependencies, dependency => Assert.DoesNotContain("-", dependency.Value, StringComparison.Ordinal));
        }
    }

    [Fact, Trait("Requirement", "S1-045")]
    public async Task WebProject_WithTheCodeOfTheReadme_IsScrapedInBothFormats()
    {
        var project = FreshProject.Create(packages, "fresh-web", "Microsoft.NET.Sdk.Web", Web,
            ("Program.cs", Assert.Single(packages.Samples(Web))),
            ("appsettings.json", """{ "MetricsKit": { "Prefix": "oht50" } }"""));
        await project.BuildAsync();

        await using var program = ChildProcess.Start("dotnet", [project.Program, "--urls", "http://127.0.0.1:0"], project.Path);
        var address = new Uri((await program.SaysAsync(Listening(), _patience)).Groups["address"].Value);
        using var http = new HttpClient { BaseAddress = address, Timeout = _patience };
        using var mission = await http.PostAsync(new Uri("/missions/transport", UriKind.Relative), content: null);
        mission.EnsureSuccessStatusCode();

        foreach (var format in Enum.GetValues<ExpositionSyntax>())
        {
            var scrape = await Scrape.GetAsync(http, format);
            Assert.Equal(1, scrape.Value("oht50_missions_total", ("type", "transport"), ("status", "succeeded")));
            Assert.Equal(1, scrape.Value("oht50_mission_duration_seconds_count", ("type", "transport")));
            Assert.Equal(1, scrape.Value("oht50_http_requests_total", ("method", "POST"), ("endpoint", "/missions/{type}"), ("status_code", "200")));
            Assert.True(scrape.Value("oht50_memory_total_bytes") > 0);
        }
    }

    [Fact]
    public async Task ConsoleProject_WithTheCodeOfTheReadme_PrintsItsSnapshotAlsoWhenTrimmed()
    {
        var samples = packages.Samples(Core);
        var project = FreshProject.Create(packages, "fresh-console", "Microsoft.NET.Sdk", Core, ("Program.cs", samples[0]), ("DockMetrics.cs", samples[1]), ("ColdStore.cs", Assert.Single(samples.Skip(2))));
        await project.BuildAsync();

        var said = await DotNet.RunAsync(project.Path, project.Program);

        Assert.Matches(
            """
            ^missions: 1
            timed: 1
            critical events: 1
            bytes of memory in this machine: [1-9][0-9]*
            $
            """.ReplaceLineEndings("\n"),
            said.ReplaceLineEndings("\n"));

        // Every warning of the trimmer by itself, and each an error: one line for a whole assembly would say nothing.
        var published = Path.Combine(project.Path, "published");
        await DotNet.BuildAsync(project.Path, "publish", "-r", RuntimeIdentifier, "--self-contained", "-o", published,
            "-p:PublishTrimmed=true", "-p:TrimmerSingleWarn=false", "-p:SuppressTrimAnalysisWarnings=false", "-p:ILLinkTreatWarningsAsErrors=true");

        using var library = packages.Open(Core);
        Assert.True(new FileInfo(Path.Combine(published, "MetricsKit.dll")).Length < library.GetEntry("lib/net10.0/MetricsKit.dll")!.Length, "MetricsKit.dll was not trimmed.");
        Assert.Equal(said, await ChildProcess.RunAsync(Path.Combine(published, project.Name), [], published, _patience));
    }

    [Fact]
    public async Task ConsoleProject_BuiltAndPublished_RunsTheImageOfItsMachine()
    {
        var project = FreshProject.Create(packages, "fresh-start", "Microsoft.NET.Sdk", Core, ("Program.cs", """
            await using var kit = MetricsKit.MetricsKitHost.Create();
            Console.WriteLine(kit.GetType().Assembly.Location);
            """));
        await project.BuildAsync();
        string published = Path.Combine(project.Path, "published");
        await DotNet.BuildAsync(project.Path, "publish", "-r", RuntimeIdentifier, "--self-contained", "false", "-o", published);

        string portable = await DotNet.RunAsync(project.Path, project.Program), own = await ChildProcess.RunAsync(Path.Combine(published, project.Name), [], published, _patience);

        bool common = _machines.Contains(RuntimeIdentifier);
        Assert.Equal(Path.Combine(Path.GetDirectoryName(project.Program)!, common ? Path.Combine("runtimes", RuntimeIdentifier, "lib", "net10.0", "MetricsKit.dll") : "MetricsKit.dll"), portable.TrimEnd());
        Assert.All([portable, own], path => Assert.Equal(common, ImageIn(path.TrimEnd()).HasCode));

        static (Guid Module, bool HasCode) ImageIn(string path)
        {
            using var stream = File.OpenRead(path);
            return Image(stream);
        }
    }

    [Fact]
    public async Task ProviderProject_WithTheCodeOfTheReadme_ExportsThroughTheSdk()
    {
        var project = FreshProject.Create(packages, "fresh-provider", "Microsoft.NET.Sdk", Provider, ("Program.cs", Assert.Single(packages.Samples(Provider))));
        await project.BuildAsync();

        // Twice: it is flushed, and collects a last time when it is disposed of.
        string said = await DotNet.RunAsync(project.Path, project.Program);
        Assert.Equal("MetricsKit.Business: missions in {mission}\nMetricsKit.Business: missions in {mission}\n", said.ReplaceLineEndings("\n"));
    }

    /// <summary>Which compilation a library is of, and whether it has code that was compiled ahead of time.</summary>
    static (Guid Module, bool HasCode) Image(Stream library)
    {
        using var image = new PEReader(library, PEStreamOptions.PrefetchEntireImage);
        var metadata = image.GetMetadataReader();
        return (metadata.GetGuid(metadata.GetModuleDefinition().Mvid), image.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0);
    }

    // Portable, also where the SDK was built by a distribution and calls the machine by that distribution's name.
    static string RuntimeIdentifier =>
        (OperatingSystem.IsWindows() ? "win-" : OperatingSystem.IsMacOS() ? "osx-" : "linux-") + RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();

    static Func<XElement, string> Attribute(string name) => element => element.Attribute(name)?.Value ?? "";

    [GeneratedRegex(@"Now listening on: (?<address>http://\S+)")]
    private static partial Regex Listening();
}
