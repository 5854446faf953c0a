using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MetricsKit.Tests.Sinks.Files;

/// <summary>The file sink as a configuration switches it on.</summary>
public sealed class FileSinkOptionsTests : IDisposable
{
    readonly SinkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("json")]
    [InlineData("csv")]
    [Trait("Requirement", "S1-052")]
    [Trait("Requirement", "S2-068")]
    [Trait("Requirement", "S2-069")]
    public async Task Section_OfTheConfiguration_SwitchesTheSinkOn(string format)
    {
        await using (var kit = TestKit.Start(configuration: TestKit.Configuration(("Sinks:File:Directory", _folder.Path), ("Sinks:File:Format", format))))
        {
            var recorder = kit.Services.GetRequiredService<IMetricRecorder>();
            for (int i = 0; i < 100; i++) Assert.True(recorder.Record("temperature", i, SampleKind.Gauge, ("room", "4")));
            Assert.True(await recorder.FlushAsync(Threads.Patience));
            Assert.Equal(Enumerable.Range(0, 100).Select(static i => (double)i), _folder.Read().Select(static s => s.Value));
            Assert.True(recorder.Record("temperature", 100, SampleKind.Gauge, ("room", "4")));
        }
        Assert.Equal(101, _folder.Read().Count); // the last one is written when the host stops
        Assert.EndsWith(format == "csv" ? ".csv" : ".jsonl", _folder.Files().Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_OfTheOptions_HaveNoFault()
    {
        FileSinkOptions options = new() { Directory = "metrics" };
        Assert.Empty(options.Faults("MetricsKit:Sinks:File"));
        Assert.True(options.MaxRetryDelay <= TimeSpan.FromSeconds(2)); // so that a disk with room again is used within seconds
    }

    [Theory]
    [InlineData("", "json", 4096, 8192, "Directory")]
    [InlineData("a\0b", "json", 4096, 8192, "Directory")]
    [InlineData("a", "parquet", 4096, 8192, "Format")]
    [InlineData("a", "", 4096, 8192, "Format")]
    [InlineData("a", "csv", 4095, 8192, "MaxFileBytes")]
    [InlineData("a", "csv", 4096, 8191, "MaxTotalBytes")]
    [InlineData("a", "csv", long.MaxValue, long.MaxValue, "MaxTotalBytes")]
    public void Fault_OfTheOptions_IsSaidWithItsPath(string directory, string format, long file, long total, string key)
    {
        FileSinkOptions options = new() { Directory = directory, Format = format, MaxFileBytes = file, MaxTotalBytes = total };
        Assert.StartsWith($"MetricsKit:Sinks:File:{key} is", Assert.Single(options.Faults("MetricsKit:Sinks:File")).Replace(" has ", " is ", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
