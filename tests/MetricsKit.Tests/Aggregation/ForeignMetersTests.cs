using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MetricsKit.Tests.Aggregation;

/// <summary>Instruments of meters that are not the kit's, measured through the kit.</summary>
public sealed class ForeignMetersTests
{
    [Fact]
    public async Task Instruments_OfEveryKindAndType_AreInTheSnapshot()
    {
        using Meter meter = new(Unique());
        await using var kit = Selecting(meter);
        meter.CreateCounter<byte>("count.byte").Add(1);
        meter.CreateCounter<short>("count.short").Add(2);
        meter.CreateCounter<int>("count.int").Add(3);
        meter.CreateCounter<long>("count.long").Add(long.MaxValue / 3);
        meter.CreateCounter<float>("count.float").Add(0.5f);
        meter.CreateCounter<double>("count.double").Add(0.25);
        meter.CreateCounter<decimal>("count.decimal").Add(0.125m);
        meter.CreateUpDownCounter<int>("level.int").Add(-4);
        meter.CreateUpDownCounter<double>("level.double").Add(-0.5);
        meter.CreateGauge<int>("gauge.int").Record(7);
        meter.CreateGauge<decimal>("gauge.decimal").Record(7.5m);
        meter.CreateHistogram<int>("size.int").Record(20);
        meter.CreateHistogram<float>("size.float").Record(0.5f);
        using var snapshot = await kit.SnapshotAsync();
        Assert.Equal(1, snapshot.Total("count.byte"));
        Assert.Equal(2, snapshot.Total("count.short"));
        Assert.Equal(3, snapshot.Total("count.int"));
        Assert.Equal(long.MaxValue / 3, snapshot.Total("count.long"));
        Assert.Equal(0.5, snapshot.Total("count.float"));
        Assert.Equal(0.25, snapshot.Total("count.double"));
        Assert.Equal(0.125, snapshot.Total("count.decimal"));
        Assert.Equal(-4, snapshot.Total("level.int"));
        Assert.Equal(-0.5, snapshot.Total("level.double"));
        Assert.Equal(7, snapshot.Total("gauge.int"));
        Assert.Equal(7.5, snapshot.Total("gauge.decimal"));
        Assert.Equal((1, 20), (snapshot.Find("size.int")!.Value.Count, snapshot.Find("size.int")!.Value.Sum));
        Assert.Equal(0.5, snapshot.Find("size.float")!.Value.Sum);
    }

    [Fact]
    [Trait("Invariant", "I10")]
    public async Task Tags_InAnyOrderAndOfAnyType_AreOneSeries()
    {
        using Meter meter = new(Unique());
        await using var kit = Selecting(meter);
        var counter = meter.CreateCounter<long>("calls");
        for (int round = 0; round < 3; round++) // resolved, then remembered
        {
            counter.Add(1, new("a", "x"), new("b", 1), new("c", true));
            counter.Add(1, new("c", "true"), new("b", 1L), new KeyValuePair<string, object?>("a", new string('x', 1)));
            counter.Add(1, new("b", "1"), new("a", new Shouted("x")), new("none", null), new("c", true), new("", "unnamed"));
            counter.Add(1, new("a", "y"), new("b", 1), new("c", true), new("a", "x")); // the last of duplicate keys wins
        }
        using var snapshot = await kit.SnapshotAsync();
        var series = Assert.Single(Assert.Single(snapshot.Families, static f => f.Definition.Name == "calls").Series);
        Assert.Equal(12, series.Value);
        Assert.Equal([new("a", "x"), new("b", "1"), new("c", "true")], series.Tags);
    }

    [Fact]
    [Trait("Invariant", "I9")]
    public async Task Values_ThatAreNoMeasurements_AreCountedAndKeptOut()
    {
        using Meter meter = new(Unique());
        await using var kit = Selecting(meter);
        var count = meter.CreateCounter<long>("count");
        var sum = meter.CreateCounter<double>("sum");
        var level = meter.CreateUpDownCounter<double>("level");
        var gauge = meter.CreateGauge<double>("gauge");
        var size = meter.CreateHistogram<double>("size");
        count.Add(5);
        count.Add(-1);
        sum.Add(5);
        sum.Add(-1);
        foreach (double bad in (double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity])
        {
            sum.Add(bad);
            level.Add(bad);
            gauge.Record(bad);
            size.Record(bad);
        }
        level.Add(-2);
        gauge.Record(3);
        size.Record(1);
        using var snapshot = await kit.SnapshotAsync();
        Assert.Equal(5, snapshot.Total("count"));
        Assert.Equal(5, snapshot.Total("sum"));
        Assert.Equal(-2, snapshot.Total("level"));
        Assert.Equal(3, snapshot.Total("gauge"));
        Assert.Equal(1, snapshot.Total("size"));
        Assert.Equal(12, kit.Ledger.Read(LedgerEntry.NotFinite));
        Assert.Equal(2, kit.Ledger.Read(LedgerEntry.Negative));
    }

