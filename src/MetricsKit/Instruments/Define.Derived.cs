using System.Collections.Immutable;

namespace MetricsKit;

public static partial class Define
{
    /// <summary>A gauge that is the share of some increments among all, over the sliding window: absent while nothing was counted.</summary>
    /// <param name="name">For example <c>cache.hit.rate</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="source">The row of the counter, in this or another meter of the host.</param>
    /// <param name="part">The tag that tells what belongs to the share.</param>
    /// <param name="partValue">The value of that tag which belongs to it.</param>
    /// <param name="by">The tags of the source that the gauge keeps; others are summed over.</param>
    /// <exception cref="ArgumentException">The source is no counter, or lacks one of the tags.</exception>
    public static InstrumentDefinition<DerivedGauge> Ratio(string name, string description, InstrumentDefinition source, TagKey part, string partValue, params ReadOnlySpan<TagKey> by) =>
        Derived(name, "1", description, source, part, partValue, [.. by]);

    /// <summary>A gauge that is the increase of a counter in a second, over the sliding window.</summary>
    /// <param name="name">For example <c>api.throughput.requests</c>.</param>
    /// <param name="unit">For example <c>{request}/s</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="source">The row of the counter, in this or another meter of the host.</param>
    /// <param name="by">The tags of the source that the gauge keeps; others are summed over.</param>
    /// <exception cref="ArgumentException">The source is no counter, or lacks one of the tags.</exception>
    public static InstrumentDefinition<DerivedGauge> Rate(string name, string unit, string description, InstrumentDefinition source, params ReadOnlySpan<TagKey> by) =>
        Derived(name, unit, description, source, null, "", [.. by]);

    /// <summary>A second name for the series of another histogram: the same cells, not a second measurement.</summary>
    /// <param name="name">For example <c>api.response.time</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="source">The row of the histogram, in this or another meter of the host.</param>
    /// <exception cref="ArgumentException">The source is no histogram.</exception>
    public static InstrumentDefinition<MirrorInstrument> Mirror(string name, string description, InstrumentDefinition source)
    {
        if (source.Kind != InstrumentKind.Histogram) throw new ArgumentException($"'{name}' mirrors a histogram, and '{source.Name}' is none.", nameof(source));
        return new(name, source.Kind, source.Unit, description, source.TagKeys, static (row, context) => new(row, context)) { Source = source };
    }

    static InstrumentDefinition<DerivedGauge> Derived(string name, string unit, string description, InstrumentDefinition source, TagKey? part, string partValue, ImmutableArray<TagKey> by)
    {
        if (source.Kind != InstrumentKind.Counter) throw new ArgumentException($"'{name}' is derived from a counter, and '{source.Name}' is none.", nameof(source));
        foreach (var key in by) Check(key);
        if (part is not null) Check(part);
        return new(name, InstrumentKind.Gauge, unit, description, by, (row, context) => new(row, context, source, part, partValue)) { Source = source, Part = part, MaxSeries = source.MaxSeries };

        void Check(TagKey key)
        {
            if (!source.TagKeys.Contains(key)) throw new ArgumentException($"'{name}' is derived from '{source.Name}', which has no tag '{key.Name}'.", nameof(by));
        }
    }
}
