using System.Reflection;
using MetricsKit.Testing;
using MetricsKit.Tests.Instruments;
using Xunit;

namespace MetricsKit.Tests.Aggregation;

/// <summary>Which measurements become exemplars, and of which series and bucket.</summary>
public sealed class ExemplarTests
{
    static readonly TagKey<string> A = TagKey.Open("a"), B = TagKey.Open("b"), C = TagKey.Open("c");
    static readonly TagKey<Colour> Hue = TagKey.OfEnum<Colour>("hue", "red", "green", "blue");

    static InstrumentDefinition<HistogramInstrument<string>> Durations => Define.Histogram("work", "s", "Work.", A) with { Bounds = [1, 2, 5] };

    [Fact]
    public void Counter_CalledInARecordedActivity_HasTheMeasurementWithItsTraceAndTime()
    {
        using ExemplarRig<CounterInstrument<string>> rig = new(Define.Counter("work", "1", "Work.", A));
        rig.Time.Advance(TimeSpan.FromMilliseconds(1234));
        var activity = Trace.Recorded(() => rig.Instrument.Add(3, "x"));
        rig.Instrument.Add(1, "y");

        var exemplar = Assert.Single(rig.Of(("a", "x")));
        Assert.Equal((3.0, rig.Time.GetUtcNow(), activity.TraceId, activity.SpanId), (exemplar.Value, exemplar.Timestamp, exemplar.TraceId, exemplar.SpanId));
        Assert.Empty(rig.Of(("a", "y")));
    }

    [Fact]
    public void Handle_CalledInARecordedActivity_HasItsOwnSeriesExemplar()
    {
        using ExemplarRig<HistogramInstrument<string>> rig = new(Durations);
        var (x, y) = (rig.Instrument.Bind("x"), rig.Instrument.Bind("y"));
        Trace.Recorded(() => x.Record(1.5));
        Trace.Recorded(() => y.Record(7));

        Assert.Equal(1.5, Assert.Single(rig.Of(("a", "x"))).Value);
        Assert.Equal(7, Assert.Single(rig.Of(("a", "y"))).Value);
    }

    [Fact]
    public void Series_OfEveryShapeOfTags_AreFoundAgain()
    {
        using ExemplarRig<CounterInstrument> none = new(Define.Counter("work", "1", "Work."));
        using ExemplarRig<CounterInstrument<Colour>> closed = new(Define.Counter("work", "1", "Work.", Hue));
        using ExemplarRig<CounterInstrument<string, Colour>> mixed = new(Define.Counter("work", "1", "Work.", A, Hue));
        using ExemplarRig<HistogramInstrument<string, string, string>> three = new(Define.Histogram("work", "s", "Work.", A, B, C));
        using ExemplarRig<HistogramInstrument<string, string, string, Colour>> four = new(Define.Histogram("work", "s", "Work.", A, B, C, Hue));
        Trace.Recorded(() =>
        {
            none.Instrument.Add(1);
            closed.Instrument.Add(2, Colour.Green);
            closed.Instrument.Add(3, (Colour)99);
            mixed.Instrument.Add(4, "x", Colour.Red);
            mixed.Instrument.Add(5, "", Colour.Red);
            three.Instrument.Record(6, "x", null!, "z");
            three.Instrument.Record(7, "", "x", "z");
            four.Instrument.Record(8, "lone \uD800", new('v', 300), "z", Colour.Blue);
        });

        Assert.Equal(1, Assert.Single(none.Of()).Value);
        Assert.Equal(2, Assert.Single(closed.Of(("hue", "green"))).Value);
        Assert.Equal(3, Assert.Single(closed.Of(("hue", TagKey.Other))).Value);
        Assert.Empty(closed.Of(("hue", "red")));
        Assert.Equal(4, Assert.Single(mixed.Of(("a", "x"))).Value);
        Assert.Equal([5.0], ValuesOf(mixed, untagged: "a"));
        Assert.Equal(6, Assert.Single(three.Of(("a", "x"))).Value);
        Assert.Equal(7, Assert.Single(three.Of(("b", "x"))).Value);
        Assert.Equal(8, Assert.Single(four.Of(("a", "lone \uFFFD"), ("hue", "blue"))).Value);
    }

