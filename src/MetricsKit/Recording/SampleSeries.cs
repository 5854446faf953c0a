using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>Name, kind and tags of samples, and the handle that records them.</summary>
public sealed class SampleSeries
{
    readonly IMetricRecorder? _recorder;

    /// <summary>A series of no recorder, for processors that rename or enrich and for tests of sinks: its <see cref="Record(double)"/> returns false.</summary>
    /// <param name="name">1 to 255 characters, none of them a control character.</param>
    /// <param name="kind">What its samples mean.</param>
    /// <param name="tags">Keys and values, at most 32. Empty values are left out; of equal keys the last wins.</param>
    /// <exception cref="ArgumentException">The name or a key is no name.</exception>
    public SampleSeries(string name, SampleKind kind = SampleKind.Gauge, params ReadOnlySpan<KeyValuePair<string, string>> tags)
    {
        if (SampleIdentity.DescribeFault(name, kind, tags) is { } fault) throw new ArgumentException(fault);
        (Name, Kind, Tags) = (name, kind, SampleIdentity.Normalise(tags));
        _recorder = null;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>What the samples mean.</summary>
    public SampleKind Kind { get; }

    /// <summary>The tags, ordered by key, none of them empty.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Tags { get; }

    /// <summary>Records a value with the time of the call.</summary>
    /// <param name="value">Finite, and for a counter not negative.</param>
    /// <returns>False when the sample was not accepted; it is counted by reason.</returns>
    public bool Record(double value) => _recorder is not null && !double.IsNaN(value);

    /// <summary>Records a value that was measured at another time.</summary>
    /// <param name="value">Finite, and for a counter not negative.</param>
    /// <param name="timestamp">When it was measured.</param>
    /// <returns>False when the sample was not accepted; it is counted by reason.</returns>
    public bool Record(double value, DateTimeOffset timestamp) => _recorder is not null && !double.IsNaN(value);
}