    [Fact]
    public async Task Instruments_OfTwoMetersOfOneName_FeedOneSeries()
    {
        string name = Unique();
        using Meter one = new(name), other = new(name);
        await using var kit = Selecting(one);
        one.CreateCounter<long>("calls").Add(1, new KeyValuePair<string, object?>("a", "x"));
        other.CreateCounter<long>("calls").Add(2, new KeyValuePair<string, object?>("a", "x"));
        Assert.Equal(3, await kit.TotalAsync("calls", ("a", "x")));
        one.Dispose();
        other.CreateCounter<long>("calls").Add(3, new KeyValuePair<string, object?>("a", "x"));
        for (int i = 0; i < 4; i++) Assert.Equal(6, await kit.TotalAsync("calls", ("a", "x")));
    }

    [Fact]
    public async Task Meter_ThatIsDisposedOf_IsShownOnceMoreAndLeaves()
    {
        using Meter meter = new(Unique());
        await using var kit = Selecting(meter);
        meter.CreateCounter<long>("calls").Add(1);
        Assert.Equal(1, await kit.TotalAsync("calls"));
        meter.Dispose();
        Assert.Equal(1, await kit.TotalAsync("calls"));
        for (int i = 0; i < 2; i++) (await kit.SnapshotAsync()).Dispose();
        using var snapshot = await kit.SnapshotAsync();
        Assert.Null(snapshot.Find("calls"));
        using Meter again = new(meter.Name);
        again.CreateCounter<long>("calls").Add(7);
        Assert.Equal(7, await kit.TotalAsync("calls")); // the name is free, the count begins anew
    }

    [Fact]
    public async Task Meters_ThatAreNotSelectedOrOfAnotherHost_AreLeftAlone()
    {
        string name = Unique();
        using Meter selected = new(name + ".Inner.Part"), other = new(name);
        await using var kit = TestKit.Start(o => o.Meters.Add(name.ToUpperInvariant() + ".*.Part"));
        await using var stranger = TestKit.Start(static o => o.Meters.Add("*"));
        selected.CreateCounter<long>("taken").Add(1);
        other.CreateCounter<long>("left").Add(1);
        var business = stranger.Meter<BusinessMetrics>();
        business.MissionCompleted("transport", MissionStatus.Succeeded, TimeSpan.FromSeconds(1));
        using var snapshot = await kit.SnapshotAsync();
        Assert.Equal(1, snapshot.Total("taken"));
        Assert.Null(snapshot.Find("left"));
        using var all = await stranger.SnapshotAsync();
        Assert.Equal(1, all.Total("left"));
        Assert.Equal(1, Assert.Single(all.Families, static f => f.Definition.Name == "missions").Series.Sum(static s => s.Value)); // its own are not taken a second time
    }

    [Fact]
    public async Task Meters_OfAnotherHostsFactory_AreLeftAlone()
    {
        string name = Unique();
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var another = services.GetRequiredService<IMeterFactory>();
        await using var kit = TestKit.Start(o => o.Meters.Add(name));
        another.Create(name).CreateCounter<long>("another.calls").Add(1);
        kit.Services.GetRequiredService<IMeterFactory>().Create(name).CreateCounter<long>("own.calls").Add(1);
        using Meter nobodys = new(name);
        nobodys.CreateCounter<long>("nobodys.calls").Add(1);
        using var snapshot = await kit.SnapshotAsync();
        Assert.Null(snapshot.Find("another.calls"));
        Assert.Equal((1, 1), (snapshot.Total("own.calls"), snapshot.Total("nobodys.calls")));
    }

    [Theory]
    [InlineData("Business")]
    [InlineData("System")]
    public async Task Meter_CalledAsAGroupIs_IsNotSwitchedWithIt(string name)
    {
        await using var kit = TestKit.Start(o =>
        {
            o.Meters.Add(name);
            o.Groups[name] = new() { Enabled = false };
        });
        using var meter = kit.Services.GetRequiredService<IMeterFactory>().Create(new MeterOptions(name)); // the host's, so that no other test sees it
        meter.CreateCounter<long>("ordinary.calls").Add(1);
        Assert.Equal(1, await kit.TotalAsync("ordinary.calls"));
    }

