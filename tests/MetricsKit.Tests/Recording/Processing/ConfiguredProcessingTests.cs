using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;
using static MetricsKit.Tests.Recording.Processing.ProcessingRig;

namespace MetricsKit.Tests.Recording.Processing;

public sealed class ConfiguredProcessingTests
{
    [Theory]
    [InlineData("temperature_celsius", true)]
    [InlineData("temperature_raw", false)]
    [InlineData("pressure_hpa", true)]
    [InlineData("pressure_hpa_2", false)]
    [InlineData("door", false)]
    [Trait("Requirement", "S1-034")]
    public void IncludeAndExclude_ByName_KeepAndLeaveOut(string name, bool kept)
    {
        ProcessingRig rig = new(new ProcessingOptions { Include = { "temperature*", "pressure_hpa" }, Exclude = { "*_raw" } });
        Assert.Equal(kept, rig.Run(Series(name)) is not null);
        Assert.Equal((kept ? 0 : 1, 0), rig.Counts);
    }

    [Fact]
    [Trait("Requirement", "S1-035")]
    [Trait("Requirement", "S1-036")]
    public void Steps_OfAllKinds_RunInTheDocumentedOrder()
    {
        ProcessingRig rig = new(new ProcessingOptions
        {
            Include = { "old" },
            Exclude = { "new" }, // by the name that was recorded
            Scale = { ["old"] = 0.5, ["new"] = 100 },
            Rename = { ["old"] = "new" },
            RemoveTags = { "id", "site" },
            Tags = { ["site"] = "berlin", ["env"] = "test" },
        });
        Assert.Equal("new{env=prod,site=berlin,x=y} 4", rig.Read(Series("old", Tag("id", "7"), Tag("site", "own"), Tag("env", "prod"), Tag("x", "y")), 8));
        Assert.Equal("", rig.Read(Series("new"), 8));
    }

    [Fact]
    public void Options_ChangedLater_ChangeNothing()
    {
        ProcessingOptions options = new() { Tags = { ["a"] = "b" } };
        ProcessingRig rig = new(options);
        options.Tags["a"] = "c";
        options.Exclude.Add("*");
        Assert.Equal("x{a=b} 1", rig.Read(Series("x")));
    }

    [Fact]
    public void TooManyTags_WithThoseOfASeries_AreAFailureThatIsCounted()
    {
        ProcessingRig rig = new(new ProcessingOptions { Tags = { ["site"] = "berlin" } });
        var full = Series("a", [.. Enumerable.Range(0, 32).Select(static i => Tag(FormattableString.Invariant($"k{i}"), "v"))]);
        Assert.Null(rig.Run(full));
        Assert.Equal("b{site=berlin} 1", rig.Read(Series("b")));
        Assert.Equal((0, 1), rig.Counts);
        Assert.Contains("Processing failed (ArgumentException: The series 'a' has 33 tags", Assert.Single(rig.Log.All), StringComparison.Ordinal);
    }

    [Fact]
    public void Configuration_OfAllKeys_IsBound()
    {
        ServiceCollection services = new();
        services.AddSingleton(TestKit.Configuration(
            ("Processing:Include:0", "temp*"), ("Processing:Exclude:0", "*_raw"), ("Processing:Rename:temp", "temperature"), ("Processing:Scale:temp", "0.001"),
            ("Processing:Tags:site", "berlin"), ("Processing:RemoveTags:0", "id")));
        services.AddMetricsKit();
        using var provider = services.BuildServiceProvider();
        ProcessingRig rig = new(provider.GetRequiredService<IOptions<MetricsKitOptions>>().Value.Processing);

        Assert.Equal("temperature{site=berlin} 2", rig.Read(Series("temp", Tag("id", "7")), 2000));
        Assert.Equal("", rig.Read(Series("temp_raw")));
        Assert.Equal("", rig.Read(Series("door")));
    }

    [Fact]
    public void Faults_OfSoundOptions_AreNone() =>
        Assert.Empty(new ProcessingOptions { Include = { "*" }, Exclude = { "a" }, Rename = { ["a"] = "b" }, Scale = { ["a"] = -1 }, Tags = { ["a"] = "b" }, RemoveTags = { "a" } }.Faults("P"));

    [Fact]
    public void Faults_OfWrongOptions_SayWhatToDo()
    {
        ProcessingOptions options = new()
        {
            Include = { "" },
            Exclude = { "" },
            Rename = { ["a"] = "", ["b"] = "c\nd" },
            Scale = { ["a"] = 0, ["b"] = double.PositiveInfinity, ["c"] = double.NaN },
            Tags = { [""] = "x", ["a"] = "" },
            RemoveTags = { "" },
        };
        string[] faults = [.. options.Faults("P")];
        foreach (string path in new[] { "P:Include ", "P:Exclude ", "P:Rename:a:", "P:Rename:b:", "P:Scale:a is 0:", "P:Scale:b is ", "P:Scale:c is NaN:", "P:Tags:", "P:Tags:a is empty", "P:RemoveTags " })
            Assert.Contains(faults, f => f.StartsWith(path, StringComparison.Ordinal));
        Assert.Equal(10, faults.Length);

        ProcessingOptions many = new();
        for (int i = 0; i < 33; i++) many.Tags[FormattableString.Invariant($"k{i}")] = "v";
        Assert.Contains("at most 32", Assert.Single(many.Faults("P")), StringComparison.Ordinal);
    }
}
