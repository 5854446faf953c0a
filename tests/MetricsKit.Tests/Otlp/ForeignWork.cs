using System.Diagnostics.Metrics;

namespace MetricsKit.Tests.Otlp;

/// <summary>Ordinary instruments of every kind on one meter, and any work for them, the same for the same seed.</summary>
sealed class ForeignWork
{
    readonly Counter<long> _jobs;
    readonly Counter<double> _energy;
    readonly UpDownCounter<int> _robots;
    readonly UpDownCounter<double> _load;
    readonly Gauge<double> _level;
    readonly Gauge<long> _stage;
    readonly Histogram<double> _wait;
    readonly Histogram<int> _size;
    readonly Histogram<double> _plain, _duration;
    readonly Lock _lock = new();
    long _observedJobs;
    double _observedLevel;

    ForeignWork(Meter meter)
    {
        _jobs = meter.CreateCounter<long>("work.jobs", "{job}", "Jobs that are done.");
        _energy = meter.CreateCounter<double>("work.energy", "J", "Energy that was used.");
        _robots = meter.CreateUpDownCounter<int>("work.robots", "{robot}", "Robots that work.");
        _load = meter.CreateUpDownCounter<double>("work.load", "kg");
        _level = meter.CreateGauge<double>("work.level", "m", "How full it is.");
        _stage = meter.CreateGauge<long>("work.stage");
        _wait = meter.CreateHistogram("work.wait", "s", "How long it waits.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.1, 1, 30] });
        _size = meter.CreateHistogram("work.size", "By", advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [10, 1000] });
        _plain = meter.CreateHistogram<double>("work.plain");
        _duration = meter.CreateHistogram<double>("work.duration", "s");
        meter.CreateObservableCounter("observed.jobs", () => new Measurement<long>(Observe(ref _observedJobs), new KeyValuePair<string, object?>("kind", "any")), "{job}");
        meter.CreateObservableUpDownCounter("observed.robots", () => Observe(ref _observedJobs) / 2);
        meter.CreateObservableGauge("observed.level", () => new Measurement<double>(Observe(ref _observedLevel)), "m", "How full it is.");
    }

    public static ForeignWork Of(Meter meter) => new(meter);

    /// <summary>Works so many times. Values are multiples of a power of two, so that a sum is the same in any order.</summary>
    public void Do(Random random, int times)
    {
        for (int i = 0; i < times; i++)
        {
            KeyValuePair<string, object?> kind = new("kind", random.Next(3)), text = new("http.route", "/" + random.Next(3)), flag = new("flag", random.Next(2) == 0);
            double value = random.Next(1, 1 << 20) / 1024.0;
            _jobs.Add(random.Next(1, 100), text, kind, flag);
            _energy.Add(value, kind);
            _robots.Add(random.Next(-5, 6), text);
            _load.Add(value - 500, flag);
            _level.Record(value, kind, text);
            _stage.Record(random.Next(), kind);
            _wait.Record(value / 16, text, kind);
            _size.Record(random.Next(2000));
            _plain.Record(random.Next(2000), new KeyValuePair<string, object?>("null", null), new("empty", ""), new("twice", 1), new("twice", 2));
            _duration.Record(value, text);
            lock (_lock)
            {
                _observedJobs += random.Next(1, 10);
                _observedLevel = value;
            }
        }
    }

    /// <summary>One measurement each of a counter, and of two buckets of a histogram.</summary>
    public void DoOnce()
    {
        _jobs.Add(3, new KeyValuePair<string, object?>("kind", "traced"));
        _wait.Record(0.05, new KeyValuePair<string, object?>("kind", "traced"));
        _wait.Record(20, new KeyValuePair<string, object?>("kind", "traced"));
    }

    T Observe<T>(ref T value) where T : struct
    {
        lock (_lock) return value;
    }
}
