using MetricsKit.Testing;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Xunit;

namespace MetricsKit.Tests.Providers;

/// <summary>What a reader of the SDK sees of that which a snapshot shows, when nobody scrapes.</summary>
public sealed class ReadersTests
{
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Reader_BesideASnapshot_SeesAllButMirrorsAndWhatWasNeverRecorded()
    {
        FakeTimeProvider time = new();
        SeenMetrics seen = new();
        await using var kit = MetricsKitHost.Create(b => b.AddMeter<WorkMetrics>().Services.AddSingleton<TimeProvider>(time));
        using var provider = seen.Of(Sdk.CreateMeterProviderBuilder().AddMetricsKit(kit).AddReader(seen.Reader()).Build());
        kit.GetMeter<ApplicationMetrics>().RequestTimed("GET", "/", TimeSpan.FromSeconds(1));
        await Eventually.BecomesAsync(() => HasRate(kit, time), _patience, "the share of the missions that succeeded is known");

        // With a clock that stands still both see the same round of the collectors.
        var theirs = seen.Collect();
        using var snapshot = await kit.GetSnapshotAsync();
        List<string> missing = [], other = [], alone = [];
        foreach (var family in snapshot.Families)
        {
            foreach (var series in family.Series)
            {
                string name = SeenMetrics.NameOf(family.Definition.Name, series.Tags);
                if (!theirs.TryGetValue(name, out var point)) (IsTheSnapshotsAlone(family.Definition, series) ? alone : missing).Add(name);
                else if (point.Value != series.Value) other.Add($"{name} is {point.Value} and {series.Value}");
            }
        }
        Assert.Empty(other);
        Assert.Empty(missing);
        Assert.Contains("api.response.time{endpoint=/,method=GET}", alone); // the same measurements under a second name
        Assert.Contains("http.requests.active{method=GET}", alone); // declared, and published at zero
        Assert.Equal(1, theirs["http.request.duration{endpoint=/,method=GET}"].Value);
        Assert.Equal(0.75, theirs["mission.success.rate{type=transport}"].Value);
        Assert.Equal(1, theirs["work.build{version=1.2.3}"].Value);
        Assert.True(theirs["memory.total{}"].Value > 0);
    }

    static bool IsTheSnapshotsAlone(InstrumentDefinition row, MetricSeries series) => row is InstrumentDefinition<MirrorInstrument> || (!row.IsObserved && series.Value == 0);

    /// <summary>A rate is there from the second sample on, and the samples follow the clock.</summary>
    static async Task<bool> HasRate(MetricsKitHost kit, FakeTimeProvider time)
    {
        var business = kit.GetMeter<BusinessMetrics>();
        for (int i = 0; i < 4; i++)
        {
            using var mission = business.StartMission("transport");
            if (i > 0) mission.Succeed();
        }
        time.Advance(TimeSpan.FromSeconds(5));
        using var snapshot = await kit.GetSnapshotAsync();
        return snapshot.Find("mission.success.rate", ("type", "transport")) is not null;
    }
}
