using System.Globalization;
using System.Runtime.CompilerServices;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Instruments;

/// <summary>Idle series leave and return (I7).</summary>
[Trait("Invariant", "I7")]
public sealed class RecyclingTests
{
    static readonly TimeSpan TimeToLive = TimeSpan.FromMinutes(10);
    static readonly TagKey<string> A = TagKey.Open("a");

    readonly FakeTimeProvider _time = new();

    [Fact]
    public void Series_IdleForItsTimeToLive_LeavesWithTheSecondSnapshot()
    {
        using var rig = Of(Define.Counter("t", "1", "T.", A));
        rig.Instrument.Add(3, "x");
        rig.Instrument.Add(5, "y");
        Assert.Equal(["a=x", "a=y"], rig.Read().Keys.Order());
        Pass();
        rig.Instrument.Add(1, "y");
        Assert.Equal(["a=x", "a=y"], rig.Read().Keys.Order());
        Assert.Equal(["a=x", "a=y"], rig.Read().Keys.Order());
        Assert.Equal(["a=y"], rig.Read().Keys);
        Assert.Equal(1, rig.Instrument.Table!.Count);
        Assert.Equal(1, rig.Registry.Budget.Used);
    }

    [Fact]
    public void Series_ThatReturns_BeginsAtZeroWithANewStartTime()
    {
        using var rig = Of(Define.Counter("t", "1", "T.", A));
        rig.Instrument.Add(3, "x");
        var first = StartOf(rig, "x");
        Recycle(rig);
        Assert.Empty(rig.Read());
        rig.Instrument.Add(4, "x");
        Assert.Equal(4, rig.Read("a=x"));
        Assert.Equal(_time.GetUtcNow(), StartOf(rig, "x"));
        Assert.True(StartOf(rig, "x") > first);
    }

    [Fact]
    public void Series_AskedForWhileItLeaves_StaysWithItsTotal()
    {
        using var rig = Of(Define.Counter("t", "1", "T.", A));
        rig.Instrument.Add(3, "x");
        rig.Read();
        Pass();
        rig.Read(); // leaving
        rig.Instrument.Add(0, "x");
        for (int i = 0; i < 3; i++) Assert.Equal(3, rig.Read("a=x"));
        rig.Instrument.Add(1, "x");
        Assert.Equal(4, rig.Read("a=x"));
    }

    [Fact]
    public void Series_ThatIsBound_IsHiddenAndComesBackWithItsTotal()
    {
        using var rig = Of(Define.Histogram("t", "s", "T.", A));
        var bound = rig.Instrument.Bind("x");
        bound.Record(0.5);
        rig.Instrument.Record(0.5, "y");
        rig.Read();
        Pass();
        rig.Instrument.Record(0.5, "y");
        rig.Read();
        Assert.Equal(["a=y"], rig.Read().Keys);
        bound.Record(0.25);
        Assert.Equal((2, 0.75), (rig.Histogram("a=x").Count, rig.Histogram("a=x").Sum));
        Assert.Same(bound, rig.Instrument.Bind("x"));
    }

    [Fact]
    public void Series_OfAnUpDownCounterThatIsNotZero_Stays()
    {
        using var rig = Of(Define.UpDownCounter("t", "1", "T.", A));
        rig.Instrument.Add(1, "busy");
        rig.Instrument.Add(1, "done");
        rig.Instrument.Add(-1, "done");
        Recycle(rig);
        Assert.Equal(1, rig.Read("a=busy"));
        Assert.Single(rig.Read());
    }

    [Fact]
    public void Series_ThatWereDeclared_StayAndAreShown()
    {
        using Rig<CounterInstrument<string>> rig = new(Define.Counter("t", "1", "T.", A), time: _time, timeToLive: TimeToLive, declared: ("a", ["door"]));
        rig.Instrument.Add(1, "x");
        Recycle(rig);
        Assert.Equal(["a=door"], rig.Read().Keys);
    }

    [Fact]
    public void Place_OfACallInProgress_KeepsTheCellsFromEveryOtherSeries()
    {
        using var rig = Of(Define.Counter("t", "1", "T.", A));
        rig.Instrument.Add(7, "x");
        // A call that has its place, and is then held up for as long as it takes.
        var place = TagCache.Find(ThreadCells.Lane, rig.Instrument, "x", 0);
        Recycle(rig);
        Collect(rig);
        for (int i = 0; i < 300; i++) rig.Instrument.Add(1, i.ToString(CultureInfo.InvariantCulture));
        CounterSeries.AddTo(in place, 100);
        Assert.All(rig.Read().Values, static value => Assert.Equal(1, value));
        Assert.Equal((0, 0), (rig.Instrument.Table!.Lifetimes!.Retired.Series, rig.Instrument.Table.Lifetimes.Retired.Count));
        GC.KeepAlive(place.Cells);
    }

