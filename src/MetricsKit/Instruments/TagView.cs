namespace MetricsKit;

/// <summary>Which tags of an instrument are left out, and which values are recorded in place of others. Immutable.</summary>
sealed class TagView(Func<string, string, string> apply)
{
    /// <summary>The text to record under a key; empty: the tag is left out.</summary>
    internal string Apply(string key, string text) => apply(key, text);
}
