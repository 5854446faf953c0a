using System.Diagnostics.Metrics;

namespace MetricsKit.Tests.Providers;

/// <summary>An ordinary meter with an instrument of every kind.</summary>
sealed class ForeignWork : IDisposable
{
    readonly Meter _meter;
    readonly Counter<long> _counter;
    readonly Counter<double> _fractions;
    readonly UpDownCounter<int> _updown;
    readonly Histogram<double> _histogram;
    readonly Histogram<long> _sizes;

    public ForeignWork(string name)
    {
        _meter = new(name);
        _counter = _meter.CreateCounter<long>("foreign.counter");
        _fractions = _meter.CreateCounter<double>("foreign.fractions");
        _updown = _meter.CreateUpDownCounter<int>("foreign.updown");
        Gauge = _meter.CreateGauge<double>("foreign.gauge");
        _histogram = _meter.CreateHistogram("foreign.histogram", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.1, 1, 10] });
        _sizes = _meter.CreateHistogram<long>("foreign.sizes"); // without advice: the bounds that the specification has
        _meter.CreateObservableCounter("foreign.observed.total", static () => new Measurement<long>(77, new KeyValuePair<string, object?>("n", 5)));
        _meter.CreateObservableUpDownCounter("foreign.observed.updown", static () => -4.25);
        _meter.CreateObservableGauge("foreign.observed.gauge", static () => 0.1);
    }

    public Gauge<double> Gauge { get; }

    public void Record(int count, double value, string text)
    {
        _counter.Add(count, new("text", text), new("n", count % 3));
        _fractions.Add(value, new KeyValuePair<string, object?>("text", text));
        _updown.Add(count - 10);
        _histogram.Record(value, new KeyValuePair<string, object?>("text", text));
        _sizes.Record(count * 100);
    }

    public void Dispose() => _meter.Dispose();
}
