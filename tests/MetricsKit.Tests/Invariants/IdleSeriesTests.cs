using MetricsKit.Testing;
using MetricsKit.Tests.Instruments;
using Xunit;

namespace MetricsKit.Tests.Invariants;

/// <summary>I7: nothing is forgotten for being idle unless somebody asked for it.</summary>
public sealed class IdleSeriesTests
{
    static readonly TagKey<string> A = TagKey.Open("a");

    [Fact]
    [Trait("Invariant", "I7")]
    public void Series_IdleWithoutATimeToLive_StayWithTheirTotals()
    {
        FakeTimeProvider time = new();
        using var counter = Rig.Of(Define.Counter("t", "1", "T.", A), time: time);
        using var upDown = Rig.Of(Define.UpDownCounter("t", "1", "T.", A), time: time);
        using var gauge = Rig.Of(Define.Gauge("t", "1", "T.", A), time: time);
        using var histogram = Rig.Of(Define.Histogram("t", "s", "T.", A), time: time);
        counter.Instrument.Add(3, "call");
        counter.Instrument.Bind("handle").Add(4);
        upDown.Instrument.Add(0, "call");
        gauge.Instrument.Set(5, "call");
        histogram.Instrument.Record(0.5, "call");
        for (int year = 0; year < 5; year++)
        {
            time.Advance(TimeSpan.FromDays(365));
            Assert.Equal(new Dictionary<string, double> { ["a=call"] = 3, ["a=handle"] = 4 }, counter.Read());
            Assert.Equal(0, upDown.Read("a=call"));
            Assert.Equal(5, gauge.Read("a=call"));
            Assert.Equal((1, 0.5), (histogram.Histogram("a=call").Count, histogram.Histogram("a=call").Sum));
        }
        counter.Instrument.Add(1, "call");
        counter.Instrument.Bind("handle").Add(1);
        Assert.Equal(new Dictionary<string, double> { ["a=call"] = 4, ["a=handle"] = 5 }, counter.Read());
    }
}
