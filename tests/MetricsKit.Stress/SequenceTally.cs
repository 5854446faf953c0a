using System.Globalization;

namespace MetricsKit.Stress;

/// <summary>A series whose values are numbered, and what all of them come to. One thread at a time uses it.</summary>
sealed class SequenceTally(int number)
{
    SampleSeries? _series;
    long _next = 1;

    public int Number => number;

    public long Count { get; private set; }

    public long Sum { get; private set; }

    public long Xor { get; private set; }

    public long Refused { get; private set; }

    public void Begin(IMetricRecorder recorder) => _series = recorder.Series("sequence", SampleKind.Gauge, ("producer", number.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Records the next number; only one that was accepted counts.</summary>
    public void Record()
    {
        long value = _next++;
        if (_series!.Record(value)) Add(value);
        else Refused++;
    }

    public void Add(long value)
    {
        Count++;
        Sum += value;
        Xor ^= value;
    }
}
