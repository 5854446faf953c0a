namespace MetricsKit;

/// <summary>The settings of instruments by the patterns of their names, the least specific first.</summary>
sealed class InstrumentPatterns
{
    readonly InstrumentPattern[] _all;

    internal InstrumentPatterns(ICollection<KeyValuePair<string, InstrumentOptions>> patterns) =>
        _all = patterns.Count == 0 ? [] : [.. patterns.Select(static p => new InstrumentPattern(p.Key, p.Value)).OrderBy(static p => p.IsExact).ThenBy(static p => p.Text.Length).ThenBy(static p => p.Text, StringComparer.Ordinal)];

    internal IReadOnlyList<InstrumentPattern> All => _all;

    /// <summary>What the configuration says of an instrument, each setting by the most specific pattern that has it; null: nothing.</summary>
    internal InstrumentOptions? Of(string meter, string instrument)
    {
        InstrumentOptions? merged = null;
        foreach (var pattern in _all)
        {
            if (!pattern.Matches(meter, instrument)) continue;
            pattern.HasMatched = true;
            merged = merged is null ? pattern.Options : pattern.Options.Over(merged);
        }
        return merged;
    }
}

/// <summary>A name of instruments as the configuration has it, and what it sets.</summary>
sealed class InstrumentPattern(string text, InstrumentOptions options)
{
    readonly string _name = InstrumentNames.Normalise(text);
    readonly string? _meter = options.Meter?.ToLowerInvariant();
    volatile bool _hasMatched;

    /// <summary>As it was written.</summary>
    internal string Text => text;

    internal InstrumentOptions Options => options;

    internal bool IsExact { get; } = !text.Contains('*', StringComparison.Ordinal);

    /// <summary>Whether an instrument of this host was ever asked about that it matches.</summary>
    internal bool HasMatched
    {
        get => _hasMatched;
        set => _hasMatched = value;
    }

    internal bool Matches(string meter, string instrument) =>
        NamePattern.Matches(_name, InstrumentNames.Normalise(instrument)) && (_meter is null || NamePattern.Matches(_meter, meter.ToLowerInvariant()));
}
