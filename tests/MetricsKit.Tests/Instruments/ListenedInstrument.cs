using System.Diagnostics.Metrics;

namespace MetricsKit.Tests.Instruments;

/// <summary>One instrument of any kind, recorded to by handle or by tagged call, so that one test serves all of them.</summary>
sealed class ListenedInstrument : IDisposable
{
    readonly IDisposable _rig;
    readonly Action<int> _record;
    readonly Func<double> _read;
    readonly Func<LedgerEntry, long> _count;

    ListenedInstrument(IDisposable rig, InstrumentKind kind, string meter, Action<int> record, Func<double> read, Func<LedgerEntry, long> count) =>
        (_rig, Kind, Meter, _record, _read, _count) = (rig, kind, meter, record, read, count);

    public InstrumentKind Kind { get; }

    public string Meter { get; }

    public long Errors => _count(LedgerEntry.ListenerError);

    /// <summary>The own total: the sum, or for a gauge the last value.</summary>
    public double Total => _read();

    public static ListenedInstrument Of(InstrumentKind kind, bool byHandle)
    {
        var a = TagKey.Open("a");
        switch (kind)
        {
            case InstrumentKind.Counter:
                var counter = Rig.Of(Define.Counter("t", "1", "T.", a));
                return new(counter, kind, counter.Meter, byHandle ? v => counter.Instrument.Bind("x").Add(v) : v => counter.Instrument.Add(v, "x"), () => counter.Read("a=x"), counter.Count);
            case InstrumentKind.UpDownCounter:
                var upDown = Rig.Of(Define.UpDownCounter("t", "1", "T.", a));
                return new(upDown, kind, upDown.Meter, byHandle ? v => upDown.Instrument.Bind("x").Add(v) : v => upDown.Instrument.Add(v, "x"), () => upDown.Read("a=x"), upDown.Count);
            case InstrumentKind.Gauge:
                var gauge = Rig.Of(Define.Gauge("t", "1", "T.", a));
                return new(gauge, kind, gauge.Meter, byHandle ? v => gauge.Instrument.Bind("x").Set(v) : v => gauge.Instrument.Set(v, "x"), () => gauge.Read("a=x"), gauge.Count);
            case InstrumentKind.Histogram:
                var histogram = Rig.Of(Define.Histogram("t", "s", "T.", a));
                return new(histogram, kind, histogram.Meter, byHandle ? v => histogram.Instrument.Bind("x").Record(v) : v => histogram.Instrument.Record(v, "x"), () => histogram.Histogram("a=x").Sum, histogram.Count);
            default:
                throw new ArgumentOutOfRangeException(nameof(kind));
        }
    }

    public void Record(params ReadOnlySpan<int> values)
    {
        foreach (int value in values) _record(value);
    }

    /// <summary>What the total is after these values.</summary>
    public double After(params ReadOnlySpan<int> values)
    {
        if (Kind == InstrumentKind.Gauge) return values[^1];
        double sum = 0;
        foreach (int value in values) sum += value;
        return sum;
    }

    /// <summary>A listener to this instrument alone, already listening.</summary>
    public MeterListener Listen(Action<double> hear)
    {
        MeterListener listener = new();
        listener.InstrumentPublished = (instrument, me) => { if (instrument.Meter.Name == Meter) me.EnableMeasurementEvents(instrument); };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => hear(value));
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => hear(value));
        listener.Start();
        return listener;
    }

    /// <summary>Ends the host; a handle or an instrument that is used afterwards does nothing that anybody sees.</summary>
    public void Dispose() => _rig.Dispose();
}
