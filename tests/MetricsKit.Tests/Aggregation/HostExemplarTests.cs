using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MetricsKit.Tests.Aggregation;

/// <summary>Exemplars of a whole host: switched on and off, of its own meters and of others'.</summary>
public sealed class HostExemplarTests
{
    [Fact]
    public async Task Section_ThatSwitchesThemOn_ShowsThemInOpenMetricsAlone()
    {
        await using var kit = TestKit.Start(configuration: TestKit.Configuration(("Exemplars", "true")));
        var activity = Trace.Recorded(() => kit.Meter<SafetyMetrics>().EventOccurred("door", Severity.Critical));

        var sample = Assert.Single((await kit.ScrapeAsync(ExpositionFormat.OpenMetrics)).Samples, static s => s.Exemplar is not null && s.Name == "safety_events_total");
        Assert.Equal(("door", "critical", 1.0), (sample["type"], sample["severity"], sample.Exemplar!.Value));
        Assert.Equal([new("trace_id", activity.TraceId.ToHexString()), new("span_id", activity.SpanId.ToHexString())], sample.Exemplar.Labels);
        await kit.ScrapeAsync(); // the parser refuses them there
    }

    [Fact]
    public async Task Host_WithoutAWord_ListensToNothingAndShowsNone()
    {
        using Meter meter = new(Unique());
        await using var kit = TestKit.Start(o => o.Meters.Add(meter.Name));
        var counter = meter.CreateCounter<long>("calls");
        Trace.Recorded(() =>
        {
            kit.Meter<SafetyMetrics>().EventOccurred("door", Severity.Critical);
            counter.Add(1);
        });

        Assert.DoesNotContain((await kit.ScrapeAsync(ExpositionFormat.OpenMetrics)).Samples, static s => s.Exemplar is not null);
        Assert.Null(kit.Services.GetRequiredService<InstrumentRegistry>().Made);
    }

    [Fact]
    public async Task Foreign_OfEveryKindAndType_HaveThemWhereTheFormatHas()
    {
        using Meter meter = new(Unique());
        await using var kit = Selecting(meter);
        Counter<byte> bytes = meter.CreateCounter<byte>("count.byte");
        Counter<decimal> decimals = meter.CreateCounter<decimal>("count.decimal");
        Histogram<int> sizes = meter.CreateHistogram("size.int", advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [10, 20] });
        Histogram<double> bare = meter.CreateHistogram("size.double", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [] });
        var level = meter.CreateUpDownCounter<int>("level");
        var gauge = meter.CreateGauge<double>("gauge");
        for (int round = 0; round < 2; round++) // resolved, then remembered
        {
            Trace.Recorded(() =>
            {
                bytes.Add(2, new("b", 1), new("a", "x"));
                decimals.Add(0.25m, new KeyValuePair<string, object?>("a", "y"));
                sizes.Record(7);
                sizes.Record(20);
                sizes.Record(30);
                bare.Record(5);
                level.Add(1);
                gauge.Record(1);
            });
        }

        var scrape = await kit.ScrapeAsync(ExpositionFormat.OpenMetrics);
        Assert.Equal(
            ["count_byte_total 2 x", "count_decimal_total 0.25 y", "size_double_bucket 5 ", "size_int_bucket 20 ", "size_int_bucket 30 ", "size_int_bucket 7 "],
            scrape.Samples.Where(s => s.Exemplar is not null).Select(static s => $"{s.Name} {s.Exemplar!.RawValue} {s["a"]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Foreign_MeasurementOfNoUse_LeavesNone()
    {
        using Meter meter = new(Unique());
        await using var kit = Selecting(meter);
        var sum = meter.CreateCounter<double>("sum");
        var count = meter.CreateCounter<long>("count");
        var size = meter.CreateHistogram<double>("size");
        sum.Add(1);
        count.Add(1);
        Trace.Unrecorded(() => size.Record(1));
        Trace.Recorded(() =>
        {
            sum.Add(-1);
            sum.Add(double.NaN);
            count.Add(-1);
            size.Record(double.PositiveInfinity);
        });

        Assert.DoesNotContain((await kit.ScrapeAsync(ExpositionFormat.OpenMetrics)).Samples, static s => s.Exemplar is not null);
    }

    [Fact]
    [Trait("Invariant", "I8")]
    public async Task Foreign_SeriesThatFoldAndSeriesOfLaterPages_KeepTheirOwn()
    {
        const int Series = 1000; // what an instrument may have unless somebody says otherwise: several pages, which hold 256 at most
        using Meter meter = new(Unique());
        await using var kit = Selecting(meter);
        var counter = meter.CreateCounter<long>("calls");
        Trace.Recorded(() =>
        {
            for (int i = 1; i <= Series + 50; i++) counter.Add(i, new KeyValuePair<string, object?>("i", i));
        });

        var scrape = await kit.ScrapeAsync(ExpositionFormat.OpenMetrics);
        var exemplars = scrape.Samples.Where(static s => s.Name == "calls_total").ToList();
        Assert.All(exemplars, static s => Assert.NotNull(s.Exemplar));
        Assert.All(exemplars.Where(static s => s["otel_metric_overflow"] is null), static s => Assert.Equal(s.RawValue, s.Exemplar!.RawValue));
        Assert.Single(exemplars, static s => s["otel_metric_overflow"] == "true");
    }

    [Fact]
    [Trait("Invariant", "I11")]
    public async Task Clock_ThatThrows_IsCountedAndHarmsNoCaller()
    {
        using Meter meter = new(Unique());
        BrokenClock clock = new();
        await using var kit = TestKit.Start(o =>
        {
            o.Exemplars = true;
            o.Meters.Add(meter.Name);
        }, builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var counter = meter.CreateCounter<long>("calls");
        clock.Broken = true;
        Trace.Recorded(() =>
        {
            counter.Add(1);
            kit.Meter<ApplicationMetrics>().RequestCompleted("GET", "/", "200");
        });
        clock.Broken = false;

        using var snapshot = await kit.SnapshotAsync();
        Assert.Equal((1, 1, 2), (snapshot.Total("calls"), snapshot.Total("http.requests"), kit.Ledger.Read(LedgerEntry.ListenerError)));
    }

    [Fact]
    public async Task Handle_ThatOutlivesItsHost_StillHarmsNobody()
    {
        var kit = TestKit.Start(static o => o.Exemplars = true);
        var (safety, ledger) = (kit.Meter<SafetyMetrics>(), kit.Ledger);
        await kit.DisposeAsync();

        Trace.Recorded(() => safety.EventOccurred("door", Severity.Critical));

        Assert.Equal(0, ledger.Read(LedgerEntry.ListenerError));
    }

    static string Unique() => "Exemplars." + Guid.NewGuid().ToString("N");

    static TestKit Selecting(Meter meter) => TestKit.Start(o =>
    {
        o.Exemplars = true;
        o.Meters.Add(meter.Name);
    });

    sealed class BrokenClock : TimeProvider
    {
        public bool Broken { get; set; }

        public override DateTimeOffset GetUtcNow() => Broken ? throw new InvalidOperationException("not mine") : base.GetUtcNow();
    }
}
