using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Aggregation;

/// <summary>The arithmetic of rates and shares, sample by sample.</summary>
public sealed class DerivedGaugeTests : IDisposable
{
    static readonly TagKey<string> A = TagKey.Open("a");
    static readonly TagKey<string> Result = TagKey.OneOf("result", "hit", "miss");
    static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    readonly FakeTimeProvider _time = new();
    readonly InstrumentRegistry _registry = TestInstruments.Registry();
    readonly CounterInstrument<string, string> _counter;
    readonly DerivedGauge _rate, _ratio;

    public DerivedGaugeTests()
    {
        var counter = Define.Counter("t", "1", "T.", A, Result);
        var rate = Define.Rate("t.rate", "1/s", "T.", counter, A);
        var ratio = Define.Ratio("t.ratio", "T.", counter, Result, "hit", A);
        var meter = _registry.Open(new("Derived", counter, rate, ratio));
        _counter = meter.Create(counter);
        _rate = meter.Create(rate);
        _ratio = meter.Create(ratio);
    }

    public void Dispose() => _registry.Dispose();

    [Fact]
    [Trait("Requirement", "S1-035")]
    public void Sample_IrregularTimes_DividesByTheTimeThatPassed()
    {
        Sample();
        _counter.Add(10, "x", "hit");
        Sample(2.5);
        Assert.Equal((4.0, 1.0), Values("x"));
        _counter.Add(30, "x", "miss");
        Sample(7.5);
        Assert.Equal((4.0, 0.25), Values("x"));
    }

    [Fact]
    public void Sample_ExactlyAWindowApart_IsStillInIt()
    {
        Sample();
        _counter.Add(60, "x", "hit");
        Sample(60);
        Assert.Equal((1.0, 1.0), Values("x"));
        Sample(0.001);
        Assert.Equal(0, Values("x").Rate);
        Assert.Equal(double.NaN, Values("x").Ratio);
    }

    [Fact]
    public void Sample_OfAStandingClock_KeepsTheLastValues()
    {
        Sample();
        _counter.Add(5, "x", "hit");
        Sample(5);
        Sample(0);
        Assert.Equal((1.0, 1.0), Values("x"));
    }

    [Fact]
    public void Sample_AfterAPauseOfManyWindows_IsAbsentUntilThereAreTwoPoints()
    {
        Sample();
        Sample(5);
        _counter.Add(50, "x", "hit");
        Sample(500); // one point in the window: nothing can be said, and nothing is divided by zero
        Assert.Equal((double.NaN, double.NaN), Values("x"));
        _counter.Add(10, "x", "hit");
        Sample(5);
        Assert.Equal((2.0, 1.0), Values("x"));
    }

    [Fact]
    public void Sample_ASeriesThatIsYounger_BeganAtZero()
    {
        _counter.Add(100, "old", "hit");
        Sample();
        _counter.Add(20, "young", "miss");
        Sample(5);
        Assert.Equal((0.0, double.NaN), Values("old"));
        Assert.Equal((4.0, 0.0), Values("young"));
    }

    [Fact]
    public void Define_SourceOrTagsThatDoNotFit_AreRefused()
    {
        var counter = Define.Counter("t", "1", "T.", A);
        Assert.Throws<ArgumentException>(() => Define.Rate("r", "1/s", "R.", Define.Gauge("g", "1", "G.")));
        Assert.Throws<ArgumentException>(() => Define.Rate("r", "1/s", "R.", counter, Result));
        Assert.Throws<ArgumentException>(() => Define.Ratio("r", "R.", counter, Result, "hit", A));
        Assert.Throws<ArgumentException>(() => Define.Mirror("m", "M.", counter));
    }

    void Sample(double secondsLater = 0)
    {
        _time.Advance(TimeSpan.FromSeconds(secondsLater));
        _rate.Sample(_time.GetTimestamp(), Window, _time);
        _ratio.Sample(_time.GetTimestamp(), Window, _time);
    }

    (double Rate, double Ratio) Values(string a)
    {
        return (Of(_rate), Of(_ratio));

        double Of(DerivedGauge gauge) => gauge.Table!.Index.ValueAt(gauge.Place([a], out _).Index);
    }
}
