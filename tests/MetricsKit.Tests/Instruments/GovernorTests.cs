using System.Globalization;
using Xunit;

namespace MetricsKit.Tests.Instruments;

/// <summary>I8: who comes after a flood of label values, and comes again and again, still gets a series.</summary>
[Trait("Invariant", "I8")]
public sealed class GovernorTests
{
    const int Limit = 80, Open = 70; // an eighth is kept back

    static readonly TagKey<string> A = TagKey.Open("a");

    /// <summary>
    /// Exact where nobody was folded before. After a flood strangers may stand at the counters of the newcomer, as hashes have it that are seeded per process:
    /// then it has its series sooner, and never later.
    /// </summary>
    [Theory]
    [InlineData(Open, 0)]
    [InlineData(5_000, SightingSketch.Often - 1)]
    public void Newcomers_ThatComeAgainAfterAFlood_GetASeriesOfTheirOwn(int strangers, int sooner)
    {
        using var counter = Rig.Of(Define.Counter("t", "1", "T.", A) with { MaxSeries = Limit });
        using var level = Rig.Of(Define.UpDownCounter("t", "1", "T.", A) with { MaxSeries = Limit });
        using var size = Rig.Of(Define.Histogram("t", "s", "T.", A) with { MaxSeries = Limit });
        using var heat = Rig.Of(Define.Gauge("t", "1", "T.", A) with { MaxSeries = Limit });
        Flood(strangers, value => Record(value));
        Assert.Equal((Open, Open, Open, Open), (counter.Instrument.Table!.Count, level.Instrument.Table!.Count, size.Instrument.Table!.Count, heat.Instrument.Table!.Count));

        for (int i = 0; i < 20; i++) Record("steady");
        const int Own = 20 - (SightingSketch.Often - 1);
        foreach (double own in new[] { counter.Read("a=steady"), level.Read("a=steady"), size.Read("a=steady") }) Assert.InRange(own, Own, Own + sooner);
        Assert.Equal(1, heat.Read("a=steady"));
        foreach (double sum in new[] { counter.Read().Values.Sum(), level.Read().Values.Sum(), size.Read().Values.Sum() }) Assert.Equal(strangers + 20, sum);
        long refused = heat.Count(LedgerEntry.PastLimit), least = strangers - Open;
        Assert.InRange(refused, least + SightingSketch.Often - 1 - sooner, least + SightingSketch.Often - 1);

        void Record(string value)
        {
            counter.Instrument.Add(1, value);
            level.Instrument.Add(1, value);
            size.Instrument.Record(1, value);
            heat.Instrument.Set(1, value);
        }
    }

