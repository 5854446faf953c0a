using System.Diagnostics.Metrics;
using MetricsKit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MetricsKit.Tests.Aggregation;

/// <summary>Names that collide: the scrape stays valid, the first wins, the conflict is counted and told of once, and a name is free again when its owner has left.</summary>
public sealed class NameConflictTests
{
    [Fact]
    public async Task Names_OfDifferentKindUnitOrSample_FirstWinsAndTheOthersAreNamed()
    {
        using Meter acme = new("Acme.Conflicts.Kinds"), other = new("Other.Conflicts.Kinds");
        await using var kit = TestKit.Start(static o => { o.Prefix = "oht50"; o.Meters.Add("*.Conflicts.Kinds"); });
        acme.CreateHistogram<double>("conflicts.wait", "s").Record(1);
        other.CreateCounter<long>("conflicts.wait", "s").Add(2); // conflicts_wait_seconds_total: of the same family in OpenMetrics
        other.CreateGauge<long>("conflicts.wait.seconds.count").Record(3);
        acme.CreateCounter<long>("conflicts.jobs", "{job}").Add(4);
        other.CreateCounter<long>("conflicts_jobs_total", "{task}").Add(5);
        other.CreateCounter<long>("conflicts.other.jobs").Add(6);

        for (int scrape = 0; scrape < 3; scrape++)
        {
            foreach (var format in Enum.GetValues<ExpositionFormat>())
            {
                var read = await kit.ScrapeAsync(format);
                Assert.Equal(1, read.Value("conflicts_wait_seconds_count"));
                Assert.Equal(4, read.Value("conflicts_jobs_total"));
                Assert.Equal(6, read.Value("conflicts_other_jobs_total"));
            }
        }
        var conflicts = BuilderOf(kit).Conflicts;
        Assert.Equal([ConflictReason.Kind, ConflictReason.SampleName, ConflictReason.Unit], conflicts.Select(static c => c.Reason));
        Assert.All(conflicts, static c => Assert.Equal(("Other.Conflicts.Kinds", "Acme.Conflicts.Kinds"), (c.Meter, c.FirstMeter)));
        Assert.Equal(
            "The instrument conflicts.wait of the meter Other.Conflicts.Kinds has no name in Prometheus: conflicts_wait_seconds_total belongs to conflicts.wait already, of the meter Acme.Conflicts.Kinds, which is a histogram and not a counter. " +
            "Give it another name with MetricsKit:Instruments:conflicts.wait:Name and, so that no other instrument is meant, MetricsKit:Instruments:conflicts.wait:Meter=Other.Conflicts.Kinds.",
            conflicts[0].Text);
    }

