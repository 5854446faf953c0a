namespace MetricsKit.Tests.Repository;

/// <summary>The files of the repository that this assembly was built from.</summary>
static class SourceTree
{
    /// <summary>Where the solution is.</summary>
    public static string Root { get; } = Find();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>The C# files below a folder, with paths relative to the root and slashes between, without what builds and installations leave behind.</summary>
    public static IEnumerable<(string Path, string Text)> CSharp(string folder) =>
        from file in Directory.EnumerateFiles(PathOf(folder), "*.cs", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Root, file).Replace('\\', '/')
        where !path.Contains("/bin/", StringComparison.Ordinal) && !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/node_modules/", StringComparison.Ordinal)
        orderby path
        select (path, File.ReadAllText(file));

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MetricsKit.sln"))) return folder.FullName;
        }
        throw new InvalidOperationException("These tests read the sources: run them from a clone of the repository.");
    }
}
