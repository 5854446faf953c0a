using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace MetricsKit.AcceptanceTests.Packages;

/// <summary>All packages, packed into a folder outside the repository under a version that no cache has seen.</summary>
public sealed partial class PackedPackages : IAsyncLifetime
{
    public static readonly string[] Ids = ["MetricsKit", "MetricsKit.AspNetCore", "MetricsKit.OpenTelemetry"];

    readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("metricskit-packages-");
    string _cache = "";

    /// <summary>The folder that serves as a source of packages.</summary>
    public string Feed => Path.Combine(_root.FullName, "feed");

    public string Version { get; } = $"0.1.0-acceptance.{Guid.NewGuid():N}";

    public async Task InitializeAsync()
    {
        try
        {
            foreach (var id in Ids)
            {
                // Everything intermediate goes elsewhere too: the build under test may be the one that these tests run from.
                await DotNet.BuildAsync(Repository.Root, "pack", Path.Combine("src", id), "-o", Feed, "--artifacts-path", Path.Combine(_root.FullName, "artifacts"), "-p:Version=" + Version,
                    "-p:RunAnalyzers=false"); // they have looked at the same code in the build of the solution, and take most of the time
            }

            _cache = CacheLine().Match(await DotNet.RunAsync(_root.FullName, "nuget", "locals", "global-packages", "--list")).Groups["path"].Value;
        }
        catch
        {
            // xunit does not dispose of a fixture that it could not initialise.
            await DisposeAsync();
            throw;
        }
    }

    public Task DisposeAsync()
    {
        _root.Delete(recursive: true);
        if (_cache.Length == 0)
        {
            return Task.CompletedTask;
        }

        // Restoring the fresh projects has extracted this version into the user's cache, where nobody will ask for it again.
        foreach (var extracted in Ids.Select(id => new DirectoryInfo(Path.Combine(_cache, id.ToLowerInvariant(), Version))).Where(extracted => extracted.Exists))
        {
            extracted.Delete(recursive: true);
            if (!extracted.Parent!.EnumerateFileSystemInfos().Any())
            {
                extracted.Parent.Delete();
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>A directory of its own for a fresh project.</summary>
    public string NewDirectory(string name) => _root.CreateSubdirectory(name).FullName;

    public ZipArchive Open(string id) => ZipFile.OpenRead(Path.Combine(Feed, $"{id}.{Version}.nupkg"));

    public ZipArchive OpenSymbols(string id) => ZipFile.OpenRead(Path.Combine(Feed, $"{id}.{Version}.snupkg"));

    /// <summary>The element <c>metadata</c> of a package's manifest, without its XML namespace.</summary>
    public XElement Metadata(string id)
    {
        var manifest = XElement.Parse(Text(id, id + ".nuspec"));
        foreach (var element in manifest.DescendantsAndSelf())
        {
            element.Name = element.Name.LocalName;
        }

        return manifest.Element("metadata")!;
    }

    public string Text(string id, string path)
    {
        using var package = Open(id);
        var entry = package.GetEntry(path) ?? throw new InvalidOperationException($"{id} holds no {path}, but {string.Join(", ", package.Entries)}.");
        using var reader = new StreamReader(entry.Open());
        return reader.ReadToEnd();
    }

    /// <summary>The C# blocks of a package's README, in their order.</summary>
    public IReadOnlyList<string> Samples(string id) => [.. CSharpBlock().Matches(Text(id, "README.md")).Select(block => block.Groups["code"].Value)];

    [GeneratedRegex("^```csharp\r?\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex("global-packages: *(?<path>[^\r\n]+)")]
    private static partial Regex CacheLine();
}