    [Fact]
    public async Task Names_OfOneMeterWithTwoKinds_AreCuredInItsCode()
    {
        using Meter meter = new("Acme.Conflicts.Self");
        await using var kit = TestKit.Start(static o => o.Meters.Add("Acme.Conflicts.Self"));
        meter.CreateCounter<long>("conflicts.self").Add(1);
        meter.CreateUpDownCounter<long>("conflicts.self").Add(1);
        Assert.Equal(1, (await kit.ScrapeAsync()).Value("conflicts_self_total"));
        Assert.EndsWith("Give one of them another name where they are created.", Assert.Single(BuilderOf(kit).Conflicts).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conflicts_ScrapeAfterScrape_AreCountedAndLoggedOnce()
    {
        LogLines lines = new();
        FakeTimeProvider time = new();
        using Meter meter = new("Acme.Conflicts.Log");
        await using var kit = TestKit.Start(static o => o.Meters.Add("Acme.Conflicts.Log"), b => b.Services.AddLogging(l => l.AddProvider(lines)), time: time);
        for (int cycle = 0; cycle < 3; cycle++)
        {
            using Meter other = new("Acme.Conflicts.Log");
            meter.CreateCounter<long>("conflicts.log").Add(1);
            other.CreateGauge<long>("conflicts.log.total").Record(1);
            for (int scrape = 0; scrape < 3; scrape++)
            {
                await kit.ScrapeAsync();
                time.Advance(TimeSpan.FromSeconds(1));
            }
            Assert.Equal(1, await kit.ValueAsync("metricskit.name.conflicts"));
        }
        Assert.Single(lines.All, static l => l.StartsWith("Warning: The instrument conflicts.log.total of the meter Acme.Conflicts.Log has no name in Prometheus:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Descriptions_OfOneInstrument_TheFirstIsShownAndNothingIsLost()
    {
        using Meter one = new("Acme.Conflicts.Text"), two = new("Acme.Conflicts.Text"), silent = new("Acme.Conflicts.Text");
        await using var kit = TestKit.Start(static o => o.Meters.Add("Acme.Conflicts.Text"));
        one.CreateCounter<long>("conflicts.text", null, "The first.").Add(1);
        silent.CreateCounter<long>("conflicts.text").Add(2);
        Assert.Equal(0, BuilderOf(kit).ConflictCount);
        two.CreateCounter<long>("conflicts.text", null, "Another.").Add(4);
        Assert.Equal(7, (await kit.ScrapeAsync()).Value("conflicts_text_total"));
        using (var snapshot = await kit.SnapshotAsync()) Assert.Contains("# HELP conflicts_text_total The first.\n", TestKit.Text(snapshot), StringComparison.Ordinal);
        Assert.Equal(
            "The instrument conflicts.text of the meter Acme.Conflicts.Text was created with different descriptions, of which conflicts_text_total shows the first. Give it the same one wherever it is created.",
            Assert.Single(BuilderOf(kit).Conflicts).Text);
        one.Dispose();
        silent.Dispose();
        two.Dispose();
        for (int scrape = 0; scrape < 3; scrape++) await kit.ScrapeAsync(); // shown a last time, then let go
        Assert.Equal(0, BuilderOf(kit).ConflictCount);
    }

    [Fact]
    public async Task Cure_ThatAConflictNames_ExportsBoth()
    {
        using Meter first = new("Acme.Conflicts.Cure"), second = new("Other.Conflicts.Cure");
        await using var kit = TestKit.Start(configuration: TestKit.Configuration(
            ("Meters:0", "*.Conflicts.Cure"), ("Instruments:conflicts.cure:Name", "other.cure"), ("Instruments:conflicts.cure:Meter", "Other.Conflicts.Cure")));
        first.CreateHistogram<double>("conflicts.cure", "s").Record(1);
        second.CreateHistogram<double>("conflicts.cure", "s").Record(2);
        var read = await kit.ScrapeAsync(ExpositionFormat.OpenMetrics);
        Assert.Equal(1, read.Value("conflicts_cure_seconds_sum"));
        Assert.Equal(2, read.Value("other_cure_seconds_sum"));
        Assert.Equal(0, BuilderOf(kit).ConflictCount);
    }

    [Fact]
    public async Task Name_WhoseOwnerHasLeft_GoesToTheOneThatWaits()
    {
        Meter first = new("Acme.Conflicts.First");
        using Meter second = new("Acme.Conflicts.Second");
        await using var kit = TestKit.Start(static o => { o.Meters.Add("Acme.Conflicts.First"); o.Meters.Add("Acme.Conflicts.Second"); });
        first.CreateCounter<long>("conflicts.left").Add(1);
        second.CreateCounter<long>("conflicts.left").Add(2);
        second.CreateGauge<long>("conflicts.left").Record(3);
        Assert.Equal(1, (await kit.ScrapeAsync()).Value("conflicts_left_total"));
        Assert.Equal(2, BuilderOf(kit).ConflictCount); // a gauge is of another name in text, and of the same one in OpenMetrics
        first.Dispose();
        for (int scrape = 0; scrape < 3; scrape++) await kit.ScrapeAsync(); // shown a last time, then let go
        Assert.Equal(2, (await kit.ScrapeAsync()).Value("conflicts_left_total"));
        Assert.Equal(1, BuilderOf(kit).ConflictCount);
    }

    [Fact]
    public void Conflicts_OfInstrumentsThatComeAndGo_AreBoundedAndCountedExactly()
    {
        NameConflicts conflicts = new();
        List<object> instruments = [.. Enumerable.Range(0, 3 * NameConflicts.Most).Select(static _ => new object())];
        for (int i = 0; i < instruments.Count; i++) conflicts.Add(instruments[i], Conflict(i));
        Assert.Equal(instruments.Count, conflicts.Count);
        Assert.Equal(Enumerable.Range(0, NameConflicts.Most).Select(static i => $"i{i}"), conflicts.All.Select(static c => c.Instrument));
        Assert.Equal(NameConflicts.Most, conflicts.TakeNews().Length);
        Assert.Empty(conflicts.TakeNews());

        conflicts.Discard(instruments[0]);
        conflicts.Discard(instruments[^1]);
        foreach (var instrument in instruments) conflicts.Remove(instrument);
        Assert.Equal(2, conflicts.Count); // of instruments that were given up there is nothing to come back
        Assert.Equal(["i0"], conflicts.All.Select(static c => c.Instrument));

        for (int i = 0; i < 100_000; i++)
        {
            object instrument = new();
            conflicts.Add(instrument, Conflict(i));
            conflicts.Remove(instrument);
        }
        Assert.Equal(2, conflicts.Count);
        Assert.Empty(conflicts.TakeNews()); // past the bound they are only counted
    }

    [Fact]
    public void Claims_OfFamiliesThatComeAndGo_AreFreeAgain()
    {
        FamilyClaims claims = new();
        DynamicDefinition counter = new("x", InstrumentKind.Counter), histogram = new("x", InstrumentKind.Histogram), gauge = new("x_count", InstrumentKind.Gauge);
        FamilyDescriptor one = new(counter, new("a", null, []), "x_total", [], []), two = new(histogram, new("b", null, []), "x", [], []), three = new(gauge, new("c", null, []), "x_count", [], []);
        Assert.Null(claims.Claim(one));
        Assert.Same(one, claims.Claim(two));
        claims.Release(two); // which never had it
        Assert.Same(one, claims.Claim(two));
        claims.Release(one);
        Assert.Null(claims.Claim(three));
        Assert.Same(three, claims.Claim(two));
        claims.Release(three);
        Assert.Null(claims.Claim(two));
        Assert.Same(two, claims.Claim(three));
    }

    static NameConflict Conflict(int number) => new($"i{number}", "m", "n", "f", "fm", ConflictReason.Name, "", "Rename it.");

    static SnapshotBuilder BuilderOf(TestKit kit) => kit.Services.GetRequiredService<SnapshotBuilder>();
}
