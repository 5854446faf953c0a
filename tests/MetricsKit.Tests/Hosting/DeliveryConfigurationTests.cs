using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace MetricsKit.Tests.Hosting;

/// <summary>The keys of the recorder, the processing and the sinks: each sets what it names, and a wrong value is told with its key.</summary>
public sealed class DeliveryConfigurationTests
{
    [Fact]
    [Trait("Requirement", "S1-050")]
    [Trait("Requirement", "S1-054")]
    public void Bind_EveryKeyOfTheRecorder_SetsWhatItNames()
    {
        var o = Bound(
            ("Recorder:BlockSize", "512"), ("Recorder:Capacity", "4096"), ("Recorder:FlushSize", "7"), ("Recorder:FlushInterval", "00:00:02"), ("Recorder:Overload", "dropoldest"),
            ("Recorder:Timestamps", "Coarse"), ("Recorder:ClockResolution", "00:00:00.005"), ("Recorder:MaxSeries", "17"), ("Recorder:ShutdownTimeout", "00:00:09")).Recorder;
        Assert.Equal((512, 4096, 7, 17), (o.BlockSize, o.Capacity, o.FlushSize, o.MaxSeries));
        Assert.Equal((OverloadPolicy.DropOldest, TimestampSource.Coarse), (o.Overload, o.Timestamps));
        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(9)), (o.FlushInterval, o.ClockResolution, o.ShutdownTimeout));
    }

    [Fact]
    public void Bind_EveryKeyOfTheProcessing_SetsWhatItNames()
    {
        var o = Bound(
            ("Processing:Include:0", "a*"), ("Processing:Exclude:0", "ab"), ("Processing:Rename:old", "new"), ("Processing:Scale:milli", "0.001"),
            ("Processing:Tags:site", "north"), ("Processing:RemoveTags:0", "id")).Processing;
        Assert.Equal(["a*", "ab", "id"], [.. o.Include, .. o.Exclude, .. o.RemoveTags]);
        Assert.Equal(("new", 0.001, "north"), (o.Rename["old"], o.Scale["milli"], o.Tags["site"]));
    }

    [Theory]
    [InlineData("Instruments")]
    [InlineData("File")]
    [InlineData("InfluxDb")]
    [InlineData("Log")]
    public void Bind_QueueDeadlineAndRetries_OfEachSink(string sink)
    {
        var sinks = Bound(
            ("Sinks:File:Directory", "x"), ("Sinks:InfluxDb:Url", "http://localhost:1"), ("Sinks:Log:Level", "Trace"),
            ($"Sinks:{sink}:QueueSamples", "2048"), ($"Sinks:{sink}:QueueBytes", "70000"), ($"Sinks:{sink}:Timeout", "00:00:03"), ($"Sinks:{sink}:MaxRetryDelay", "00:00:04")).Sinks;
        SinkOptions o = sink switch { "File" => sinks.File!, "InfluxDb" => sinks.InfluxDb!, "Log" => sinks.Log!, _ => sinks.Instruments };
        Assert.Equal((2048, 70000L, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4)), (o.QueueSamples, o.QueueBytes, o.Timeout, o.MaxRetryDelay));
    }

    [Fact]
    [Trait("Requirement", "S2-066")]
    [Trait("Requirement", "S2-068")]
    public void Bind_EveryKeyOfASink_SetsWhatItNames()
    {
        var o = Bound(
            ("Sinks:File:Directory", "d"), ("Sinks:File:Format", "csv"), ("Sinks:File:MaxFileBytes", "5000"), ("Sinks:File:MaxTotalBytes", "20000"), ("Sinks:File:Compress", "false"), ("Sinks:File:Sync", "false"),
            ("Sinks:InfluxDb:Url", "http://h:1"), ("Sinks:InfluxDb:Database", "b"), ("Sinks:InfluxDb:Username", "u"), ("Sinks:InfluxDb:Password", "p"), ("Sinks:InfluxDb:Precision", "ms"),
            ("Sinks:InfluxDb:RetentionPolicy", "r"), ("Sinks:InfluxDb:Retention", "2.00:00:00"), ("Sinks:InfluxDb:CreateDatabase", "false"), ("Sinks:InfluxDb:Compress", "false"),
            ("Sinks:Log:Level", "Debug"), ("Sinks:Instruments:Enabled", "false"), ("Sinks:Instruments:MaxMetrics", "3"), ("Sinks:Instruments:MaxSeries", "4"), ("Sinks:Instruments:Bounds:0", "0.5")).Sinks;
        var (file, influxDb) = (o.File!, o.InfluxDb!);
        Assert.Equal(("d", "csv", 5000L, 20000L, false, false), (file.Directory, file.Format, file.MaxFileBytes, file.MaxTotalBytes, file.Compress, file.Sync));
        Assert.Equal(("http://h:1", "b", "u", "p", "ms"), (influxDb.Url, influxDb.Database, influxDb.Username, influxDb.Password, influxDb.Precision));
        Assert.Equal(("r", TimeSpan.FromDays(2), false, false), (influxDb.RetentionPolicy, influxDb.Retention, influxDb.CreateDatabase, influxDb.Compress));
        Assert.Equal(("Debug", false, 3, 4), (o.Log!.Level, o.Instruments.Enabled, o.Instruments.MaxMetrics, o.Instruments.MaxSeries));
        Assert.Equal([0.5], o.Instruments.Bounds);
    }

    [Theory]
    [InlineData("Recorder:BlockSize", "63")]
    [InlineData("Recorder:BlockSize", "20000")] // more than a quarter of the capacity
    [InlineData("Recorder:Capacity", "1023")]
    [InlineData("Recorder:FlushSize", "0")]
    [InlineData("Recorder:FlushSize", "65537")]
    [InlineData("Recorder:FlushInterval", "00:00:00.009")]
    [InlineData("Recorder:FlushInterval", "01:00:01")]
    [InlineData("Recorder:FlushInterval", "500ms")]
    [InlineData("Recorder:Overload", "Drop")]
    [InlineData("Recorder:Overload", "1")]
    [InlineData("Recorder:Timestamps", "exact")]
    [InlineData("Recorder:ClockResolution", "00:00:01.001")]
    [InlineData("Recorder:MaxSeries", "0")]
    [InlineData("Recorder:ShutdownTimeout", "-00:00:01")]
    [InlineData("Recorder:ShutdownTimeout", "00:05:01")]
    [InlineData("Sinks:File:Directory", "")]
    [InlineData("Sinks:File:Format", "xml")]
    [InlineData("Sinks:File:MaxFileBytes", "4095")]
    [InlineData("Sinks:File:MaxFileBytes", "1e6")]
    [InlineData("Sinks:File:QueueSamples", "1023")]
    [InlineData("Sinks:File:QueueBytes", "65535")]
    [InlineData("Sinks:File:Timeout", "00:10:01")]
    [InlineData("Sinks:File:MaxRetryDelay", "00:00:00.001")]
    [InlineData("Sinks:File:Enabled", "no")]
    [InlineData("Sinks:File", "metrics")]
    [InlineData("Sinks:Log", "false")]
    [InlineData("Recorder", "on")]
    public void Fault_OfAValue_IsToldWithItsKey(string key, string value)
    {
        (string, string)[] sound = key.StartsWith("Sinks:File:", StringComparison.Ordinal) && key != "Sinks:File:Directory" ? [("Sinks:File:Directory", "d")] : [];
        string fault = Assert.Single(TestKit.Faults(null, TestKit.Configuration([.. sound, (key, value)])), f => f.StartsWith($"MetricsKit:{key} ", StringComparison.Ordinal));
        Assert.EndsWith(".", fault, StringComparison.Ordinal);
    }

    static MetricsKitOptions Bound(params (string Key, string Value)[] keys)
    {
        using var services = TestKit.Start(configuration: TestKit.Configuration(keys)).Services;
        Assert.Empty(services.GetRequiredService<MetricsKitConfiguration>().UnknownKeys);
        return services.GetRequiredService<IOptions<MetricsKitOptions>>().Value;
    }
}