    [Fact]
    public void Call_ThatWritesWhenItsSeriesHasLeft_CountsForTheSeriesThatHasItsTagsThen()
    {
        using var counter = Of(Define.Counter("t", "1", "T.", A));
        using var level = Of(Define.UpDownCounter("t", "1", "T.", A));
        using var histogram = Of(Define.Histogram("t", "s", "T.", A));
        WriteLate(counter, level, histogram);
        level.Instrument.Add(-1, "x"); // the way down of the late way up
        Assert.Equal(-1, level.Read("a=x"));
        Collect(counter);
        Collect(level);
        Collect(histogram);
        Assert.Equal((100, 0), (counter.Read("a=x"), level.Read("a=x")));
        Assert.Equal((1, 0.25), (histogram.Histogram("a=x").Count, histogram.Histogram("a=x").Sum));
        Assert.Equal((1, 7L), (counter.Instrument.Table!.Lifetimes!.Retired.Series, counter.Instrument.Table.Lifetimes.Retired.Count));
        Assert.Equal((1, 0L), (level.Instrument.Table!.Lifetimes!.Retired.Series, level.Instrument.Table.Lifetimes.Retired.Count));
        Assert.Equal((1L, 0.5), (histogram.Instrument.Table!.Lifetimes!.Retired.Count, histogram.Instrument.Table.Lifetimes.Retired.Sum));

        // Calls that have their places, and are then held up for as long as it takes.
        [MethodImpl(MethodImplOptions.NoInlining)]
        void WriteLate(Rig<CounterInstrument<string>> counter, Rig<UpDownCounterInstrument<string>> level, Rig<HistogramInstrument<string>> histogram)
        {
            counter.Instrument.Add(7, "x");
            level.Instrument.Add(0, "x");
            histogram.Instrument.Record(0.5, "x");
            var counts = TagCache.Find(ThreadCells.Lane, counter.Instrument, "x", 0);
            var sums = TagCache.Find(ThreadCells.Lane, level.Instrument, "x", 0);
            var times = TagCache.Find(ThreadCells.Lane, histogram.Instrument, "x", 0);
            Recycle(counter);
            Recycle(level);
            Recycle(histogram);
            CounterSeries.AddTo(in counts, 100);
            UpDownCounterSeries.AddTo(in sums, 1);
            HistogramSeries.RecordAt(in times, histogram.Instrument.PaddedBounds, 0.25);
            GC.KeepAlive(counts.Cells);
            GC.KeepAlive(sums.Cells);
            GC.KeepAlive(times.Cells);
        }
    }

    [Theory]
    [InlineData(SeriesState.Present, true)]
    [InlineData(SeriesState.Leaving, false)]
    [InlineData(SeriesState.Gone, false)]
    internal void Cache_OfASeriesThatIsLeaving_KeepsNothing(SeriesState state, bool kept)
    {
        SeriesLife life = new(new(SeriesStorage.Counts), new(1, 1, overflow: false));
        var (leaving, other) = (CellSpace.Allocate(1, CellLayout.Longs, null, 1, life), CellSpace.Allocate(1, CellLayout.Longs, null, 1, life));
        leaving.TryMove(SeriesState.Present, state);
        var table = new TagSlot[TagCache.First];
        TagTables<TagSlot>.Put(table, new() { A = "x", Cells = leaving, Hash = 0 });
        Assert.Equal(kept, table[0].Cells is not null);
        table[0].Cells = leaving; // put before it was leaving, and moved to the second place while it is
        TagTables<TagSlot>.Put(table, new() { A = "y", Cells = other, Hash = 0 });
        Assert.Equal(kept, table[1].Cells is not null);
        Assert.Same(other, table[0].Cells);
    }

