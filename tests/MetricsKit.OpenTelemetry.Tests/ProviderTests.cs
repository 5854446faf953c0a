using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Xunit;

namespace MetricsKit.Tests.Providers;

/// <summary>A provider without a host: who owns the kit, when it starts and when it ends.</summary>
public sealed class ProviderTests
{
    [Fact]
    public void Provider_OfServicesWithoutAKit_StartsOneAndReadsItsCollectors()
    {
        SeenMetrics seen = new();
        using var provider = seen.Of(Sdk.CreateMeterProviderBuilder().AddMetricsKit().AddReader(seen.Reader()).Build());

        var points = seen.Collect();
        Assert.True(points["memory.total{}"].Value > 0);
        Assert.True(points["process.cpu{}"].Value > 0);
        Assert.Equal(1, points["metricskit.enabled{}"].Value);
        Assert.Equal(seen.Streams.Count, seen.Streams.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Provider_ThatIsDisposedOf_ExportsWhatTheRecorderStillHad()
    {
        SeenMetrics seen = new();
        IMetricRecorder? recorder = null;
        // Wrapped, since a provider disposes of its instrumentation.
        using (Sdk.CreateMeterProviderBuilder().AddMetricsKit().AddInstrumentation(services => new { Recorder = recorder = services.GetRequiredService<IMetricRecorder>() }).AddReader(seen.Reader()).Build())
        {
            for (int i = 0; i < 10; i++) recorder!.Record("line.energy", 0.5, SampleKind.Counter, ("line", "a"));
        }
        Assert.Equal(5, seen.Points["line.energy{line=a}"].Value);
        Assert.True(seen.Points["memory.total{}"].Value > 0); // collectors were still there
    }

    [Fact]
    public async Task Provider_ThatIsGivenAKit_MeasuresThatOneAndLeavesItRunning()
    {
        await using var kit = MetricsKitHost.Create();
        SeenMetrics seen = new();
        var business = kit.GetMeter<BusinessMetrics>();
        using (seen.Of(Sdk.CreateMeterProviderBuilder().AddMetricsKit(kit).AddReader(seen.Reader()).Build()))
        {
            business.StartMission("transport").Succeed();
            Assert.Equal(1, seen.Collect()["missions{status=succeeded,type=transport}"].Value);
        }
        business.StartMission("transport").Succeed();
        using var snapshot = await kit.GetSnapshotAsync();
        Assert.Equal(2, snapshot.Total("missions", ("status", "succeeded")));
    }

    [Fact]
    public async Task Provider_ThatIsGivenAKitTwice_CountsOnce()
    {
        await using var kit = MetricsKitHost.Create();
        SeenMetrics seen = new();
        using var provider = seen.Of(Sdk.CreateMeterProviderBuilder().AddMetricsKit(kit).AddMetricsKit(kit).AddReader(seen.Reader()).Build());

        kit.GetMeter<BusinessMetrics>().StartMission("transport").Succeed();
        Assert.Equal(1, seen.Collect()["missions{status=succeeded,type=transport}"].Value);
        Assert.Equal(seen.Streams.Count, seen.Streams.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Provider_ThatIsGivenServicesWithoutAKit_SaysTheCure()
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        var refused = Assert.Throws<InvalidOperationException>(() => Sdk.CreateMeterProviderBuilder().AddMetricsKit(services));
        Assert.Contains("AddMetricsKit()", refused.Message, StringComparison.Ordinal);
    }
}
