using MetricsKit.Tests.Instruments;
using Xunit;

namespace MetricsKit.Tests.Invariants;

/// <summary>I11: in steady state a measurement waits for nobody.</summary>
[Collection(nameof(ProcessWide))]
public sealed class NeverBlocksTests
{
    static readonly TagKey<string> A = TagKey.Open("a"), B = TagKey.Open("b");

    [Fact]
    [Trait("Invariant", "I11")]
    public void Recording_WhileAReaderHoldsItsLock_GoesOn()
    {
        using var counter = Rig.Of(Define.Counter("t", "1", "T.", A, B) with { MaxSeries = 1 });
        using var upDown = Rig.Of(Define.UpDownCounter("t", "1", "T.", A));
        using var gauge = Rig.Of(Define.Gauge("t", "1", "T.", A));
        using var histogram = Rig.Of(Define.Histogram("t", "s", "T.", A));
        using HeldThread thread = new();
        thread.Do(Measure);
        lock (CellSpace.Reading) thread.Do(Measure);

        Assert.Equal(new Dictionary<string, double> { ["a=x,b=y"] = 4, ["!a=_OTHER,b=_OTHER"] = 2 }, counter.Read());
        Assert.Equal((4, 1.5, 4), (upDown.Read("a=x"), gauge.Read("a=x"), histogram.Read("a=x")));
        Assert.Equal((2, 2), (counter.Count(LedgerEntry.Negative), histogram.Count(LedgerEntry.NotFinite)));

        void Measure()
        {
            counter.Instrument.Add(1, "x", "y");
            counter.Instrument.Bind("x", "y").Add(1);
            counter.Instrument.Add(-1, "x", "y");
            counter.Instrument.Add(1, "past", "the limit");
            upDown.Instrument.Add(1, "x");
            upDown.Instrument.Bind("x").Add(1);
            gauge.Instrument.Set(0.5, "x");
            gauge.Instrument.Bind("x").Set(1.5);
            histogram.Instrument.Record(1, "x");
            histogram.Instrument.Bind("x").Record(1);
            histogram.Instrument.Record(double.NaN, "x");
        }
    }
}
