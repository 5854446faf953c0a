using System.Collections.Immutable;
using System.Diagnostics.Metrics;

namespace MetricsKit;

/// <summary>The scope of a meter that somebody else made.</summary>
static class ForeignScope
{
    /// <summary>Runs the code of the tags' values; what one throws costs that tag.</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="name">What it is called here.</param>
    internal static MeterScope Of(Meter meter, string name)
    {
        Dictionary<string, string> attributes = new(StringComparer.Ordinal); // of equal keys the last one wins (I10)
        foreach (var (key, value) in meter.Tags ?? [])
        {
            if (TagText.Sanitise(key, out _) is { Length: > 0 } spelling && TagText.Sanitise(TextOf(value), out _) is { Length: > 0 } text) attributes[spelling] = text;
        }
        string? version = string.IsNullOrEmpty(meter.Version) ? null : TagText.Sanitise(meter.Version, out _);
        return new(name, version, [.. attributes.OrderBy(static a => a.Key, StringComparer.Ordinal)]); // in one order, so that scopes can be compared
    }

    static string? TextOf(object? value)
    {
        try { return TagText.OfValue(value); }
        catch (Exception) { return null; } // I11: the same tag is counted where it is resolved for a series
    }
}