    [Fact]
    public void KeptBack_WhenAllOfItIsTaken_IsNoMore()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A) with { MaxSeries = Limit });
        Flood(Open, value => rig.Instrument.Add(1, value));
        for (int i = 0; i < 20; i++) Flood(20, value => rig.Instrument.Add(1, "steady" + value));
        Assert.Equal(Limit, rig.Instrument.Table!.Count);
        Assert.Equal(Open + 400, rig.Read().Values.Sum());
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(8, 7)]
    [InlineData(1000, 875)]
    public void Limit_OfAnOpenInstrument_KeepsAnEighthBack(int limit, int open)
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A) with { MaxSeries = limit });
        Flood(2 * limit, value => rig.Instrument.Add(1, value));
        Assert.Equal(open, rig.Instrument.Table!.Count);
    }

    [Fact]
    public void Declared_Values_NeedNotBeSeenAgain()
    {
        string[] known = [.. Enumerable.Range(0, 16).Select(Text)];
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A) with { MaxSeries = 16 }, declared: ("a", known));
        Assert.Equal(known.Select(static v => "a=" + v).Order(StringComparer.Ordinal), rig.Read().Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Closed_Labels_KeepNothingBack()
    {
        TagKey<Colour> paint = TagKey.OfEnum<Colour>("paint", "red", "green", "blue");
        TagKey<Size> size = TagKey.OfEnum<Size>("size", "small", "large");
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", paint, size));
        for (int i = 0; i < 12; i++) rig.Instrument.Add(1, (Colour)(i % 4), (Size)(i / 4)); // among them what is outside the lists
        Assert.Equal(12, rig.Read().Count(static s => !s.Key.StartsWith('!') && s.Value == 1));
    }

    [Fact]
    public void Exempt_Instruments_KeepNothingBack()
    {
        SeriesTable table = new(Define.Gauge("t", "1", "T.", A), SeriesStorage.Values, 0, 16, SeriesBudget.None, new());
        Flood(40, value => table.Resolve([value], out _));
        Assert.Equal(16, table.Count);
    }

    [Fact]
    public void Host_PastItsTotal_KeepsAnEighthForWhatComesAgainAndForClosedLabels()
    {
        TagKey<Colour> paint = TagKey.OfEnum<Colour>("paint", "red", "green", "blue");
        var first = Define.Counter("first", "1", "F.", A);
        var second = Define.Counter("second", "1", "S.", A);
        var closed = Define.Counter("closed", "1", "C.", paint);
        using var registry = TestInstruments.Registry(maxSeries: Limit);
        var meter = registry.Open(new("Governor." + Guid.NewGuid().ToString("N"), first, second, closed));
        var (one, two) = (meter.Create(first), meter.Create(second));
        Flood(1_000, value => one.Add(1, value));
        Flood(1_000, value => two.Add(1, value));
        Assert.Equal((Open, 0, Open), (one.Table!.Count, two.Table!.Count, registry.Budget.Used));

        meter.Create(closed);
        Assert.Equal(Open + 3, registry.Budget.Used);
        for (int i = 0; i < 20; i++) Flood(20, value => two.Add(1, "steady" + value));
        Assert.Equal((Open, Limit - Open - 3, Limit), (one.Table.Count, two.Table.Count, registry.Budget.Used));
    }

    [Fact]
    public void Flood_OfOneLabelBesideASteadyOne_LeavesRoomForTheSteadySets()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A, TagKey.Open("b")) with { MaxSeries = Limit });
        for (int i = 0; i < 20_000; i++)
        {
            rig.Instrument.Add(1, "route" + i % 5, Text(i));
            if (i % 500 == 499) rig.Instrument.Add(1, "route" + i % 5, "steady");
        }
        var read = rig.Read();
        Assert.InRange(read["a=route4,b=steady"], 40 - (SightingSketch.Often - 1), 40); // sooner, if strangers stand at its counters
        Assert.Equal(Open + 1 + 1, read.Count);
        Assert.Equal(20_040, read.Values.Sum());
    }

    [Fact]
    [Trait("Invariant", "I11")]
    public void Folds_WhileTheTableIsLocked_WaitForNobody()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A) with { MaxSeries = Limit });
        Flood(Open + 10, value => rig.Instrument.Add(1, value));
        using HeldThread thread = new();
        thread.Do(() => rig.Instrument.Add(1, "first"));
        lock (rig.Instrument.Table!) thread.Do(() => Flood(20_000, value => rig.Instrument.Add(1, "stranger" + value)));
        Assert.Equal((Open, 20_000 + 10 + 1), (rig.Instrument.Table!.Count, rig.Read("!a=_OTHER")));
    }

    [Fact]
    public void Newcomers_FromManyThreads_GetEachOneSeriesAndLoseNothing()
    {
        const int Threads = 4, Calls = 30_000, Steady = 5; // fewer than are kept back: threads that overwrite sightings may let a stranger in
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A) with { MaxSeries = Limit });
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, thread =>
        {
            for (int i = 0; i < Calls; i++) rig.Instrument.Add(1, i % 50 == 0 ? "steady" + i / 50 % Steady : string.Create(CultureInfo.InvariantCulture, $"{thread}:{i}"));
        });
        var read = rig.Read();
        Assert.Equal(Threads * Calls, read.Values.Sum());
        Assert.Equal(Steady, read.Keys.Count(static k => k.StartsWith("a=steady", StringComparison.Ordinal)));
        Assert.InRange(rig.Instrument.Table!.Count, Open, Limit);
        Assert.Equal(rig.Instrument.Table.Count, rig.Registry.Budget.Used);
    }

    static void Flood(int count, Action<string> record)
    {
        for (int i = 0; i < count; i++) record(Text(i));
    }

    static string Text(int i) => i.ToString(CultureInfo.InvariantCulture);
}
