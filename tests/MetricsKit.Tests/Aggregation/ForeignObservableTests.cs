using System.Diagnostics.Metrics;
using System.Globalization;
using MetricsKit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MetricsKit.Tests.Aggregation;

/// <summary>Observable instruments of meters that are not the kit's, read through the kit.</summary>
public sealed class ForeignObservableTests : ForeignObservableRig
{
    [Fact]
    public async Task Observables_OfEveryKindAndType_AreInTheSnapshot()
    {
        await using var kit = Selecting();
        Meter.CreateObservableCounter("count.byte", static () => (byte)1);
        Meter.CreateObservableCounter("count.short", static () => (short)2);
        Meter.CreateObservableCounter("count.int", static () => 3);
        Meter.CreateObservableCounter("count.long", static () => 1L << 50);
        Meter.CreateObservableCounter("count.float", static () => 0.5f);
        Meter.CreateObservableCounter("count.double", static () => 0.25);
        Meter.CreateObservableCounter("count.decimal", static () => 0.125m);
        Meter.CreateObservableUpDownCounter("level.short", static () => (short)-4);
        Meter.CreateObservableUpDownCounter("level.decimal", static () => -0.5m);
        Meter.CreateObservableGauge("gauge.byte", static () => (byte)7);
        Meter.CreateObservableGauge("gauge.double", static () => new Measurement<double>(-7.5, new KeyValuePair<string, object?>("a", "x")));
        using var snapshot = await kit.SnapshotAsync();
        (string, double)[] expected =
        [
            ("count.byte", 1), ("count.short", 2), ("count.int", 3), ("count.long", 1L << 50), ("count.float", 0.5), ("count.double", 0.25), ("count.decimal", 0.125),
            ("level.short", -4), ("level.decimal", -0.5), ("gauge.byte", 7),
        ];
        Assert.All(expected, e => Assert.Equal(e.Item2, snapshot.Find(e.Item1)?.Value));
        Assert.Equal(-7.5, snapshot.Find("gauge.double", ("a", "x"))?.Value);
        Assert.Equal(InstrumentKind.Counter, Family("count.byte").Definition.Kind);
        Assert.Equal(InstrumentKind.UpDownCounter, Family("level.short").Definition.Kind);
        Assert.Equal(InstrumentKind.Gauge, Family("gauge.byte").Definition.Kind);
        var scrape = await kit.ScrapeAsync(ExpositionFormat.OpenMetrics);
        Assert.NotEmpty(scrape.Families);

        MetricFamily Family(string name) => Assert.Single(snapshot.Families, f => f.Definition.Name == name);
    }

    [Fact]
    public async Task Series_ThatARoundDoesNotReport_AreGoneAtOnceAndReturn()
    {
        string[] reported = ["x", "y"];
        long total = 1;
        await using var kit = Selecting();
        Meter.CreateObservableCounter("calls", () => reported.Select(a => new Measurement<long>(total, new KeyValuePair<string, object?>("a", a))));
        Assert.Equal([("x", 1.0), ("y", 1.0)], await SeriesAsync(kit, "calls"));
        (reported, total) = (["y"], 2);
        Assert.Equal([("y", 2.0)], await SeriesAsync(kit, "calls"));
        (reported, total) = (["z", "x", "y"], 3);
        Assert.Equal([("x", 3.0), ("y", 3.0), ("z", 3.0)], await SeriesAsync(kit, "calls"));
        reported = [];
        Assert.Empty(await SeriesAsync(kit, "calls"));
        (reported, total) = (["x"], 1); // lower than before: a reset, as Prometheus sees it
        Assert.Equal([("x", 1.0)], await SeriesAsync(kit, "calls"));
    }

