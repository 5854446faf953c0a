using System.Reflection;

namespace MetricsKit.AcceptanceTests;

/// <summary>Where the sources and the programs built from them are.</summary>
static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The quick start, as built together with these tests.</summary>
    public static string Quickstart { get; } = Path.Combine(Root, "samples", "Quickstart", "bin", Configuration, "net10.0", "Quickstart.dll");

    /// <summary>The stress programs, built together with these tests too.</summary>
    public static string Stress { get; } = Path.Combine(Root, "tests", "MetricsKit.Stress", "bin", Configuration, "net10.0", "MetricsKit.Stress.dll");

    static string Configuration => typeof(Repository).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "MetricsKit.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is not below the repository.");
        }

        return directory.FullName;
    }
}
