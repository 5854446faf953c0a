namespace MetricsKit.AcceptanceTests.Packages;

/// <summary>The SDK that runs these tests, as a user types it.</summary>
static class DotNet
{
    static readonly TimeSpan _deadline = TimeSpan.FromMinutes(10); // It takes seconds, and minutes on a machine that does other things as well; a first restore over a slow line takes longer.

    public static Task<string> RunAsync(string directory, params IEnumerable<string> arguments) =>
        ChildProcess.RunAsync("dotnet", arguments, directory, _deadline);

    /// <summary>Builds something: <c>build</c>, <c>pack</c> or <c>publish</c>, in Release and with warnings as errors.</summary>
    public static Task<string> BuildAsync(string directory, string verb, params IEnumerable<string> arguments) =>
        // Build processes that stay behind would hold the output open, which would then never end.
        RunAsync(directory, [verb, .. arguments, "-c", "Release", "-nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-p:TreatWarningsAsErrors=true"]);
}
