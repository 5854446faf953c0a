namespace MetricsKit;

/// <summary>The steps of the configuration, as one: all of them decide by series.</summary>
sealed class ConfiguredProcessing
{
    readonly string[] _include, _exclude;
    readonly Dictionary<string, string> _rename;
    readonly Dictionary<string, double> _scale;
    readonly KeyValuePair<string, string>[] _tags;
    readonly HashSet<string> _removeTags;

    ConfiguredProcessing(ProcessingOptions options)
    {
        // Copies: options are the user's, and verdicts are kept.
        (_include, _exclude) = ([.. options.Include], [.. options.Exclude]);
        _rename = new(options.Rename, StringComparer.Ordinal);
        _scale = new(options.Scale, StringComparer.Ordinal);
        _tags = [.. options.Tags];
        _removeTags = new(options.RemoveTags, StringComparer.Ordinal);
    }

    /// <summary>The step; null when the options ask for none.</summary>
    internal static ISampleProcessor? Of(ProcessingOptions options)
    {
        bool isEmpty = options.Include.Count + options.Exclude.Count + options.Rename.Count + options.Scale.Count + options.Tags.Count + options.RemoveTags.Count == 0;
        return isEmpty ? null : new SeriesProcessor("Processing", new ConfiguredProcessing(options).Decide);
    }

    SeriesVerdict Decide(SampleSeries series)
    {
        string name = series.Name;
        if (_include.Length > 0 && !NamePattern.MatchesAny(_include, name) || NamePattern.MatchesAny(_exclude, name)) return default;
        double factor = _scale.GetValueOrDefault(name, 1);
        if (_rename.TryGetValue(name, out string? renamed)) series = new(renamed, series.Kind, series.Tags.AsSpan());
        // Removed before others are added, so that a constant can take the place of a tag.
        return new(series.Retagged(_tags, _removeTags), factor);
    }
}
