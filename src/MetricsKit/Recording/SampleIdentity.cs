using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>What makes two series the same: name, kind, and the tags ordered by key after sanitising (I10).</summary>
static class SampleIdentity
{
    const int MaxName = 255;
    const int MaxTags = 32;

    /// <summary>What is wrong, in a sentence; null when nothing is.</summary>
    internal static string? DescribeFault(string? name, SampleKind kind, ReadOnlySpan<KeyValuePair<string, string>> tags)
    {
        if (!IsName(name)) return $"'{name}' is no name of a series: it has 1 to {MaxName} characters and no control characters.";
        if (kind is < SampleKind.Gauge or > SampleKind.Histogram) return $"{kind} is no kind of sample.";
        if (tags.Length > MaxTags) return $"The series '{name}' has {tags.Length} tags: it may have at most {MaxTags}.";
        foreach (var (key, _) in tags)
        {
            if (!IsName(key)) return $"'{key}' is no key of a tag of '{name}': it has 1 to {MaxName} characters and no control characters.";
        }
        return null;
    }

    internal static ImmutableArray<KeyValuePair<string, string>> Normalise(ReadOnlySpan<KeyValuePair<string, string>> tags)
    {
        if (tags.IsEmpty) return [];
        SortedList<string, string> sorted = new(tags.Length, StringComparer.Ordinal);
        foreach (var (key, value) in tags) sorted[TagText.Sanitise(key, out _)] = TagText.Sanitise(value, out _);
        return [.. sorted.Where(static t => t.Value.Length > 0)];
    }

    internal static KeyValuePair<string, string>[] Pairs(ReadOnlySpan<(string Key, string Value)> tags)
    {
        var pairs = new KeyValuePair<string, string>[tags.Length];
        for (int i = 0; i < tags.Length; i++) pairs[i] = new(tags[i].Key, tags[i].Value);
        return pairs;
    }

    static bool IsName(string? text)
    {
        if (text is not { Length: > 0 and <= MaxName }) return false;
        foreach (char c in text)
        {
            if (char.IsControl(c)) return false;
        }
        return true;
    }
}
