using MetricsKit.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MetricsKit.AspNetCore.Tests.Scraping;

/// <summary>What is recorded is what a real Prometheus finds.</summary>
public sealed class CustomMetricsTests
{
    [PrometheusFact]
    [Trait("Requirement", "S1-033")]
    [Trait("Requirement", "S2-009")]
    public async Task CustomMetrics_WithKeysThatDiffer_AreScrapedByPrometheus()
    {
        await using var site = await Site.StartAsync(static app => app.MapMetricsKit(), settings: [("MetricsKit:Prefix", "plant"), ("MetricsKit:Tags:site", "north")]);
        var recorder = site.Services.GetRequiredService<IMetricRecorder>();
        recorder.Record("line.energy", 1.5, SampleKind.Counter, ("line", "a"));
        recorder.Record("line.energy", 2, SampleKind.Counter, new("line", "b"), new("sensor.id", "7\\\"\n"));
        recorder.Record("line.energy", 4, SampleKind.Counter);
        recorder.Record("größe", -3, SampleKind.Gauge, ("le", "x"));
        foreach (double value in new[] { 0.3, 30, 30000 }) recorder.Record("weight", value, SampleKind.Histogram, ("n", "1"));
        Assert.True(await recorder.FlushAsync(Site.Deadline));

        await using var prometheus = await PrometheusServer.StartAsync(new ScrapeTarget("plant", new Uri(site.Address, "/metrics"), TimeSpan.FromMilliseconds(200)));
        var energy = await prometheus.WaitForAsync("plant_line_energy_total{site=\"north\"}", static samples => samples.Count == 3, Site.Deadline);
        Assert.Equal(7.5, energy.Sum(static s => s.Value));
        Assert.Equal("7\\\"\n", Assert.Single(energy, static s => s.Labels.ContainsKey("sensor_id")).Labels["sensor_id"]);
        Assert.Equal(-3, Assert.Single(await prometheus.QueryAsync("plant_gr__e{exported_le=\"x\"}")).Value);
        Assert.Equal(3, Assert.Single(await prometheus.QueryAsync("plant_weight_count{n=\"1\"}")).Value);
        Assert.InRange(Assert.Single(await prometheus.QueryAsync("histogram_quantile(0.5, sum by (le) (plant_weight_bucket))")).Value, 25, 50);
    }
}
