using System.Collections.Concurrent;

namespace MetricsKit;

/// <summary>The series of a recorder by name, kind and tags. A series is found by its tags in the order in which somebody gave them, and by the ordered ones.</summary>
sealed class SeriesDirectory(MetricRecorder recorder)
{
    readonly ConcurrentDictionary<SeriesKey, SampleSeries> _series = new(SeriesKeyComparer.Instance);
    readonly Lock _adding = new();
    SampleSeries[] _known = new SampleSeries[64];
    int _count;

    /// <summary>The series by their numbers; whoever has seen a sample finds its series here.</summary>
    internal SampleSeries[] Known => Volatile.Read(ref _known);

    /// <summary>The series; made when it is new, and not remembered when there are too many.</summary>
    /// <exception cref="ArgumentException">The name or a key is no name.</exception>
    internal SampleSeries Get(string name, SampleKind kind, ReadOnlySpan<(string Key, string Value)> tags) => Find(name, kind, tags) ?? Add(name, kind, tags);

    internal SampleSeries? Find(string name, SampleKind kind, ReadOnlySpan<(string Key, string Value)> tags) =>
        _series.GetAlternateLookup<SeriesQuery>().TryGetValue(new(name, kind, tags), out var found) ? found : null;

    SampleSeries Add(string name, SampleKind kind, ReadOnlySpan<(string Key, string Value)> tags)
    {
        SampleSeries made = new(name, kind, SampleIdentity.Pairs(tags));
        (string, string)[] ordered = [.. made.Tags.Select(static t => (t.Key, t.Value))];
        lock (_adding)
        {
            var known = Find(name, kind, ordered);
            if (known is null)
            {
                if (_count >= recorder.Options.MaxSeries)
                {
                    made.BecomeForgotten(recorder);
                    return made;
                }
                if (_count == _known.Length) Volatile.Write(ref _known, [.. _known, .. new SampleSeries[_known.Length]]);
                _known[_count] = made;
                made.BecomeKnown(recorder, _count++);
                known = made;
                _series.TryAdd(new(name, kind, ordered), known);
            }
            // A second way to find it; orders of tags are few, but not where a caller shuffles them.
            if (_series.Count < recorder.Options.MaxSeries * 2L) _series.TryAdd(new(name, kind, tags.ToArray()), known);
            return known;
        }
    }

    /// <summary>What a series is remembered by.</summary>
    readonly record struct SeriesKey(string Name, SampleKind Kind, (string Key, string Value)[] Tags);

    /// <summary>What somebody asks for, without an allocation.</summary>
    readonly ref struct SeriesQuery(string name, SampleKind kind, ReadOnlySpan<(string Key, string Value)> tags)
    {
        internal readonly string Name = name;
        internal readonly SampleKind Kind = kind;
        internal readonly ReadOnlySpan<(string Key, string Value)> Tags = tags;
    }

    sealed class SeriesKeyComparer : IEqualityComparer<SeriesKey>, IAlternateEqualityComparer<SeriesQuery, SeriesKey>
    {
        internal static readonly SeriesKeyComparer Instance = new();

        public bool Equals(SeriesKey x, SeriesKey y) => Equals(new SeriesQuery(x.Name, x.Kind, x.Tags), y);

        public bool Equals(SeriesQuery alternate, SeriesKey other)
        {
            if (alternate.Kind != other.Kind || alternate.Name != other.Name || alternate.Tags.Length != other.Tags.Length) return false;
            for (int i = 0; i < other.Tags.Length; i++)
            {
                if (alternate.Tags[i].Key != other.Tags[i].Key || alternate.Tags[i].Value != other.Tags[i].Value) return false;
            }
            return true;
        }

        public int GetHashCode(SeriesKey obj) => GetHashCode(new SeriesQuery(obj.Name, obj.Kind, obj.Tags));

        public int GetHashCode(SeriesQuery alternate)
        {
            HashCode hash = default;
            hash.Add(alternate.Name);
            hash.Add(alternate.Kind);
            foreach (var (key, value) in alternate.Tags)
            {
                hash.Add(key);
                hash.Add(value);
            }
            return hash.ToHashCode();
        }

        public SeriesKey Create(SeriesQuery alternate) => new(alternate.Name, alternate.Kind, alternate.Tags.ToArray());
    }
}
