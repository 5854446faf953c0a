namespace MetricsKit;

/// <summary>All metrics of a host as one read saw them. A lease over pooled memory: dispose it when done.</summary>
/// <remarks>Each value was read once between <see cref="ReadStarted"/> and <see cref="ReadFinished"/>. Families and series are valid until it is disposed.</remarks>
public sealed class MetricsSnapshot : IDisposable
{
    SnapshotData? _data;

    internal MetricsSnapshot(SnapshotData data)
    {
        data.Lease();
        _data = data;
    }

    internal SnapshotData Data => Volatile.Read(ref _data) ?? throw new ObjectDisposedException(nameof(MetricsSnapshot));

    /// <summary>When the read began.</summary>
    public DateTimeOffset ReadStarted => Data.ReadStarted;

    /// <summary>When the read ended.</summary>
    public DateTimeOffset ReadFinished => Data.ReadFinished;

    /// <summary>When the host began to count.</summary>
    public DateTimeOffset StartTime => Data.StartTime;

    /// <summary>What is measured: attributes of the service, its host and its process, such as <c>service.name</c> (OpenTelemetry's resource).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Resource => Data.Resource;

    /// <summary>The families, in the order of the catalogue.</summary>
    public MetricFamilies Families => new(Data);

    /// <summary>The first series of an instrument that carries all the given tags; null when there is none.</summary>
    /// <param name="name">The instrument's name, such as <c>safety.events</c>, or its exported name.</param>
    /// <param name="tags">Tags that the series must carry; it may carry others.</param>
    public MetricSeries? Find(string name, params ReadOnlySpan<(string Key, string Value)> tags)
    {
        foreach (var family in Families)
        {
            if (!family.IsCalled(name)) continue;
            foreach (var series in family.Series)
            {
                if (series.Carries(tags)) return series;
            }
        }
        return null;
    }

    /// <summary>The sum of the values of all series of an instrument that carry the given tags; of a histogram the number of its measurements.</summary>
    /// <param name="name">The instrument's name, such as <c>safety.events</c>, or its exported name.</param>
    /// <param name="tags">Tags that the series must carry; they may carry others.</param>
    public double Total(string name, params ReadOnlySpan<(string Key, string Value)> tags)
    {
        double total = 0;
        foreach (var family in Families)
        {
            if (!family.IsCalled(name)) continue;
            foreach (var series in family.Series)
            {
                if (series.Carries(tags)) total += series.Value;
            }
        }
        return total;
    }

    /// <summary>Gives the memory back. Calling it again does nothing.</summary>
    public void Dispose() => Interlocked.Exchange(ref _data, null)?.Release();
}
