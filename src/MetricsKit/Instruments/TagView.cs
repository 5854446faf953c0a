namespace MetricsKit;

/// <summary>What configuration makes of the tags of an instrument before they identify a series: which keys are kept, and which texts take the place of others.</summary>
/// <remarks>
/// Several tag sets can become one series, whose cells then hold the sum of what all of them recorded. Immutable, and asked where a call is resolved, never where
/// one is found in a cache. A replacement is one step: a text that takes the place of another is not looked up again, so there are no cycles.
/// </remarks>
sealed class TagView
{
    /// <summary>Stands for every text that has no replacement of its own.</summary>
    internal const string Else = "*";

    readonly HashSet<string>? _kept;
    readonly HashSet<string> _dropped = new(InstrumentNameComparer.Instance);
    readonly Dictionary<string, Dictionary<string, string>> _texts = new(InstrumentNameComparer.Instance);

    /// <summary>Makes a view; as everywhere in configuration, dots and underscores of keys are equal and their case does not matter. Texts are compared as they are.</summary>
    /// <param name="kept">The keys to keep; null: all.</param>
    /// <param name="dropped">The keys to leave out, also of those to keep.</param>
    /// <param name="texts">By key, what takes the place of which text; the empty text leaves the tag out.</param>
    internal TagView(IEnumerable<string>? kept, IEnumerable<string>? dropped, IEnumerable<KeyValuePair<string, IDictionary<string, string>>> texts)
    {
        if (kept is not null) _kept = new(kept, InstrumentNameComparer.Instance);
        _dropped.UnionWith(dropped ?? []);
        foreach (var (key, replacements) in texts)
        {
            if (replacements.Count == 0) continue;
            Dictionary<string, string> by = new(StringComparer.Ordinal);
            foreach (var (from, to) in replacements) by[from] = TagText.Sanitise(to, out _);
            _texts[key] = by;
        }
    }

    /// <summary>The text to record under a key; empty when the tag is left out.</summary>
    /// <param name="key">The key as it was spelled.</param>
    /// <param name="text">The sanitised text. An empty one is a tag that is not there, and stays so.</param>
    internal string Apply(string key, string text)
    {
        if (text.Length == 0 || Drops(key)) return "";
        if (!_texts.TryGetValue(key, out var by)) return text;
        return by.TryGetValue(text, out string? other) || by.TryGetValue(Else, out other) ? other : text;
    }

    /// <summary>Whether no series has the key.</summary>
    internal bool Drops(string key) => _kept is not null && !_kept.Contains(key) || _dropped.Contains(key);

    /// <summary>Whether the view makes anything else of the key's texts.</summary>
    internal bool Affects(string key) => Drops(key) || _texts.ContainsKey(key);
}