    [Fact]
    public void Retired_Totals_AreWhatWasRecordedAndCountedOnce()
    {
        using var counter = Of(Define.Counter("t", "1", "T.", A));
        using var histogram = Of(Define.Histogram("t", "s", "T.", A));
        for (int round = 1; round <= 3; round++)
        {
            Work(counter, histogram);
            Recycle(counter);
            Recycle(histogram);
            Collect(counter);
            Collect(histogram);
            var (counts, times) = (counter.Instrument.Table!.Lifetimes!.Retired, histogram.Instrument.Table!.Lifetimes!.Retired);
            Assert.Equal((round * 20, round * 210L), (counts.Series, counts.Count));
            Assert.Equal((round * 20, round * 20L, round * 10.0), (times.Series, times.Count, times.Sum));
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Work(Rig<CounterInstrument<string>> counter, Rig<HistogramInstrument<string>> histogram)
        {
            for (int i = 1; i <= 20; i++)
            {
                counter.Instrument.Add(i, i.ToString(CultureInfo.InvariantCulture));
                histogram.Instrument.Record(0.5, i.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    [Fact]
    public void Cells_OfSeriesThatCameAndWent_AreUsedAgain()
    {
        using var rig = Of(Define.Counter("t", "1", "T.", A, TagKey.Open("b"), TagKey.Open("c")) with { MaxSeries = 2000 });
        HashSet<int> cells = [];
        for (int round = 0; round < 30; round++)
        {
            Work(rig, round, cells);
            Recycle(rig);
            Collect(rig);
        }
        // Other tests take and return cells at the same time, so these are not the same ones each round; without recycling they would be 30,000.
        Assert.InRange(cells.Count, 1000, 20_000);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Work(Rig<CounterInstrument<string, string, string>> rig, int round, HashSet<int> cells)
        {
            for (int i = 0; i < 1000; i++) rig.Instrument.Add(1, $"{round}", $"{i}", "c");
            foreach (var block in rig.Instrument.Table!.Index.Blocks) cells.Add(block.Cells!.Start);
        }
    }

    [Fact]
    public void Slots_ThatAPassedSeriesLeft_AreFreeForNewOnesAtTheLimit()
    {
        using var rig = Of(Define.Counter("t", "1", "T.", A) with { MaxSeries = 2 });
        rig.Instrument.Add(1, "x");
        rig.Instrument.Add(1, "y");
        rig.Instrument.Add(1, "z");
        Assert.Equal(1, rig.Read("!a=_OTHER"));
        Recycle(rig);
        rig.Instrument.Add(1, "z");
        Assert.Equal((1, 1), (rig.Read("a=z"), rig.Read("!a=_OTHER")));
    }

    [Theory]
    [InlineData("oht50.none", "00:10:00", "is no instrument")]
    [InlineData("safety.events", "00:00:00", "it must be more than zero")]
    [InlineData("app.cpu", "00:10:00", "is no instrument")]
    [InlineData("cache.hit.rate", "00:10:00", "measures: set it there")]
    public void TimeToLive_ThatCannotBe_IsAnErrorAtStart(string instrument, string timeToLive, string sentence)
    {
        MetricsKitOptions options = new();
        options.Instruments[instrument] = new() { TimeToLive = TimeSpan.Parse(timeToLive, CultureInfo.InvariantCulture) };
        InstrumentPolicy policy = new(options, [.. MetricsKitCatalog.Meters.Select(static m => m.Definition)]);
        Assert.Contains(policy.Faults(), fault => fault.Contains(sentence, StringComparison.Ordinal));
    }

    Rig<TInstrument> Of<TInstrument>(InstrumentDefinition<TInstrument> row) where TInstrument : Instrument => new(row, time: _time, timeToLive: TimeToLive);

    void Pass() => _time.Advance(TimeToLive + TimeSpan.FromSeconds(1));

    /// <summary>Idle for the time to live, and the two snapshots that it takes.</summary>
    void Recycle<TInstrument>(Rig<TInstrument> rig) where TInstrument : Instrument
    {
        rig.Read();
        Pass();
        rig.Read();
        rig.Read();
    }

    /// <summary>What nobody can reach any more comes back with the next snapshot.</summary>
    static void Collect<TInstrument>(Rig<TInstrument> rig) where TInstrument : Instrument
    {
        for (int i = 0; i < 4; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        rig.Read();
        GC.Collect(); // what was finalized is gone with the collection after
        rig.Read();
    }

    static DateTimeOffset StartOf(Rig<CounterInstrument<string>> rig, string a)
    {
        using var snapshot = rig.Source.GetSnapshotAsync().AsTask().GetAwaiter().GetResult();
        return snapshot.Find("t", ("a", a))!.Value.StartTime;
    }
}
