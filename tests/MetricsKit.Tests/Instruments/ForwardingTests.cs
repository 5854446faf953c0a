using System.Diagnostics.Metrics;
using System.Globalization;
using Xunit;

namespace MetricsKit.Tests.Instruments;

/// <summary>What an ordinary <see cref="MeterListener"/> hears of our instruments.</summary>
public sealed class ForwardingTests
{
    static readonly TagKey<string> A = TagKey.Open("a");
    static readonly TagKey<Colour> Paint = TagKey.OfEnum<Colour>("paint", "red", "green", "blue");

    readonly List<string> _heard = [];

    [Fact]
    public void Listener_EachKind_HearsValuesAndTags()
    {
        using var counter = Rig.Of(Define.Counter("t", "{thing}", "Things.", A, Paint));
        using var upDown = Rig.Of(Define.UpDownCounter("t", "1", "T.", A));
        using var gauge = Rig.Of(Define.Gauge("t", "1", "T.", A));
        using var histogram = Rig.Of(Define.Histogram("t", "s", "T.", A) with { Bounds = [1, 2] });
        using var listener = Listen(counter.Meter, upDown.Meter, gauge.Meter, histogram.Meter);

        counter.Instrument.Add(3, "x", Colour.Blue);
        counter.Instrument.Bind("y", Colour.Red).Add(4);
        counter.Instrument.Add(1, "", (Colour)9);
        upDown.Instrument.Add(-2, "x");
        upDown.Instrument.Bind("x").Increment();
        gauge.Instrument.Set(1.5, "x");
        gauge.Instrument.Bind("x").Set(2.5);
        histogram.Instrument.Record(0.25, "x");
        histogram.Instrument.Bind("x").Record(0.75);

        Assert.Equal(
            ["3 a=x paint=blue", "4 a=y paint=red", "1 paint=_OTHER", "-2 a=x", "1 a=x", "1.5 a=x", "2.5 a=x", "0.25 a=x", "0.75 a=x"], _heard);
    }

    [Fact]
    public void Listener_WhatIsRejected_IsNotHeard()
    {
        using var counter = Rig.Of(Define.Counter("t", "1", "T.", A));
        using var histogram = Rig.Of(Define.Histogram("t", "s", "T.", A));
        using var gauge = Rig.Of(Define.Gauge("t", "1", "T.", A));
        using var listener = Listen(counter.Meter, histogram.Meter, gauge.Meter);
        counter.Instrument.Add(-1, "x");
        counter.Instrument.Bind("x").Add(-1);
        histogram.Instrument.Record(double.NaN, "x");
        histogram.Instrument.Bind("x").Record(double.PositiveInfinity);
        gauge.Instrument.Set(double.NaN, "x");
        gauge.Instrument.Bind("x").Set(double.NaN);
        Assert.Empty(_heard);
    }

    [Fact]
    public void Listener_ToAHistogram_SeesItsBoundsAsAdvice()
    {
        using var rig = Rig.Of(Define.Histogram("t", "s", "Took.", A) with { Bounds = [1, 2.5] });
        System.Diagnostics.Metrics.Instrument? seen = null;
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, _) => { if (instrument.Meter.Name == rig.Meter) seen = instrument; };
        listener.Start();