    [Fact]
    public void Measurement_OutsideARecordedActivityOrOfNoUse_LeavesNothing()
    {
        using ExemplarRig<HistogramInstrument<string>> histogram = new(Durations);
        using ExemplarRig<CounterInstrument<string>> counter = new(Define.Counter("work", "1", "Work.", A));
        histogram.Instrument.Record(1, "x");
        Trace.Unrecorded(() => histogram.Instrument.Record(1, "x"));
        Trace.Hierarchical(() => histogram.Instrument.Record(1, "x"));
        counter.Instrument.Add(1, "x");
        Trace.Recorded(() =>
        {
            histogram.Instrument.Record(double.NaN, "x");
            histogram.Instrument.Record(double.PositiveInfinity, "x");
            counter.Instrument.Add(-1, "x");
        });

        Assert.Empty(histogram.Of());
        Assert.Empty(counter.Of());
        Assert.Equal((2, 1), (histogram.Registry.Ledger.Read(LedgerEntry.NotFinite), counter.Registry.Ledger.Read(LedgerEntry.Negative)));
    }

    [Fact]
    public void Bucket_InOneSecond_HasTheFirstAndThenTheNext()
    {
        using ExemplarRig<HistogramInstrument<string>> rig = new(Durations);
        Trace.Recorded(() =>
        {
            rig.Instrument.Record(1.1, "x");
            rig.Time.Advance(TimeSpan.FromMilliseconds(999));
            rig.Instrument.Record(1.2, "x");
            rig.Instrument.Record(3, "x"); // another bucket has its own second
            Assert.Equal([1.1, 3], ValuesOf(rig));
            rig.Time.Advance(TimeSpan.FromMilliseconds(1));
            rig.Instrument.Record(1.3, "x");
            rig.Instrument.Record(4, "x");
        });

        Assert.Equal([1.3, 3], ValuesOf(rig));
    }

