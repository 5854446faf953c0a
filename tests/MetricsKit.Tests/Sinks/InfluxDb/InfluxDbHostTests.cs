using MetricsKit.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace MetricsKit.Tests.Sinks.InfluxDb;

/// <summary>From a configuration and a recorded value to a point in a real server.</summary>
[Collection(SharedInfluxDb.Name)]
public sealed class InfluxDbHostTests(SharedInfluxDb shared)
{
    [InfluxDbFact]
    [Trait("Requirement", "S2-014")]
    [Trait("Requirement", "S2-015")]
    [Trait("Requirement", "S2-017")]
    [Trait("Requirement", "S2-024")]
    [Trait("Requirement", "S2-066")]
    public async Task Samples_OfAHostWithTheSection_AreStored()
    {
        Dictionary<string, string?> keys = new()
        {
            ["MetricsKit:Sinks:InfluxDb:Url"] = shared.Server.Address.ToString(),
            ["MetricsKit:Sinks:InfluxDb:Database"] = "plantd_metrics",
            ["MetricsKit:Sinks:InfluxDb:Retention"] = "30.00:00:00",
            ["MetricsKit:Sinks:InfluxDb:Precision"] = "s",
        };
        await using (var host = MetricsKitHost.Create(configuration: new ConfigurationBuilder().AddInMemoryCollection(keys).Build()))
        {
            Assert.True(host.Recorder.Series("temperature", SampleKind.Gauge, ("location", "hall 1")).Record(21.5, new DateTimeOffset(InfluxDbRig.Now)));
            Assert.True(await host.Recorder.FlushAsync(InfluxDbRig.Patience));
        }
        var stored = Assert.Single(await shared.Server.ReadAsync("plantd_metrics", "temperature"));
        Assert.Equal((21.5, "hall 1", 0L), (stored.Value, stored.Tags["location"], stored.Time % 1_000_000_000));
        Assert.Equal("720h0m0s", (await shared.Server.QueryAsync("SHOW RETENTION POLICIES ON plantd_metrics"))[0].GetProperty("values")[0][1].GetString());
    }

    [Fact]
    [Trait("Requirement", "S2-101")]
    public async Task Start_WithoutAServer_WaitsForNobodyAndSaysWhatIsWrong()
    {
        RecordedLog log = new();
        await using var host = MetricsKitHost.Create(builder =>
        {
            builder.Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerFactory>(new RecordedLogFactory(log));
            builder.AddInfluxDbSink(static o => (o.Url, o.Username, o.Password) = ("http://127.0.0.1:1", "robot", "hunter2"));
            builder.Services.Configure<MetricsKitOptions>(static o => o.Recorder.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        });
        host.Recorder.Record("temperature", 21.5);
        await Eventually.BecomesAsync(() => log.Messages.Any(static m => m.Contains("influxdb", StringComparison.OrdinalIgnoreCase)), InfluxDbRig.Patience, "the log says that the sink fails");
        Assert.DoesNotContain(log.Messages, static m => m.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void Options_ThatCannotWork_StopTheStart()
    {
        var failure = Assert.Throws<OptionsValidationException>(static () => MetricsKitHost.Create(static builder => builder.AddInfluxDbSink(static o => o.Url = "http://a:secret@b")));
        Assert.Contains("MetricsKit:Sinks:InfluxDb:Url has a user in it: set Username and Password instead.", failure.Message, StringComparison.Ordinal);
    }
}