        var histogram = Assert.IsType<Histogram<double>>(seen);
        Assert.Equal(("t", "s", "Took."), (histogram.Name, histogram.Unit, histogram.Description));
        Assert.Equal([1, 2.5], histogram.Advice!.HistogramBucketBoundaries!);
    }

    [Fact]
    [Trait("Invariant", "I11")]
    public void Listener_ThatThrowsWhenAnInstrumentIsPublished_IsCountedAndTheInstrumentMeasures()
    {
        int here = 0; // other tests publish at the same time
        using MeterListener listener = new();
        listener.InstrumentPublished = (_, _) => { if (Environment.CurrentManagedThreadId == here) throw new InvalidOperationException("not mine"); };
        listener.Start();
        here = Environment.CurrentManagedThreadId;
        using var counter = Rig.Of(Define.Counter("t", "1", "T.", A));
        using var histogram = Rig.Of(Define.Histogram("t", "s", "T.", A));
        using var gauge = Rig.Of(Define.ObservableGauge("t", "1", "T."));
        counter.Instrument.Add(3, "x");
        histogram.Instrument.Record(0.5, "x");
        Assert.Equal((3, 1), (counter.Read("a=x"), histogram.Histogram("a=x").Count));
        Assert.Equal((1, 1, 1), (counter.Count(LedgerEntry.ListenerError), histogram.Count(LedgerEntry.ListenerError), gauge.Count(LedgerEntry.ListenerError)));
    }

    [Fact]
    [Trait("Invariant", "I11")]
    public void Listener_ThatThrows_IsCountedAndRecordingGoesOn()
    {
        using var counter = Rig.Of(Define.Counter("t", "1", "T.", A));
        using var gauge = Rig.Of(Define.Gauge("t", "1", "T.", A));
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, me) => { if (instrument.Meter.Name == counter.Meter || instrument.Meter.Name == gauge.Meter) me.EnableMeasurementEvents(instrument); };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => throw new InvalidOperationException("not mine"));
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => throw new InvalidOperationException("not mine"));
        listener.Start();
        for (int i = 0; i < 3; i++)
        {
            counter.Instrument.Add(1, "x");
            counter.Instrument.Bind("x").Add(1);
            gauge.Instrument.Set(i, "x");
            gauge.Instrument.Bind("x").Set(i + 0.5);
        }
        Assert.Equal(6, counter.Read("a=x"));
        Assert.Equal(6, counter.Count(LedgerEntry.ListenerError));
        Assert.Equal(2.5, gauge.Read("a=x"));
        Assert.Equal(6, gauge.Count(LedgerEntry.ListenerError));
    }

    [Fact]
    public void Listener_ToWhatIsSwitchedOff_HearsAndSeesNothing()
    {
        List<string> published = [];
        using MeterListener all = new();
        all.InstrumentPublished = (instrument, _) => { lock (published) published.Add(instrument.Name); };
        all.Start();
        string name = "off." + Guid.NewGuid().ToString("N");
        using var rig = Rig.Of(Define.Counter(name, "1", "T.", A), recorded: false);
        using var observed = Rig.Of(Define.ObservableGauge(name, "1", "T.", A), recorded: false);
        using var on = Rig.Of(Define.Counter("on" + name, "1", "T.", A));
        rig.Instrument.Add(1, "x");
        lock (published)
        {
            Assert.DoesNotContain(name, published);
            Assert.Contains("on" + name, published);
        }
    }

    [Fact]
    public void Listener_ToAnObservable_ReadsTheLastRound()
    {
        using var rig = Rig.Of(Define.ObservableGauge("t", "1", "T.", A));
        using var counter = Rig.Of(Define.ObservableCounter("t", "1", "T.", A));
        using var listener = Listen(rig.Meter, counter.Meter);
        rig.Instrument.Observe(3, "x");
        rig.Instrument.Observe(4, "y");
        counter.Instrument.Observe(0.125, "z");
        listener.RecordObservableInstruments();
        Assert.Equal(["3 a=x", "4 a=y", "0.125 a=z"], _heard.Order(StringComparer.Ordinal).OrderBy(static h => h.Length));
    }

    [Fact]
    public void Listener_OfAMeterAfterItsHost_HearsNothing()
    {
        var rig = Rig.Of(Define.Counter("t", "1", "T.", A));
        var handle = rig.Instrument.Bind("x");
        using var listener = Listen(rig.Meter);
        rig.Dispose();
        handle.Add(1);
        rig.Instrument.Add(1, "x");
        Assert.Empty(_heard);
    }

    MeterListener Listen(params string[] meters)
    {
        MeterListener listener = new();
        listener.InstrumentPublished = (instrument, me) => { if (meters.Contains(instrument.Meter.Name)) me.EnableMeasurementEvents(instrument); };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Hear(value.ToString(CultureInfo.InvariantCulture), tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => Hear(value.ToString("R", CultureInfo.InvariantCulture), tags));
        listener.Start();
        return listener;
    }

    void Hear(string value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _heard.Add(string.Join(' ', [value, .. tags.ToArray().Select(static t => $"{t.Key}={t.Value}")]));
}
