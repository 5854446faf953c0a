using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>Decides which attributes a host has: those that are there without a word, the variables', the tags and the options', each over those before.</summary>
static class ResourceAttributes
{
    internal const string ServiceName = "service.name";

    /// <summary>The attributes in the order in which they are exported.</summary>
    /// <param name="defaults">Those that are there without a word.</param>
    /// <param name="options">The options.</param>
    internal static ImmutableArray<KeyValuePair<string, string>> Of(ImmutableArray<KeyValuePair<string, string>> defaults, MetricsKitOptions options)
    {
        OrderedDictionary<string, string> all = new(StringComparer.Ordinal);
        foreach (var (key, value) in defaults) all[key] = value;
        foreach (var (key, value) in options.Resource.Variables) Set(all, defaults, key, value);
        foreach (var (key, value) in options.Tags) Set(all, defaults, Known(defaults, key), TagText.Sanitise(value, out _)); // as they are on the series
        foreach (var (key, value) in options.Resource.Attributes) Set(all, defaults, Known(defaults, key), value);
        return [.. all.Where(static a => a.Value.Length > 0)];
    }

    /// <summary>The name of a service is never missing: an empty one is none.</summary>
    static void Set(OrderedDictionary<string, string> all, ImmutableArray<KeyValuePair<string, string>> defaults, string key, string? value)
    {
        string text = TagText.Mend(value ?? "");
        if (text.Length == 0 && key == ServiceName) text = defaults.First(static a => a.Key == ServiceName).Value;
        all[TagText.Mend(key)] = text;
    }

    /// <summary>A key that is one of the defaults but for dots and underscores means that: shells drop names with dots, and Prometheus would see two attributes in one label.</summary>
    static string Known(ImmutableArray<KeyValuePair<string, string>> defaults, string key)
    {
        foreach (var (known, _) in defaults)
        {
            if (InstrumentNameComparer.Instance.Equals(known, key)) return known;
        }
        return key;
    }
}
