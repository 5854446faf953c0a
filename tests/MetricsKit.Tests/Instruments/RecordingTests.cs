using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Instruments;

public sealed class RecordingTests
{
    static readonly TagKey<string> A = TagKey.Open("a"), B = TagKey.Open("b");
    static readonly TagKey<Colour> Paint = TagKey.OfEnum<Colour>("paint", "red", "green", "blue");

    [Fact]
    [Trait("Requirement", "S1-030")]
    public void Counter_WithoutTags_CountsFromZero()
    {
        using var rig = Rig.Of(Define.Counter("things", "{thing}", "Things."));
        Assert.Equal(0, rig.Read(""));
        rig.Instrument.Add(3);
        rig.Instrument.Bind().Add();
        Assert.Equal(4, rig.Read(""));
    }

    [Fact]
    [Trait("Invariant", "I9")]
    public void Counter_NegativeIncrement_IsRejectedAndCounted()
    {
        using var rig = Rig.Of(Define.Counter("things", "{thing}", "Things.", A));
        rig.Instrument.Add(5, "x");
        rig.Instrument.Add(-1, "x");
        rig.Instrument.Bind("x").Add(-7);
        rig.Instrument.Bind("x").Add(long.MinValue);

        Assert.Equal(5, rig.Read("a=x"));
        Assert.Equal(3, rig.Count(LedgerEntry.Negative));
    }

    [Fact]
    [Trait("Invariant", "I9")]
    public void Counter_TotalThatWouldWrap_StaysAtTheEnd()
    {
        using var rig = Rig.Of(Define.Counter("things", "{thing}", "Things.", A));
        rig.Instrument.Add(long.MaxValue, "x");
        rig.Instrument.Add(long.MaxValue, "x");
        rig.Instrument.Bind("x").Add(1);
        Assert.Equal(long.MaxValue, rig.Read("a=x"));
    }

    [Fact]
    [Trait("Invariant", "I9")]
    public void Counter_WrapOverSeveralThreads_StaysAtTheEnd()
    {
        using var rig = Rig.Of(Define.Counter("things", "{thing}", "Things."));
        var threads = Enumerable.Range(0, 3).Select(_ => new Thread(() => rig.Instrument.Add(long.MaxValue))).ToList();
        threads.ForEach(static t => t.Start());
        threads.ForEach(static t => t.Join());
        Assert.Equal(long.MaxValue, rig.Read(""));
    }

    [Fact]
    [Trait("Invariant", "I9")]
    public void UpDownCounter_BothWays_IsTheSum()
    {
        using var rig = Rig.Of(Define.UpDownCounter("things.open", "{thing}", "Things.", A));
        rig.Instrument.Add(10, "x");
        rig.Instrument.Add(-13, "x");
        var bound = rig.Instrument.Bind("x");
        bound.Increment();
        bound.Increment();
        bound.Decrement();
        Assert.Equal(-2, rig.Read("a=x"));
        rig.Instrument.Add(long.MinValue, "x");
        Assert.Equal(long.MinValue, rig.Read("a=x"));
        rig.Instrument.Add(long.MaxValue, "y");
        bound = rig.Instrument.Bind("y");
        bound.Add(long.MaxValue);
        Assert.Equal(long.MaxValue, rig.Read("a=y"));
    }

    [Fact]
    [Trait("Invariant", "I12")]
    [Trait("Requirement", "S1-030")]
    public void Gauge_UntilSet_IsAbsentAndThenTheLastWins()
    {
        using var rig = Rig.Of(Define.Gauge("level", "1", "Level.", A));
        var bound = rig.Instrument.Bind("x");
        Assert.Empty(rig.Read());
        bound.Set(3);
        rig.Instrument.Set(-1.5, "x");
        Assert.Equal(-1.5, rig.Read("a=x"));
    }

    [Theory]
    [Trait("Invariant", "I9")]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void NotFinite_OfEachKind_IsRejectedAndCounted(double value)
    {
        using var gauge = Rig.Of(Define.Gauge("level", "1", "Level.", A));
        gauge.Instrument.Set(2, "x");
        gauge.Instrument.Set(value, "x");
        gauge.Instrument.Bind("x").Set(value);
        Assert.Equal(2, gauge.Read("a=x"));
        Assert.Equal(2, gauge.Count(LedgerEntry.NotFinite));

        using var histogram = Rig.Of(Define.Histogram("took", "s", "Took.", A));
        histogram.Instrument.Record(2, "x");
        histogram.Instrument.Record(value, "x");
        histogram.Instrument.Bind("x").Record(value);
        Assert.Equal((1, 2), (histogram.Histogram("a=x").Count, histogram.Histogram("a=x").Sum));
        Assert.Equal(2, histogram.Count(LedgerEntry.NotFinite));

        using var observed = Rig.Of(Define.ObservableGauge("seen", "1", "Seen.", A));
        observed.Instrument.Observe(2, "x");
        observed.Instrument.Observe(value, "x");
        Assert.Equal(2, observed.Read("a=x"));
        Assert.Equal(1, observed.Count(LedgerEntry.NotFinite));
    }

