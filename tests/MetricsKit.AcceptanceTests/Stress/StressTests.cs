using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.AcceptanceTests.Stress;

/// <summary>The short version of every stress program, each in a process of its own: cells and their limits belong to the process.</summary>
public sealed class StressTests
{
    static readonly TimeSpan _patience = TimeSpan.FromMinutes(5); // A hung run ends itself before; each takes seconds.

    [Theory]
    [InlineData("ledger")]
    [InlineData("threads")]
    [InlineData("unscraped")]
    [InlineData("hosts")]
    [InlineData("limits-bytes")]
    [InlineData("limits-threads")]
    [InlineData("limits-none")]
    [InlineData("listeners")]
    [InlineData("observables")]
    [InlineData("short-lived")]
    [InlineData("recycle")]
    [InlineData("foreign")]
    [InlineData("scrapers")]
    [InlineData("foreign-lifetimes")]
    [InlineData("flood")]
    [InlineData("otlp-faults")]
    [InlineData("delivery")]
    [InlineData("file-kills")]
    [InlineData("file-full")]
    [InlineData("recorder-sustained")]
    [InlineData("recorder-overload")]
    [InlineData("recorder-hung")]
    [InlineData("recorder-stop")]
    [InlineData("recorder-threads")]
    [InlineData("recorder-mix")]
    [Trait("Requirement", "S1-033")]
    public Task Ledger_OfAShortRun_AddsUp(string scenario) => RunAsync(scenario);

    [InfluxDbTheory]
    [InlineData("influx-kills")]
    [Trait("Requirement", "S2-066")]
    public Task Ledger_OfAShortRunWithARealInfluxDb_AddsUp(string scenario) => RunAsync(scenario);

    [Fact]
    public async Task Scenarios_OfTheHelp_AreAllRun()
    {
        string help = await ChildProcess.RunAsync("dotnet", [Repository.Stress, "--help"], Repository.Root, _patience);
        var known = help.Split('\n').Where(static line => line.StartsWith("  ", StringComparison.Ordinal)).Select(static line => line.Trim().Split(' ')[0]);
        string[] tests = [nameof(Ledger_OfAShortRun_AddsUp), nameof(Ledger_OfAShortRunWithARealInfluxDb_AddsUp)];
        var run = tests.SelectMany(static test => typeof(StressTests).GetMethod(test)!.GetCustomAttributes(inherit: false).OfType<InlineDataAttribute>()).Select(static data => (string)data.GetData(null!).Single()[0]);
        Assert.Equal(known.Order(StringComparer.Ordinal), run.Order(StringComparer.Ordinal));
    }

    static async Task RunAsync(string scenario)
    {
        string ledger = await ChildProcess.RunAsync("dotnet", [Repository.Stress, scenario], Repository.Root, _patience);
        Assert.Contains($"{scenario}: every line adds up.", ledger, StringComparison.Ordinal);
        Assert.DoesNotContain("BAD", ledger, StringComparison.Ordinal);
    }
}
