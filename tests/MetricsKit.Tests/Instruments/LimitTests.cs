using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Instruments;

public sealed class LimitTests
{
    static readonly TagKey<string> A = TagKey.Open("a"), B = TagKey.Open("b");
    static readonly TagKey<Colour> Paint = TagKey.OfEnum<Colour>("paint", "red", "green", "blue");

    [Fact]
    [Trait("Invariant", "I8")]
    public void Counter_PastItsLimit_FoldsOpenTagsAndKeepsClosedOnes()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A, Paint) with { MaxSeries = 2 });
        for (int i = 0; i < 10; i++)
        {
            rig.Instrument.Add(1, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"v{i}"), Colour.Red);
            rig.Instrument.Add(1, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"v{i}"), Colour.Blue);
        }
        var read = rig.Read();
        Assert.Equal(
            new Dictionary<string, double> { ["a=v0,paint=red"] = 1, ["a=v0,paint=blue"] = 1, ["!a=_OTHER,paint=red"] = 9, ["!a=_OTHER,paint=blue"] = 9 }, read);
        Assert.Equal(20, read.Values.Sum());
        Assert.Equal(18, rig.Instrument.Table!.Folded);
    }

    [Fact]
    public void Counter_OtherAsAValueOfItsOwn_IsNotTheOverflow()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A) with { MaxSeries = 1 });
        rig.Instrument.Add(1, TagKey.Other);
        rig.Instrument.Add(2, "folded");
        Assert.Equal(new Dictionary<string, double> { ["a=_OTHER"] = 1, ["!a=_OTHER"] = 2 }, rig.Read());
    }

    [Fact]
    [Trait("Invariant", "I8")]
    public void Histogram_PastItsLimit_ConservesCountAndSum()
    {
        using var rig = Rig.Of(Define.Histogram("t", "s", "T.", A, B) with { MaxSeries = 3 });
        for (int i = 0; i < 50; i++) rig.Instrument.Record(0.5, "x", i % 2 == 0 ? "even" : Guid.NewGuid().ToString());
        var bound = rig.Instrument.Bind("y", "z");
        bound.Record(1);
        bound.Record(1);

        Assert.Equal(52, rig.Read().Values.Sum());
        Assert.Equal(23 + 2, rig.Histogram("!a=_OTHER,b=_OTHER").Count);
        Assert.Equal(23 * 0.5 + 2, rig.Histogram("!a=_OTHER,b=_OTHER").Sum);
    }

    [Fact]
    [Trait("Invariant", "I8")]
    public void Gauge_PastItsLimit_IsRejectedAndEachValueCountedOnce()
    {
        using var rig = Rig.Of(Define.Gauge("t", "1", "T.", A) with { MaxSeries = 1 });
        rig.Instrument.Set(1, "kept");
        rig.Instrument.Set(2, "refused");
        rig.Instrument.Set(3, "refused");
        Assert.Equal(new Dictionary<string, double> { ["a=kept"] = 1 }, rig.Read());
        Assert.Equal(2, rig.Count(LedgerEntry.PastLimit));

        rig.Instrument.Set(double.NaN, "refused");
        Assert.Equal((2, 1), (rig.Count(LedgerEntry.PastLimit), rig.Count(LedgerEntry.NotFinite)));
    }

    [Fact]
    public void Gauge_BoundPastItsLimit_CountsItsValuesAndNotTheBinding()
    {
        using var rig = Rig.Of(Define.Gauge("t", "1", "T.", A) with { MaxSeries = 1 });
        rig.Instrument.Set(1, "kept");
        var refused = rig.Instrument.Bind("refused");
        Assert.Equal(0, rig.Count(LedgerEntry.PastLimit));
        refused.Set(1);
        refused.Set(2);
        Assert.Equal(2, rig.Count(LedgerEntry.PastLimit));
        Assert.Single(rig.Read());
    }

    [Fact]
    [Trait("Invariant", "I8")]
    public void ClosedTags_WhateverTheLimit_NeverFold()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", Paint) with { MaxSeries = 1 });
        rig.Instrument.Add(1, Colour.Blue);
        rig.Instrument.Add(2, (Colour)77);
        Assert.Equal(new Dictionary<string, double> { ["paint=red"] = 0, ["paint=green"] = 0, ["paint=blue"] = 1, ["paint=_OTHER"] = 2 }, rig.Read());
    }

    [Fact]
    public void Host_PastItsLimit_FoldsWhicheverInstrumentComesLast()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A), maxSeries: 3);
        for (int i = 0; i < 5; i++) rig.Instrument.Add(1, ((char)('a' + i)).ToString());
        Assert.Equal(new Dictionary<string, double> { ["a=a"] = 1, ["a=b"] = 1, ["a=c"] = 1, ["!a=_OTHER"] = 2 }, rig.Read());
    }

    [Fact]
    [Trait("Invariant", "I8")]
    public async Task Host_PastItsLimit_SaysSoInItsOwnMetricsAndTheTextStaysValid()
    {
        await using var kit = TestKit.Start(static o => o.Limits.MaxSeries = 40);
        var safety = kit.Meter<SafetyMetrics>();
        for (int i = 0; i < 100; i++) safety.EventOccurred("t" + Guid.NewGuid(), Severity.Critical);
        var scrape = await kit.ScrapeAsync();

        Assert.Equal(100, scrape.Samples.Where(static s => s.Name == "safety_events_total" && s["severity"] == "critical").Sum(static s => s.Value));
        var folded = scrape.Sample("safety_events_total", ("type", "_OTHER"), ("severity", "critical"), ("otel_metric_overflow", "true"));
        Assert.Equal(folded.Value, scrape.Value("metricskit_series_folded_total", ("instrument", "safety.events")));
        Assert.InRange(scrape.Value("metricskit_series"), 1, 40);
        await kit.ScrapeAsync(ExpositionFormat.OpenMetrics);
    }

    [Fact]
    [Trait("Invariant", "I8")]
    public void Folding_FromManyThreads_LosesNothing()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A, Paint) with { MaxSeries = 10 });
        Parallel.For(0, 4, thread =>
        {
            for (int i = 0; i < 5000; i++) rig.Instrument.Add(1, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{i % 100}"), (Colour)(i % 3));
        });
        var read = rig.Read();
        Assert.Equal(20_000, read.Values.Sum());
        Assert.Equal(13, read.Count);
    }
}