    [Fact]
    [Trait("Requirement", "S1-030")]
    public void Histogram_ValuesAtTheBounds_FallIntoTheBucketsTheyBound()
    {
        using var rig = Rig.Of(Define.Histogram("took", "s", "Took.") with { Bounds = [-1, 0, 1, 2.5] });
        double[] values = [double.MinValue, -1, -0.5, -0.0, 0, 0.5, 1, Math.BitIncrement(1), 2.5, double.MaxValue / 4];
        foreach (double value in values) rig.Instrument.Record(value);

        var (count, _, buckets) = rig.Histogram();
        Assert.Equal([2, 3, 2, 2, 1], buckets);
        Assert.Equal(values.Length, count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(254)]
    public void Histogram_AnyNumberOfBounds_FindsTheBucketThatASearchFinds(int bounds)
    {
        using var rig = Rig.Of(Define.Histogram("took", "s", "Took.", A) with { Bounds = [.. Enumerable.Range(0, bounds).Select(static b => b * 1.5)] });
        var expected = new long[bounds + 1];
        Random random = new(bounds);
        for (int i = 0; i < 2000; i++)
        {
            double value = random.Next(-2, bounds + 2) * 1.5 + (random.Next(3) - 1) * 0.25;
            rig.Instrument.Record(value, "x");
            expected[Enumerable.Range(0, bounds).Count(b => b * 1.5 < value)]++;
        }
        Assert.Equal(expected, rig.Histogram("a=x").Buckets);
    }

    [Fact]
    [Trait("Invariant", "I9")]
    public void Histogram_SumPastTheLargestNumber_StaysAFiniteNumber()
    {
        using var rig = Rig.Of(Define.Histogram("took", "s", "Took."));
        rig.Instrument.Record(double.MaxValue);
        rig.Instrument.Record(double.MaxValue);
        Thread other = new(() => { rig.Instrument.Record(double.MinValue); rig.Instrument.Record(double.MinValue); rig.Instrument.Record(double.MinValue); });
        other.Start();
        other.Join();

        Assert.Equal(5, rig.Histogram().Count);
        Assert.True(double.IsFinite(rig.Histogram().Sum));
    }

    [Fact]
    public void Histogram_NegativeMeasurements_LowerTheSum()
    {
        using var rig = Rig.Of(Define.Histogram("took", "s", "Took."));
        rig.Instrument.Record(5);
        Assert.Equal(5, rig.Histogram().Sum);
        rig.Instrument.Record(-7);
        Assert.Equal(-2, rig.Histogram().Sum);
    }

    [Theory]
    [InlineData("s", 90)]
    [InlineData("ms", 90_000)]
    [InlineData("us", 90e6)]
    [InlineData("ns", 90e9)]
    [InlineData("min", 1.5)]
    [InlineData("h", 0.025)]
    [InlineData("d", 0.025 / 24)]
    public void Histogram_TimeSpan_IsRecordedInTheRowsUnit(string unit, double expected)
    {
        FakeTimeProvider time = new();
        using var rig = Rig.Of(Define.Histogram("took", unit, "Took.", A), time: time);
        rig.Instrument.Record(TimeSpan.FromSeconds(90), "call");
        rig.Instrument.Bind("handle").Record(TimeSpan.FromSeconds(90));
        using (rig.Instrument.StartTimer("timer")) time.Advance(TimeSpan.FromSeconds(90));

        foreach (string how in new[] { "call", "handle", "timer" }) Assert.Equal(expected, rig.Histogram("a=" + how).Sum, 1e-9 * expected);
    }

    [Fact]
    public void Timer_StartedOnASeries_RecordsThereAndTellsItsTime()
    {
        FakeTimeProvider time = new();
        using var rig = Rig.Of(Define.Histogram("took", "s", "Took.", A, Paint), time: time);
        var timer = rig.Instrument.StartTimer("x", Colour.Blue);
        time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal(TimeSpan.FromMilliseconds(250), timer.Elapsed);
        timer.Dispose();
        default(HistogramTimer).Dispose();

        Assert.Equal(0.25, rig.Histogram("a=x,paint=blue").Sum);
    }

    [Fact]
    public void Bind_SameValuesTwice_GivesTheSameHandle()
    {
        using var counter = Rig.Of(Define.Counter("t", "1", "T.", A, Paint));
        using var upDown = Rig.Of(Define.UpDownCounter("t", "1", "T.", A));
        using var gauge = Rig.Of(Define.Gauge("t", "1", "T.", A));
        using var histogram = Rig.Of(Define.Histogram("t", "1", "T.", A));
        string equal = new(['x']);

        Assert.Same(counter.Instrument.Bind("x", Colour.Red), counter.Instrument.Bind(equal, Colour.Red));
        Assert.NotSame(counter.Instrument.Bind("x", Colour.Red), counter.Instrument.Bind("x", Colour.Blue));
        Assert.Same(upDown.Instrument.Bind("x"), upDown.Instrument.Bind(equal));
        Assert.Same(gauge.Instrument.Bind("x"), gauge.Instrument.Bind(equal));
        Assert.Same(histogram.Instrument.Bind("x"), histogram.Instrument.Bind(equal));
    }

    [Fact]
    public void Bind_AndTaggedCall_MoveTheSameSeries()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A, Paint));
        rig.Instrument.Add(1, "x", Colour.Red);
        rig.Instrument.Bind("x", Colour.Red).Add(2);
        rig.Instrument.Bind("y", Colour.Red).Add(4);
        rig.Instrument.Add(8, "y", Colour.Red);
        Assert.Equal(Values(("a=x,paint=red", 3), ("a=y,paint=red", 12)), rig.Read());
    }

    [Fact]
    public void Create_SameRowTwice_GivesTheSameInstrument()
    {
        var row = Define.Counter("t", "1", "T.");
        using var rig = Rig.Of(row);
        Assert.Same(rig.Instrument, rig.Registry.Meters[0].Create(row));
    }

    [Fact]
    public void Create_RowOfNoMeter_SaysWhereToPutIt()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T."));
        var refused = Assert.Throws<ArgumentException>(() => rig.Registry.Meters[0].Create(Define.Counter("t", "1", "T.")));
        Assert.Contains("add it to the meter's Definition", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Declared_ValuesOfOpenKeys_ArePublishedAtZero()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A, Paint), declared: ("a", ["door", "laser"]));
        Assert.Equal(
            Values(("a=door,paint=red", 0), ("a=door,paint=green", 0), ("a=door,paint=blue", 0), ("a=laser,paint=red", 0), ("a=laser,paint=green", 0), ("a=laser,paint=blue", 0)),
            rig.Read());
        rig.Instrument.Add(1, "laser", Colour.Green);
        Assert.Equal(1, rig.Read("a=laser,paint=green"));
        Assert.Equal(6, rig.Read().Count);
    }

    [Fact]
    public void Declared_OneOfTwoOpenKeys_PublishesNothing()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A, B), declared: ("a", ["door"]));
        Assert.Empty(rig.Read());
    }

    [Fact]
    public void SwitchedOff_EveryKind_RecordsNowhere()
    {
        using var counter = Rig.Of(Define.Counter("t", "1", "T.", A, Paint), recorded: false);
        counter.Instrument.Add(1, "x", Colour.Red);
        counter.Instrument.Bind("x", Colour.Red).Add(1);
        using var dense = Rig.Of(Define.UpDownCounter("t", "1", "T.", Paint), recorded: false);
        dense.Instrument.Add(1, (Colour)9);
        dense.Instrument.Bind(Colour.Red).Decrement();
        using var gauge = Rig.Of(Define.Gauge("t", "1", "T.", A), recorded: false);
        gauge.Instrument.Set(1, "x");
        gauge.Instrument.Bind("x").Set(1);
        using var histogram = Rig.Of(Define.Histogram("t", "1", "T.", A) with { Bounds = [.. Enumerable.Range(0, 254).Select(static b => (double)b)] }, recorded: false);
        histogram.Instrument.Record(1e9, "x");
        histogram.Instrument.Bind("x").Record(1e9);
        using var observed = Rig.Of(Define.ObservableGauge("t", "1", "T.", A), recorded: false);
        observed.Instrument.Observe(1, "x");

        Assert.All(new IReadOnlyDictionary<string, double>[] { counter.Read(), dense.Read(), gauge.Read(), histogram.Read(), observed.Read() }, Assert.Empty);
        Assert.False(counter.Instrument.Enabled);
        Assert.Equal(0, gauge.Count(LedgerEntry.PastLimit));
    }

    [Fact]
    public void TwoHosts_SameRow_AreIndependent()
    {
        var row = Define.Counter("t", "1", "T.", A);
        using var one = Rig.Of(row);
        using var other = Rig.Of(row);
        for (int i = 0; i < 3; i++)
        {
            one.Instrument.Add(1, "x");
            other.Instrument.Add(10, "x");
        }
        Assert.Equal(3, one.Read("a=x"));
        Assert.Equal(30, other.Read("a=x"));
    }

    [Fact]
    [Trait("Invariant", "I2")]
    public async Task Handle_AfterItsHostIsGone_DoesNothing()
    {
        var row = Define.Counter("t", "1", "T.", A);
        var gone = Rig.Of(row);
        var handle = gone.Instrument.Bind("x");
        gone.Dispose();
        using var alive = Rig.Of(row);
        alive.Instrument.Add(1, "x");
        handle.Add(5);
        gone.Instrument.Add(5, "x");
        gone.Instrument.Add(5, "y");

        Assert.Equal(Values(("a=x", 1)), alive.Read());
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await gone.Source.GetSnapshotAsync());
    }

    static Dictionary<string, double> Values(params (string, double)[] values) => values.ToDictionary(static v => v.Item1, static v => v.Item2);
}
