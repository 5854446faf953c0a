namespace MetricsKit;

/// <summary>Steps between recorder and sinks, to be composed: each does one thing, for <c>AddSampleProcessor</c>.</summary>
/// <remarks>
/// Functions of a series are asked once for each series and their answers are kept, so a sample costs a look-up and no allocation; functions of a sample are asked for each.
/// A step belongs to one host: it is called by one thread.
/// </remarks>
public static class SampleProcessors
{
    /// <summary>Keeps the samples for which the predicate is true.</summary>
    /// <param name="predicate">Asked for every sample.</param>
    public static ISampleProcessor Keep(Func<Sample, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return new KeepProcessor(nameof(Keep), predicate);
    }

    /// <summary>Keeps the samples of the series for which the predicate is true.</summary>
    /// <param name="predicate">Asked once for each series.</param>
    public static ISampleProcessor KeepSeries(Func<SampleSeries, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return new SeriesProcessor(nameof(KeepSeries), series => new(predicate(series) ? series : null));
    }

    /// <summary>Replaces each sample, such as by one with another value.</summary>
    /// <param name="map">Asked for every sample. What comes out with no finite value, or with a negative one of a counter, is dropped and counted.</param>
    public static ISampleProcessor Map(Func<Sample, Sample> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return new MapProcessor(nameof(Map), map);
    }

    /// <summary>Replaces each series by another.</summary>
    /// <param name="map">Asked once for each series; it may return the same.</param>
    public static ISampleProcessor MapSeries(Func<SampleSeries, SampleSeries> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return new SeriesProcessor(nameof(MapSeries), series => new(map(series) ?? throw new InvalidOperationException($"The map of series gave null for '{series.Name}': to leave a series out, use KeepSeries.")));
    }

    /// <summary>Renames series.</summary>
    /// <param name="rename">From the old name to the new one; asked once for each series.</param>
    public static ISampleProcessor Rename(Func<string, string> rename)
    {
        ArgumentNullException.ThrowIfNull(rename);
        return new SeriesProcessor(nameof(Rename), series => new(rename(series.Name) is var name && name == series.Name ? series : new(name, series.Kind, series.Tags.AsSpan())));
    }

    /// <summary>Multiplies the values of one name, such as by 0.001 for a sensor that measures thousandths.</summary>
    /// <param name="name">The name.</param>
    /// <param name="factor">Finite and not 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is 0 or not finite.</exception>
    public static ISampleProcessor Scale(string name, double factor)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!double.IsFinite(factor) || factor == 0) throw new ArgumentOutOfRangeException(nameof(factor), factor, "A factor is finite and not 0.");
        return new SeriesProcessor(nameof(Scale), series => new(series, series.Name == name ? factor : 1));
    }

    /// <summary>Adds tags to every series. A series' own tag wins.</summary>
    /// <param name="tags">Such as <c>("site", "berlin")</c>.</param>
    /// <exception cref="ArgumentException">A key is no name, or there are more than 32.</exception>
    public static ISampleProcessor AddTags(params ReadOnlySpan<(string Key, string Value)> tags)
    {
        SampleSeries known = new("tags", SampleKind.Gauge, SampleIdentity.Pairs(tags)); // what is wrong with them is said now, and not by each sample
        return new SeriesProcessor(nameof(AddTags), series => new(series.Retagged(known.Tags, [])));
    }

    /// <summary>Removes tags from every series, such as ids that are unbounded. Series that differ in nothing else become one.</summary>
    /// <param name="keys">Their keys.</param>
    public static ISampleProcessor RemoveTags(params ReadOnlySpan<string> keys)
    {
        HashSet<string> removed = new(keys.ToArray(), StringComparer.Ordinal);
        return new SeriesProcessor(nameof(RemoveTags), series => new(series.Retagged([], removed)));
    }

    /// <summary>The series without the tags that are removed and with those that it lacks; itself when nothing changes, so that it stays one that the recorder and the sinks know.</summary>
    internal static SampleSeries Retagged(this SampleSeries series, IReadOnlyList<KeyValuePair<string, string>> added, HashSet<string> removed)
    {
        List<KeyValuePair<string, string>> tags = [];
        foreach (var tag in series.Tags)
        {
            if (!removed.Contains(tag.Key)) tags.Add(tag);
        }
        int own = tags.Count;
        foreach (var tag in added)
        {
            if (!tags[..own].Exists(t => t.Key == tag.Key)) tags.Add(tag);
        }
        return own == series.Tags.Length && tags.Count == own ? series : new(series.Name, series.Kind, [.. tags]);
    }

    sealed class KeepProcessor(string name, Func<Sample, bool> predicate) : BuiltInProcessor(name)
    {
        public override bool Process(ref Sample sample) => predicate(sample);
    }

    sealed class MapProcessor(string name, Func<Sample, Sample> map) : BuiltInProcessor(name)
    {
        public override bool Process(ref Sample sample)
        {
            sample = map(sample);
            return true;
        }
    }
}
