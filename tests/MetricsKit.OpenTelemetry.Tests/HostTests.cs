using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Xunit;

namespace MetricsKit.Tests.Providers;

/// <summary>A provider over the services of a generic host, as <c>OpenTelemetry.Extensions.Hosting</c> makes it.</summary>
public sealed class HostTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Provider_OfAHost_MeasuresItsKitInWhateverOrderTheyAreAdded(bool telemetryFirst, bool addsTheKitItself)
    {
        SeenMetrics seen = new();
        using var host = Make(services =>
        {
            if (telemetryFirst) services.AddTelemetry(m => m.AddMetricsKit().AddReader(seen.Reader()));
            if (addsTheKitItself) services.AddMetricsKit(static o => o.Tags["service_id"] = "fleet");
            if (!telemetryFirst) services.AddTelemetry(m => m.AddMetricsKit().AddReader(seen.Reader()));
        });
        await host.StartAsync();
        seen.Of(host.Services.GetRequiredService<MeterProvider>());
        host.Services.GetRequiredService<BusinessMetrics>().StartMission("transport").Succeed();

        Assert.Equal(1, seen.Collect()["missions{status=succeeded,type=transport}"].Value);
        Assert.True(seen.Points["memory.total{}"].Value > 0);
        Assert.Equal(addsTheKitItself, seen.Resource.ContainsKey("service_id"));
        await host.StopAsync();
    }

    [Fact]
    public async Task Meters_OfTheHostsFactory_AreThoseThatTheProviderMeasures()
    {
        HashSet<object?> scopes = [];
        SeenMetrics seen = new();
        using var host = Make(services => services.AddTelemetry(m => m.AddMetricsKit(i => { scopes.Add(i.Meter.Scope); return null; }).AddReader(seen.Reader())));
        await host.StartAsync();
        Assert.Equal([host.Services.GetRequiredService<IMeterFactory>()], scopes);
        await host.StopAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task LastCollection_OfAProviderThatCameFirst_HasCollectorsCountersAndWhatServicesRecordAtTheirEnd(bool beforeTheStart)
    {
        SeenMetrics seen = new();
        var host = Make(services =>
        {
            services.AddTelemetry(m => m.AddMetricsKit().AddReader(seen.Reader()));
            services.AddHostedService<LastWords>();
        });
        if (beforeTheStart) seen.Of(host.Services.GetRequiredService<MeterProvider>()); // before anything of the kit was asked for
        await host.StartAsync();
        host.Services.GetRequiredService<BusinessMetrics>().StartMission("transport").Succeed();
        await host.StopAsync();
        Assert.Empty(seen.Points);
        await ((IAsyncDisposable)host).DisposeAsync();

        Assert.Equal(1, seen.Points["missions{status=succeeded,type=transport}"].Value);
        Assert.Equal(7, seen.Points["last.words{}"].Value);
        Assert.True(seen.Points["memory.total{}"].Value > 0);
        Assert.Equal(1, seen.Points["metricskit.enabled{}"].Value);
    }

    [Fact]
    public async Task Providers_OfTwoHosts_DoNotMix()
    {
        SeenMetrics one = new(), other = new();
        using var first = Make(services => services.AddTelemetry(m => m.AddMetricsKit().AddReader(one.Reader())));
        await first.StartAsync();
        using var second = Make(services => services.AddTelemetry(m => m.AddMetricsKit().AddReader(other.Reader())));
        await second.StartAsync();
        one.Of(first.Services.GetRequiredService<MeterProvider>());
        other.Of(second.Services.GetRequiredService<MeterProvider>());
        first.Services.GetRequiredService<BusinessMetrics>().StartMission("transport").Succeed();
        for (int i = 0; i < 2; i++) second.Services.GetRequiredService<BusinessMetrics>().StartMission("transport").Succeed();

        Assert.Equal(1, one.Collect()["missions{status=succeeded,type=transport}"].Value);
        Assert.Equal(2, other.Collect()["missions{status=succeeded,type=transport}"].Value);
        await second.StopAsync();
        await ((IAsyncDisposable)second).DisposeAsync();
        first.Services.GetRequiredService<BusinessMetrics>().StartMission("transport").Succeed();
        Assert.Equal(2, one.Collect()["missions{status=succeeded,type=transport}"].Value);
        await first.StopAsync();
    }

    [Fact]
    public async Task Providers_OfAHostAndBesideIt_BothCount()
    {
        SeenMetrics inside = new(), beside = new();
        using var host = Make(services => services.AddTelemetry(m => m.AddMetricsKit().AddReader(inside.Reader())));
        await host.StartAsync();
        inside.Of(host.Services.GetRequiredService<MeterProvider>());
        using (beside.Of(Sdk.CreateMeterProviderBuilder().AddMetricsKit(host.Services).AddReader(beside.Reader()).Build()))
        {
            host.Services.GetRequiredService<BusinessMetrics>().StartMission("transport").Succeed();
            Assert.Equal(1, inside.Collect()["missions{status=succeeded,type=transport}"].Value);
            Assert.Equal(1, beside.Collect()["missions{status=succeeded,type=transport}"].Value);
        }
        host.Services.GetRequiredService<BusinessMetrics>().StartMission("transport").Succeed(); // the kit goes on without the other
        Assert.Equal(2, inside.Collect()["missions{status=succeeded,type=transport}"].Value);
        await host.StopAsync();
    }

    [Fact]
    public void Provider_OfServicesThatNoHostRuns_RunsTheKitAndEndsIt()
    {
        SeenMetrics seen = new();
        IMetricRecorder? recorder = null;
        using (OpenTelemetrySdk.Create(b => b.WithMetrics(m => m.AddMetricsKit().AddInstrumentation(services => new { Recorder = recorder = services.GetRequiredService<IMetricRecorder>() }).AddReader(seen.Reader()))))
        {
            recorder!.Record("last.words", 7, SampleKind.Counter);
        }
        Assert.Equal(7, seen.Points["last.words{}"].Value);
        Assert.True(seen.Points["memory.total{}"].Value > 0);
    }

    static IHost Make(Action<IServiceCollection> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        add(builder.Services);
        return builder.Build();
    }

    /// <summary>Records while the host stops.</summary>
    sealed class LastWords(IMetricRecorder recorder) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            recorder.Record("last.words", 7, SampleKind.Counter);
            return Task.CompletedTask;
        }
    }
}
