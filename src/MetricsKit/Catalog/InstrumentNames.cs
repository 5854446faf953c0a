namespace MetricsKit;

/// <summary>The alphabet of names: what OpenTelemetry allows and Prometheus can be given without loss.</summary>
static class InstrumentNames
{
    internal static void CheckInstrument(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsInstrument(name))
            throw new ArgumentException($"'{name}' is not an instrument name: it begins with a lower-case letter and has only lower-case letters, digits, dots and underscores, such as 'mission.duration'.", nameof(name));
    }

    internal static bool IsInstrument(string name) => IsWord(name) && name.Length <= 255;

    internal static void CheckTagKey(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsWord(name) || name.Length > 128)
            throw new ArgumentException($"'{name}' is not a tag key: it begins with a lower-case letter and has only lower-case letters, digits, dots and underscores, such as 'mount_point'.", nameof(name));
        if (IsReserved(name))
            throw new ArgumentException($"The tag key '{name}' is reserved by the exposition formats: choose another.", nameof(name));
    }

    /// <summary>Whether the formats, or the series that others fold into, need the label for themselves.</summary>
    internal static bool IsReserved(string key) => key is "le" or "quantile" || IsSame(key, "otel_metric_overflow");

    /// <summary>Whether the text can stand in front of every exported name, such as <c>oht50</c>.</summary>
    internal static bool IsPrefix(string text) => text.Length == 0 || (IsLetter(text[0]) || text[0] == '_') && text.All(static c => IsLetter(c) || char.IsAsciiDigit(c) || c == '_') && text.Length <= 64;

    /// <summary>Whether the text is a metric name that every scraper accepts. Colons are left to recording rules.</summary>
    internal static bool IsMetric(string text) => text.Length is > 0 and <= 255 && (IsLetter(text[0]) || text[0] == '_') && text.All(static c => IsLetter(c) || char.IsAsciiDigit(c) || c == '_');

    /// <summary>Labels that the exposition formats and the overflow series use.</summary>
    internal static bool IsReservedLabel(string name) => name is "le" or "quantile" || IsSame(name, "otel_metric_overflow");

    /// <summary>Whether the text is a label name that every scraper accepts.</summary>
    internal static bool IsLabel(string text) => text.Length > 0 && (IsLetter(text[0]) || text[0] == '_') && text.All(static c => IsLetter(c) || char.IsAsciiDigit(c) || c is '_' or '.') && text.Length <= 128;

    /// <summary>Configuration keys: dots and underscores are equal, and case does not matter, because shells drop names with dots.</summary>
    /// <remarks>A name that is so already, as most are, is looked at by hand: what folds and replaces text is loaded for it alone at the start of a process.</remarks>
    internal static string Normalise(string name)
    {
        foreach (char c in name)
        {
            if (c != '_' && !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c)) return Fold(name);
        }
        return name;
    }

    /// <summary>Whether two names are one where dots are underscores.</summary>
    internal static bool IsSame(string one, string other)
    {
        if (one.Length != other.Length) return false;
        for (int i = 0; i < one.Length; i++)
        {
            if (one[i] != other[i] && !(one[i] is '.' or '_' && other[i] is '.' or '_')) return false;
        }
        return true;
    }

    static string Fold(string name)
    {
        Span<char> folded = name.Length <= 256 ? stackalloc char[name.Length] : new char[name.Length];
        for (int i = 0; i < folded.Length; i++)
        {
            char c = name[i];
            if (!char.IsAscii(c)) return name.Replace('.', '_').ToLowerInvariant();
            folded[i] = c == '.' ? '_' : char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;
        }
        return new(folded);
    }

    static bool IsLetter(char c) => char.IsAsciiLetter(c);

    /// <summary>By hand, as it is asked for every row and every tag key at the start of a process.</summary>
    static bool IsWord(string text)
    {
        if (text.Length == 0 || !char.IsAsciiLetterLower(text[0])) return false;
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('_' or '.')) return false;
        }
        return true;
    }
}
