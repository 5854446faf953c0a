using System.Globalization;
using MetricsKit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MetricsKit.Tests.Exporters;

/// <summary>The OTLP exporter as a host has it: switched on by configuration, watched by the kit's own metrics, stopped with the host.</summary>
public sealed class OtlpHostTests
{
    [Theory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public async Task Host_ThatStops_BringsTheLastTotals(string protocol)
    {
        using ScriptedServer http = new() { Answer = ScriptedServer.Status(200) };
        using ScriptedGrpcServer grpc = new();
        bool isGrpc = protocol == "grpc";
        await using (var kit = MetricsKitHost.Create(configuration: Configuration(isGrpc ? grpc.Port : http.Port, ("Otlp:Protocol", protocol), ("Otlp:Interval", "01:00:00"))))
        {
            for (int i = 0; i < 7; i++) kit.GetMeter<SafetyMetrics>().EventOccurred("door", Severity.Critical);
            Assert.Empty(http.Requests);
            Assert.Empty(grpc.Calls);
        }
        var tree = OtlpReader.Read(isGrpc ? Assert.Single(grpc.Calls).Message : Assert.Single(http.Requests).Document);
        Assert.Contains(tree.Metric("safety.events").Points, static p => p.Value is 7L && p.Identity.Contains("door", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public async Task Host_ThatStopsWhileTheServerHangs_StopsWithinItsBudgetAndLosesNothingInSilence(string protocol)
    {
        using ScriptedServer http = new() { Answer = ScriptedServer.Silence };
        using ScriptedGrpcServer grpc = new() { Answer = ScriptedGrpcServer.Silence };
        FakeTimeProvider time = new(); // the budget begins to pass when the request has come
        var kit = MetricsKitHost.Create(b => b.Services.AddSingleton<TimeProvider>(time), Configuration(protocol == "grpc" ? grpc.Port : http.Port, ("Otlp:Protocol", protocol), ("Otlp:Interval", "01:00:00"), ("Recorder:ShutdownTimeout", "00:00:05")));
        kit.GetMeter<SafetyMetrics>().EventOccurred("door", Severity.Critical);
        var pump = kit.Services.GetRequiredService<ExporterMonitor>().Pumps.Single();
        var stopping = kit.DisposeAsync().AsTask();
        await Eventually.BecomesAsync(() => http.Requests.Count + grpc.Calls.Count == 1, Threads.Patience, "the last totals have come");
        await Eventually.BecomesAsync(
            () =>
            {
                if (!stopping.IsCompleted) time.Advance(TimeSpan.FromSeconds(1));
                return stopping.IsCompleted;
            },
            Threads.Patience, "the host has stopped");
        Assert.Equal((0, 1), (pump.Ledger.Successes, pump.Ledger.Failures + pump.Ledger.Timeouts));
        var points = pump.Points!;
        await Eventually.BecomesAsync(() => points.InDoubt > 0 && points.Attempted == points.InDoubt + points.Unsent, Threads.Patience, "what was cut off is counted");
    }

    [Fact]
    public async Task Points_OfTheExporter_AreAmongTheKitsOwnMetrics()
    {
        using ScriptedServer server = new() { Answer = ScriptedServer.Status(400) };
        await using var kit = MetricsKitHost.Create(configuration: Configuration(server.Port, ("Otlp:Interval", "00:00:00.1")));
        kit.GetMeter<SafetyMetrics>().EventOccurred("door", Severity.Critical);
        await Eventually.BecomesAsync(async () => await PointsAsync(kit, "refused") > 0 && await ExportsAsync(kit, "failure") > 0, Threads.Patience, "refused points are counted");
        Assert.Equal(0, await PointsAsync(kit, "accepted"));
        server.Answer = ScriptedServer.Status(200);
        await Eventually.BecomesAsync(async () => await PointsAsync(kit, "accepted") > 0, Threads.Patience, "accepted points are counted");
        foreach (string outcome in new[] { "rejected", "unsent", "in_doubt" }) Assert.Equal(0, await PointsAsync(kit, outcome));
    }

    [Fact]
    public async Task Host_WhoseServerAsksForPeace_LeavesItAloneUntilTheLastTotals()
    {
        using ScriptedServer server = new() { Answer = ScriptedServer.Status(503, "Retry-After: 100\r\n") };
        var kit = MetricsKitHost.Create(configuration: Configuration(server.Port, ("Otlp:Interval", "00:00:00.1")));
        kit.GetMeter<SafetyMetrics>().EventOccurred("door", Severity.Critical);
        await Eventually.BecomesAsync(async () => await ExportsAsync(kit, "failure") >= 4, Threads.Patience, "exports go on, and fail");
        Assert.Single(server.Requests);
        var points = kit.Services.GetRequiredService<ExporterMonitor>().Pumps.Single().Points!;
        Assert.True(points.Unsent > 0);
        server.Answer = ScriptedServer.Status(200);
        await kit.DisposeAsync();
        Assert.Equal(2, server.Requests.Count);
        Assert.True(points.Accepted > 0);
    }

    static Microsoft.Extensions.Configuration.IConfiguration Configuration(int port, params (string, string)[] more) =>
        TestKit.Configuration([("Otlp:Endpoint", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")), ("Groups:System:Enabled", "false"), ("Recorder:ShutdownTimeout", "00:01:00"), ("Otlp:Timeout", "00:01:00"), ("Otlp:RequestTimeout", "00:01:00"), .. more]);

    static Task<double> PointsAsync(MetricsKitHost kit, string outcome) => ReadAsync(kit, "metricskit.exporter.points", outcome);

    static Task<double> ExportsAsync(MetricsKitHost kit, string outcome) => ReadAsync(kit, "metricskit.exports", outcome);

    static async Task<double> ReadAsync(MetricsKitHost kit, string name, string outcome)
    {
        using var snapshot = await kit.GetSnapshotAsync();
        return snapshot.Total(name, ("exporter", "otlp"), ("outcome", outcome));
    }
}