    [Fact]
    public async Task Meters_ThatLeaveInABurst_AreAllShownOnceMore()
    {
        const int Burst = 200;
        string name = Unique();
        await using var kit = TestKit.Start(o => o.Meters.Add(name + ".*"));
        for (int i = 0; i < Burst; i++)
        {
            using Meter meter = new($"{name}.{i}");
            meter.CreateCounter<long>($"burst.calls.{i}").Add(1);
        }
        using (var snapshot = await kit.SnapshotAsync())
        {
            Assert.Equal(Burst, snapshot.Families.Count(static f => f.Definition.Name.StartsWith("burst.calls.", StringComparison.Ordinal)));
        }
        for (int i = 0; i < 2; i++) (await kit.SnapshotAsync()).Dispose();
        using var after = await kit.SnapshotAsync();
        Assert.DoesNotContain(after.Families, static f => f.Definition.Name.StartsWith("burst.calls.", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Invariant", "I7b")]
    public async Task Meters_ThatLeaveWhileNobodyReads_AreLetGoOfByTheirNumberAndBySeries()
    {
        string name = Unique();
        await using var kit = TestKit.Start(o => o.Meters.Add(name + ".*"));
        using HeldThread other = new(); // whose cache nothing else is put into
        WeakReference? first = null;
        other.Do(() => first = Leave("first", 1));
        for (int i = 0; i < ForeignMeters.MostLeaving; i++) Leave("many." + i, 1);
        Assert.True(IsCollected(first!)); // no thread's cache holds it either
        var wide = Leave("wide", 900);
        for (int i = 0; i < ForeignMeters.MostLeavingSeries / 900 + 1; i++) Leave("as.wide." + i, 900);
        Assert.True(IsCollected(wide));

        // Apart, so that nothing of it is left on the stack.
        [MethodImpl(MethodImplOptions.NoInlining)]
        WeakReference Leave(string instrument, int series)
        {
            using Meter meter = new($"{name}.{instrument}");
            var counter = meter.CreateCounter<long>(instrument);
            for (int i = 0; i < series; i++) counter.Add(1, new KeyValuePair<string, object?>("a", i));
            return TableOf(instrument);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        WeakReference TableOf(string instrument)
        {
            foreach (var meter in kit.Services.GetRequiredService<InstrumentRegistry>().Meters)
            {
                foreach (var there in meter.All)
                {
                    if (there?.Definition.Name == instrument) return new(there.Table!.Index.Blocks[0].Cells);
                }
            }
            throw new InvalidOperationException("It is not there.");
        }

        static bool IsCollected(WeakReference what)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            return !what.IsAlive;
        }
    }

    [Fact]
    public async Task Histograms_WithoutAdvice_GetTheBoundsOfTheirUnit()
    {
        using Meter meter = new(Unique());
        await using var kit = Selecting(meter);
        meter.CreateHistogram<double>("advised", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2] }).Record(1);
        meter.CreateHistogram<double>("seconds", "s").Record(1);
        meter.CreateHistogram<double>("milliseconds", "ms").Record(1);
        meter.CreateHistogram<long>("bytes", "By").Record(1);
        using var snapshot = await kit.SnapshotAsync();
        Assert.Equal<double>([1, 2], BoundsOf("advised"));
        Assert.Equal(InstrumentDefinition.DefaultSeconds, BoundsOf("seconds"));
        Assert.Equal(10_000, BoundsOf("milliseconds")[^1]);
        Assert.Equal((64, 1 << 30), (BoundsOf("bytes")[0], BoundsOf("bytes")[^1]));

        System.Collections.Immutable.ImmutableArray<double> BoundsOf(string name) => Assert.Single(snapshot.Families, f => f.Definition.Name == name).Bounds;
    }

    [Theory]
    [InlineData("seconds", "h")]
    [InlineData("Second", "h")]
    [InlineData("S", "h")]
    [InlineData("sec", "h")]
    [InlineData("s", "latency.ms")] // a unit wins over what the name says
    [InlineData("", "h.seconds")]
    [InlineData(null, "h_seconds")]
    [InlineData(null, "waitSeconds")]
    public async Task Histograms_InSecondsHoweverSpelled_NeverGetBoundsOfMilliseconds(string? unit, string name)
    {
        using Meter meter = new(Unique());
        await using var kit = Selecting(meter);
        meter.CreateHistogram<double>(name, unit).Record(1);
        using var snapshot = await kit.SnapshotAsync();
        Assert.Equal(InstrumentDefinition.DefaultSeconds, Assert.Single(snapshot.Families, f => f.Definition.Name == name).Bounds);
    }

    static string Unique() => "Test." + Guid.NewGuid().ToString("N");

    static TestKit Selecting(Meter meter) => TestKit.Start(o => o.Meters.Add(meter.Name));

    sealed record Shouted(string Text)
    {
        public override string ToString() => Text;
    }
}
