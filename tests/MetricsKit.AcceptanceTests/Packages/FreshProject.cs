namespace MetricsKit.AcceptanceTests.Packages;

/// <summary>A project as somebody writes it who has never seen this repository: nothing but a reference to a package.</summary>
sealed class FreshProject(string directory)
{
    public string Path => directory;

    public string Name => System.IO.Path.GetFileName(directory);

    public string Program => System.IO.Path.Combine(directory, "bin", "Release", "net10.0", Name + ".dll");

    public static FreshProject Create(PackedPackages packages, string name, string sdk, string package, params (string File, string Text)[] files)
    {
        var project = new FreshProject(packages.NewDirectory(name));
        project.Write(name + ".csproj", $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>

              <ItemGroup>
                <PackageReference Include="{package}" Version="{packages.Version}" />
              </ItemGroup>
            </Project>
            """);
        // Added to the user's own sources, which hold what the packages depend on.
        project.Write("nuget.config", $"""
            <configuration>
              <packageSources>
                <add key="metricskit-under-test" value="{packages.Feed}" />
              </packageSources>
            </configuration>
            """);
        foreach (var (file, text) in files)
        {
            project.Write(file, text);
        }

        return project;
    }

    public Task<string> BuildAsync() => DotNet.BuildAsync(directory, "build");

    void Write(string file, string text) => File.WriteAllText(System.IO.Path.Combine(directory, file), text);
}
