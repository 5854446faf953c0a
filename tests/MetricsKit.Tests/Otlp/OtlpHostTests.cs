using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Otlp;

/// <summary>A whole host with nothing but its configuration, and a receiver that is not ours.</summary>
public sealed class OtlpHostTests
{
    [OtlpReceiverTheory]
    [InlineData("http/protobuf", "http")]
    [InlineData("grpc", "grpc")]
    public async Task Host_ThatEnds_HasSentItsLastTotalsAndWhoItIs(string protocol, string carriedBy)
    {
        await using var receiver = await OtlpReceiver.OpenAsync();
        var configuration = TestKit.Configuration(
            ("Otlp:Endpoint", (protocol == "grpc" ? receiver.Grpc : receiver.Http).ToString()), ("Otlp:Protocol", protocol),
            ("Otlp:Interval", "01:00:00"), ("Recorder:ShutdownTimeout", "00:01:00"), ("Otlp:Timeout", "00:01:00"), ("Otlp:RequestTimeout", "00:01:00"), ("Otlp:Headers:Authorization", "Bearer seesam"), ("Tags:plant", "north"), ("Prefix", "oht50"));
        await using (var host = MetricsKitHost.Create(configuration: configuration))
        {
            for (int i = 0; i < 3; i++) host.GetMeter<SafetyMetrics>().EventOccurred("door", Severity.Critical);
        }

        var last = (await receiver.RequestsAsync())[^1];

        Assert.Null(last.Error);
        Assert.Equal((carriedBy, "Bearer seesam"), (last.Protocol, last.Headers["authorization"]));
        var events = last.Metrics.Metric("safety.events");
        Assert.Equal(3L, events.Points.Single(static p => p.Attributes.Contains(new("type", "door"))).Value);
        var resource = Assert.Single(last.Metrics.Resources);
        Assert.Contains(new("plant", "north"), resource.Attributes);
        Assert.Contains(resource.Attributes, static a => a.Key == "service.name");
        Assert.DoesNotContain(last.Metrics.All.SelectMany(static found => found.Metric.Points).SelectMany(static p => p.Attributes), static a => a.Key == "plant");
    }
}
