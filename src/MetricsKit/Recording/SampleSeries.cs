using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>Name, kind and tags of samples, and the handle that records them.</summary>
public sealed class SampleSeries
{
    readonly double _least;
    MetricRecorder? _forgetful;

    /// <summary>A series of no recorder, for processors that rename or enrich and for tests of sinks: its <see cref="Record(double)"/> returns false.</summary>
    /// <param name="name">1 to 255 characters, none of them a control character.</param>
    /// <param name="kind">What its samples mean.</param>
    /// <param name="tags">Keys and values, at most 32. Empty values are left out; of equal keys the last wins.</param>
    /// <exception cref="ArgumentException">The name or a key is no name.</exception>
    public SampleSeries(string name, SampleKind kind = SampleKind.Gauge, params ReadOnlySpan<KeyValuePair<string, string>> tags)
    {
        if (SampleIdentity.DescribeFault(name, kind, tags) is { } fault) throw new ArgumentException(fault);
        (Name, Kind, Tags) = (name, kind, SampleIdentity.Normalise(tags));
        _least = kind == SampleKind.Counter ? 0 : double.MinValue;
    }

    /// <summary>The series with more tags. Its own win, and none of its own has to go for them, however many there are.</summary>
    internal SampleSeries(SampleSeries series, ReadOnlySpan<KeyValuePair<string, string>> more)
    {
        (Name, Kind, Tags) = (series.Name, series.Kind, SampleIdentity.Normalise([.. more, .. series.Tags]));
        _least = series._least;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>What the samples mean.</summary>
    public SampleKind Kind { get; }

    /// <summary>The tags, ordered by key, none of them empty.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Tags { get; }

    /// <summary>The recorder that knows the series; null for one that is made anew with each call, so that it takes the slow way.</summary>
    internal MetricRecorder? Recorder { get; private set; }

    /// <summary>The number by which its recorder knows it.</summary>
    internal int Number { get; private set; }

    /// <summary>Memory of a series that no recorder remembers, about; 0 for others.</summary>
    internal int OwnBytes { get; private set; }

    /// <summary>Records a value with the time of the call.</summary>
    /// <param name="value">Finite, and for a counter not negative.</param>
    /// <returns>False when the sample was not accepted; it is counted by reason.</returns>
    public bool Record(double value)
    {
        var block = ThreadBlocks.Current;
        var recorder = Recorder;
        if (block is null || !ReferenceEquals(block.Recorder, recorder) || !IsAcceptable(value)) return RecordSlowly(value, null);
        var now = block.Recorder.Clock.Coarse;
        if (now == default) now = block.Recorder.Clock.Now;
        return block.Append(Number, now, value);
    }

    /// <summary>Records a value that was measured at another time.</summary>
    /// <param name="value">Finite, and for a counter not negative.</param>
    /// <param name="timestamp">When it was measured.</param>
    /// <returns>False when the sample was not accepted; it is counted by reason.</returns>
    public bool Record(double value, DateTimeOffset timestamp)
    {
        var block = ThreadBlocks.Current;
        if (block is null || !ReferenceEquals(block.Recorder, Recorder) || !IsAcceptable(value)) return RecordSlowly(value, timestamp.UtcDateTime);
        return block.Append(Number, timestamp.UtcDateTime, value);
    }

    /// <summary>No NaN, no infinity, and no counter that goes down.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool IsAcceptable(double value) => value >= _least && value <= double.MaxValue;

    internal void BecomeKnown(MetricRecorder recorder, int number) => (Recorder, Number) = (recorder, number);

    internal void BecomeForgotten(MetricRecorder? recorder = null)
    {
        _forgetful = recorder;
        OwnBytes = 128 + Name.Length * sizeof(char);
        foreach (var (key, value) in Tags) OwnBytes += 64 + (key.Length + value.Length) * sizeof(char);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    bool RecordSlowly(double value, DateTime? timestamp) => (Recorder ?? _forgetful) is { } recorder && recorder.Append(new(this, timestamp ?? recorder.Clock.Stamp, value));
}
