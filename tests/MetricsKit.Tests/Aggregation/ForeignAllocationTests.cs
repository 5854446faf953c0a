using System.Diagnostics.Metrics;
using System.Globalization;
using MetricsKit.Tests.Invariants;
using Xunit;

namespace MetricsKit.Tests.Aggregation;

/// <summary>What measuring on instruments that are not the kit's allocates.</summary>
[Collection(nameof(ProcessWide))] // where other tests have code compiled all the time, what is measured here is not compiled for good
public sealed class ForeignAllocationTests
{
    [Fact]
    public async Task Measuring_InSteadyState_AllocatesNothing()
    {
        using Meter meter = new("Test." + Guid.NewGuid().ToString("N"));
        await using var kit = TestKit.Start(o => o.Meters.Add(meter.Name));
        var counter = meter.CreateCounter<long>("calls");
        var size = meter.CreateHistogram<double>("size");
        object status = 200;
        Measure();
        Assert.Equal(0, Allocation.LeastOf(() =>
        {
            for (int i = 0; i < 1000; i++) Measure();
        }));

        void Measure()
        {
            counter.Add(1);
            counter.Add(1, new("a", "x"), new KeyValuePair<string, object?>("b", "y"));
            size.Record(1, new("a", "x"), new("b", "y"), new KeyValuePair<string, object?>("status", status));
        }
    }

    [Fact]
    [Trait("Invariant", "I11")]
    public async Task Measuring_MoreTagListsThanAThreadRemembers_AllocatesNothing()
    {
        using Meter meter = new("Test." + Guid.NewGuid().ToString("N"));
        await using var kit = TestKit.Start(o =>
        {
            o.Meters.Add(meter.Name);
            o.Instruments["calls"] = new() { MaxSeries = 20_000 };
        });
        var counter = meter.CreateCounter<long>("calls");
        string[] texts = [.. Enumerable.Range(0, 2 * TagListCache.Most).Select(static i => i.ToString(CultureInfo.InvariantCulture))];
        int rounds = 0;
        Assert.Equal(0, Allocation.LeastOf(() => // once all slots hold a list
        {
            rounds++;
            foreach (string text in texts) counter.Add(1, new("a", text), new KeyValuePair<string, object?>("b", "y"));
        }));
        using var snapshot = await kit.SnapshotAsync();
        Assert.All(Assert.Single(snapshot.Families, static f => f.Definition.Name == "calls").Series, s => Assert.Equal(rounds, s.Value)); // none was taken for another
    }
}