    [Fact]
    public async Task Series_ThatComeAndGo_LeaveTheirPlacesToOthers()
    {
        int round = 0;
        await using var kit = Selecting(static o => o.Instruments["jobs"] = new() { MaxSeries = 10 });
        Meter.CreateObservableGauge("jobs", () => Enumerable.Range(0, 4).Select(i => new Measurement<int>(i, new KeyValuePair<string, object?>("job", round * 4 + i))));
        for (; round < 400; round++)
        {
            var series = await SeriesAsync(kit, "jobs");
            Assert.Equal(Enumerable.Range(round * 4, 4).Select(static job => job.ToString(CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal), series.Select(static s => s.Labels));
        }
        Assert.Equal(0, kit.Ledger.Read(LedgerEntry.PastLimit));
        Assert.InRange(kit.Services.GetRequiredService<InstrumentRegistry>().Budget.Used, 0, 200);
    }

    [Fact]
    public async Task Series_ThatStaysWhileOthersComeAndGo_KeepsItsValue()
    {
        int round = 0;
        await using var kit = Selecting();
        // Every other round the steady one comes alone: when the places are given out anew, it gets another, and its turn among the others remembers the old one.
        Meter.CreateObservableGauge("jobs", () => Enumerable.Range(0, round % 2 == 0 ? 4 : 0).Select(i => Of(round * 4 + i, "passing " + (round * 4 + i).ToString(CultureInfo.InvariantCulture))).Append(Of(-1, "steady")));
        for (; round < 60; round++)
        {
            var series = await SeriesAsync(kit, "jobs");
            Assert.Equal(round % 2 == 0 ? 5 : 1, series.Count);
            Assert.Equal(("steady", -1.0), series[^1]);
            Assert.Equal(Enumerable.Range(round * 4, series.Count - 1).Select(static job => (double)job).Order(), series[..^1].Select(static s => s.Value).Order());
        }

        static Measurement<int> Of(int value, string job) => new(value, new KeyValuePair<string, object?>("job", job));
    }

    [Fact]
    [Trait("Invariant", "I8")]
    public async Task Observables_PastTheirLimit_FoldCountersAndRefuseGauges()
    {
        await using var kit = Selecting(static o => o.Instruments["total"] = o.Instruments["level"] = o.Instruments["gauge"] = new() { MaxSeries = 8 });
        Meter.CreateObservableCounter("total", static () => Many(20));
        Meter.CreateObservableUpDownCounter("level", static () => Many(20));
        Meter.CreateObservableGauge("gauge", static () => Many(20));
        for (int round = 0; round < 3; round++)
        {
            using var snapshot = await SnapshotAsync(kit);
            Assert.Equal(210, snapshot.Families.Single(static f => f.Definition.Name == "total").Series.Sum(static s => s.Value));
            Assert.Equal(210, snapshot.Families.Single(static f => f.Definition.Name == "level").Series.Sum(static s => s.Value));
            Assert.InRange(snapshot.Families.Single(static f => f.Definition.Name == "gauge").Series.Count(), 7, 8);
            Assert.Single(snapshot.Families.Single(static f => f.Definition.Name == "total").Series, static s => s.IsOverflow);
        }
        Assert.InRange(kit.Ledger.Read(LedgerEntry.PastLimit), 36, 39);

        static IEnumerable<Measurement<int>> Many(int count) => Enumerable.Range(1, count).Select(static i => new Measurement<int>(i, new KeyValuePair<string, object?>("i", i)));
    }

    [Fact]
    public async Task Observables_OfOneIdentity_AddUpAndOfGaugesTheLastWins()
    {
        using var other = Another();
        int live = 5;
        await using var kit = Selecting();
        foreach (var (meter, value) in ((Meter, int)[])[(Meter, 1), (other, 10)])
        {
            meter.CreateObservableCounter("calls", () => new Measurement<int>(value * live, new KeyValuePair<string, object?>("a", "x")));
            meter.CreateObservableUpDownCounter("level", () => new Measurement<double>(value * live, new KeyValuePair<string, object?>("a", "x")));
            meter.CreateObservableGauge("gauge", () => new Measurement<int>(value * live, new KeyValuePair<string, object?>("a", "x")));
        }
        await ShowAsync(55, 55, 50);
        live = 6;
        await ShowAsync(66, 66, 60);
        other.Dispose();
        await ShowAsync(6, 6, 6);

        async Task ShowAsync(double calls, double level, double gauge)
        {
            Assert.Equal([("x", calls)], await SeriesAsync(kit, "calls"));
            using var snapshot = await kit.SnapshotAsync();
            Assert.Equal(level, snapshot.Find("level", ("a", "x"))?.Value);
            Assert.Equal(gauge, snapshot.Find("gauge", ("a", "x"))?.Value);
        }
    }

    [Fact]
    [Trait("Invariant", "I9")]
    public async Task Values_ThatAreNone_AreCountedAndKeptOut()
    {
        await using var kit = Selecting();
        Meter.CreateObservableGauge("gauge", static () => (Measurement<double>[])[new(double.NaN), new(1, new KeyValuePair<string, object?>("a", "x")), new(double.PositiveInfinity, new KeyValuePair<string, object?>("a", "y"))]);
        Meter.CreateObservableCounter("count", static () => -1);
        Meter.CreateObservableUpDownCounter("level", static () => -1);
        using var snapshot = await kit.SnapshotAsync();
        Assert.Equal([("x", 1.0)], Series(snapshot, "gauge"));
        Assert.Empty(Series(snapshot, "count"));
        Assert.Equal([("", -1.0)], Series(snapshot, "level"));
        Assert.Equal((2, 1), (kit.Ledger.Read(LedgerEntry.NotFinite), kit.Ledger.Read(LedgerEntry.Negative)));
    }

    [Fact]
    public async Task Tags_OfMeterInstrumentAndMeasurement_AreThoseOfTheSeries()
    {
        using var tagged = Another(new("m", "1"), new("a", "meter's"));
        await using var kit = Selecting();
        (object? Tag, int Value)[] reported = [("x", 0), (1, 1), (true, 2), (null, 3)];
        tagged.CreateObservableGauge("g", () => reported.Select(static r => new Measurement<int>(r.Value, new("b", r.Tag), new KeyValuePair<string, object?>("a", "own"))), null, null, [new("i", "2")]);
        for (int round = 0; round < 3; round++)
        {
            using var snapshot = await SnapshotAsync(kit);
            Assert.Equal([("own,1,2,1", 1.0), ("own,2,1", 3.0), ("own,true,2,1", 2.0), ("own,x,2,1", 0.0)], Series(snapshot, "g"));
            Assert.Equal(2, snapshot.Find("g", ("a", "own"), ("b", "true"), ("i", "2"), ("m", "1"))?.Value);
            if (round > 0) Array.Reverse(reported); // once as remembered, once in another order
        }
    }

    [Fact]
    public async Task Runtime_ThatIsSelected_ShowsItsOwnMeter()
    {
        GC.Collect();
        await using var kit = TestKit.Start(static o => o.Meters.Add("System.Runtime"), time: Time);
        var scrape = await kit.ScrapeAsync();
        string[] expected = ["dotnet_gc_collections_total", "dotnet_process_memory_working_set_bytes", "dotnet_gc_heap_total_allocated_bytes_total", "dotnet_thread_pool_thread_count_total", "dotnet_timer_count"];
        Assert.Superset(expected.ToHashSet(), scrape.Families.SelectMany(static f => f.Samples).Select(static s => s.Name).ToHashSet());
        using var snapshot = await SnapshotAsync(kit);
        Assert.InRange(snapshot.Find("dotnet.gc.collections", ("gc.heap.generation", "gen2"))!.Value.Value, 1, double.MaxValue);
    }
}
