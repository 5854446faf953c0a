using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MetricsKit.Tests.Hosting;

/// <summary>The meters of .NET and ASP.NET Core, selected by one call or one word.</summary>
public sealed class DotNetMetersTests
{
    [Theory]
    [InlineData("dotnet")]
    [InlineData("DotNet")]
    [InlineData(null)]
    public async Task Meters_OfDotNet_AreSelectedByCallAndByWord(string? word)
    {
        await using var kit = word is null
            ? TestKit.Start(add: static b => b.AddDotNetMeters())
            : TestKit.Start(configuration: TestKit.Configuration(("Meters:0", word), ("Meters:1", "Acme.Beside.Them")));
        var foreign = kit.Services.GetRequiredService<InstrumentRegistry>().Meters.ToArray().Where(static m => m.IsForeign).ToArray();
        var runtime = Assert.Single(foreign, static m => m.Definition.Name == "System.Runtime").All.ToArray();
        Assert.Contains(runtime, static i => i!.Definition.Name == "dotnet.exceptions");
        Assert.All(foreign, static m => Assert.Contains(m.Definition.Name, DotNetMeters.Names));
    }

    [Fact]
    public void Expand_OfPatterns_KeepsTheOthersAndTheirOrder()
    {
        var expanded = DotNetMeters.Expand(["Npgsql", "dotnet", "Acme.*"]).ToArray();
        Assert.Equal("Npgsql", expanded[0]);
        Assert.Equal("Acme.*", expanded[^1]);
        Assert.Equal(DotNetMeters.Names, expanded[1..^1]);
        Assert.Contains("Microsoft.AspNetCore.Hosting", expanded);
        Assert.Contains("System.Net.Http", expanded);
    }
}
