using System.Collections;

namespace MetricsKit;

/// <summary>The families of a snapshot.</summary>
public readonly struct MetricFamilies : IReadOnlyList<MetricFamily>
{
    readonly SnapshotData _data;

    internal MetricFamilies(SnapshotData data) => _data = data;

    /// <inheritdoc/>
    public int Count => _data.SliceCount;

    /// <inheritdoc/>
    public MetricFamily this[int index] => (uint)index < (uint)Count ? new(_data, index) : throw new ArgumentOutOfRangeException(nameof(index));

    /// <inheritdoc/>
    public IEnumerator<MetricFamily> GetEnumerator()
    {
        for (int i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
