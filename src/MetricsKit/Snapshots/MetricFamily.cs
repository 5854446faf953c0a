using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>One instrument in a snapshot.</summary>
public readonly struct MetricFamily
{
    readonly SnapshotData _data;
    readonly int _at;

    internal MetricFamily(SnapshotData data, int at)
    {
        _data = data;
        _at = at;
    }

    /// <summary>The instrument's row.</summary>
    public InstrumentDefinition Definition => Slice.Family.Row;

    /// <summary>The name of the instrument's meter.</summary>
    public string Meter => Slice.Family.Meter;

    /// <summary>The name in Prometheus' text format, prefix included.</summary>
    public string PrometheusName => Slice.Family.PrometheusName;

    /// <summary>A histogram's upper bounds without infinity, as they are in force; empty for other kinds.</summary>
    public ImmutableArray<double> Bounds => Slice.Family.Bounds;

    /// <summary>The series that have a value.</summary>
    public IEnumerable<MetricSeries> Series
    {
        get
        {
            for (int i = 0, count = Slice.Count + Slice.OverflowCount; i < count; i++)
            {
                MetricSeries series = new(_data, _at, i);
                if (!series.IsAbsent) yield return series;
            }
        }
    }

    internal bool IsCalled(string name) => Definition.Name == name || PrometheusName == name;

    ref FamilySlice Slice => ref _data.Slices[_at];
}