    [Fact]
    public void Bucket_OfAMeasurementOnItsBound_IsTheOneThatCountsIt()
    {
        using ExemplarRig<HistogramInstrument<string>> rig = new(Durations);
        double[] values = [double.MinValue, -1, 0, 1, Math.BitIncrement(1), 2, 4.5, 5, Math.BitIncrement(5), double.MaxValue];
        foreach (double value in values)
        {
            Trace.Recorded(() => rig.Instrument.Record(value, "x"));
            var scrape = rig.Parse(); // the parser refuses exemplars outside of their buckets
            Assert.Equal(value, scrape.Samples.Select(static s => s.Exemplar).OfType<ExpositionExemplar>().MaxBy(static e => e.Timestamp)!.Value);
            rig.Time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal([1, 2, 5, double.MaxValue], ValuesOf(rig));
    }

    [Fact]
    [Trait("Invariant", "I8")]
    public void Overflow_ThatOthersFoldInto_HasAnExemplarAndCountsEachFoldOnce()
    {
        using ExemplarRig<CounterInstrument<string, Colour>> rig = new(Define.Counter("work", "1", "Work.", A, Hue) with { MaxSeries = 1 });
        Trace.Recorded(() =>
        {
            rig.Instrument.Add(1, "first", Colour.Red);
            rig.Instrument.Add(2, "second", Colour.Red);
            rig.Instrument.Add(3, "third", Colour.Green);
        });

        Assert.Equal(1, Assert.Single(rig.Of(("a", "first"))).Value);
        Assert.Equal(2, Assert.Single(rig.Of(("a", TagKey.Other), ("hue", "red"))).Value);
        Assert.Equal(3, Assert.Single(rig.Of(("a", TagKey.Other), ("hue", "green"))).Value);
        Assert.Equal(2, rig.Instrument.Table!.Folded);
        Assert.Equal(3, rig.Parse().Samples.Count(static s => s.Exemplar is not null));
    }

    [Fact]
    public void Series_ThatAViewMakesOfSeveral_HasTheExemplarsOfAll()
    {
        TagView view = new(null, ["b"], [new("a", new Dictionary<string, string> { ["x"] = "same", ["y"] = "same" })]);
        using ExemplarRig<CounterInstrument<string, string>> rig = new(Define.Counter("work", "1", "Work.", A, B) with { MaxSeries = 1 }, view: view);
        Trace.Recorded(() =>
        {
            rig.Instrument.Add(1, "x", "1");
            rig.Time.Advance(TimeSpan.FromSeconds(1));
            rig.Instrument.Bind("y", "2").Add(2);
            rig.Instrument.Add(3, "z", "3");
        });

        Assert.Equal(2, Assert.Single(rig.Of(("a", "same"))).Value);
        Assert.Equal(3, Assert.Single(rig.Of(("a", TagKey.Other))).Value);
    }

    [Fact]
    [Trait("Invariant", "I7")]
    public void Series_ThatWasRecycled_TookItsExemplarAlong()
    {
        using ExemplarRig<CounterInstrument<string>> rig = new(Define.Counter("work", "1", "Work.", A), timeToLive: TimeSpan.FromMinutes(1));
        Trace.Recorded(() => rig.Instrument.Add(1, "x"));
        SnapshotData lent = new();
        using var before = rig.Read(lent);
        for (int i = 0; i < 3; i++)
        {
            rig.Time.Advance(TimeSpan.FromMinutes(1));
            rig.Read().Dispose();
        }
        rig.Instrument.Add(5, "x");

        Assert.Empty(rig.Of(("a", "x")));
        Assert.Equal(1, Assert.Single(before.Find("work", ("a", "x"))!.Value.Exemplars).Value); // who still reads the old snapshot has what it had
    }

    [Fact]
    public void Instrument_ThatIsSwitchedOff_IsNotListenedTo()
    {
        using ExemplarRig<CounterInstrument<string>> rig = new(Define.Counter("work", "1", "Work.", A), recorded: false);
        Trace.Recorded(() =>
        {
            rig.Instrument.Add(1, "x");
            rig.Instrument.Bind("x").Add(1);
        });

        using var snapshot = rig.Read();
        Assert.Empty(snapshot.Families);
        Assert.All(rig.Instrument.Table!.Index.Pages, static page => Assert.Null(page.Exemplars));
    }

    [Fact]
    public void Threads_ThatOfferInTheSameMoment_LeaveTheOneThatWasFirst()
    {
        // Between the look at the bucket and the exchange the clock is read: there another measurement of the same moment comes in between.
        Intruding time = new();
        using ExemplarRig<CounterInstrument> rig = new(Define.Counter("work", "1", "Work."), time);
        Trace.Recorded(() =>
        {
            time.Between = () => rig.Instrument.Add(2);
            rig.Instrument.Add(1);
        });

        Assert.Equal(2, Assert.Single(rig.Of()).Value);
    }

    [Fact]
    public void Exemplar_OnceMade_NeverChangesSoThatAReaderSeesNoHalves() =>
        Assert.All(typeof(Exemplar).GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public), static field => Assert.True(field.IsInitOnly, field.Name));

    static double[] ValuesOf<TInstrument>(ExemplarRig<TInstrument> rig, string untagged = "") where TInstrument : Instrument
    {
        using var snapshot = rig.Read();
        return [.. snapshot.Families[0].Series.Where(s => !s.Tags.Any(t => t.Key == untagged)).SelectMany(static s => s.Exemplars).Select(static e => e.Value)];
    }

    /// <summary>Runs something the next time that it is asked for the time of day.</summary>
    sealed class Intruding : TimeProvider
    {
        public Action? Between { get; set; }

        public override DateTimeOffset GetUtcNow()
        {
            var between = Between;
            Between = null;
            between?.Invoke();
            return DateTimeOffset.UnixEpoch;
        }
    }
}
