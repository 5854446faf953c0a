using System.Globalization;
using System.Text;

namespace MetricsKit;

/// <summary>What becomes of a tag's text before it identifies a series (I10).</summary>
static class TagText
{
    /// <summary>Longest exported value in UTF-16 units. Chosen to hold any route or host name; past it a value is nearly always a mistake.</summary>
    internal const int MaxLength = 256;

    const char Replacement = '\uFFFD';

    /// <summary>Null becomes empty (the tag is left out), lone surrogates become U+FFFD, and what is too long is cut and marked with a hash of the whole.</summary>
    internal static string Sanitise(string? value, out bool truncated)
    {
        truncated = false;
        if (string.IsNullOrEmpty(value)) return "";
        if (value.Length > MaxLength)
        {
            truncated = true;
            value = Truncate(value);
        }
        return Mend(value);
    }

    /// <summary>The text with U+FFFD in place of lone surrogates, which no format can carry.</summary>
    internal static string Mend(string value) => value.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 ? value : ReplaceLoneSurrogates(value);

    /// <summary>The text of any tag value: invariant, booleans in lower case, nothing for null.</summary>
    /// <remarks>
    /// What the value's own code throws comes out of it. An array is the list of its elements, one level deep and no longer than a label: it may contain itself.
    /// Nothing else is enumerated, which may have no end, or a text of its own that says more.
    /// </remarks>
    internal static string? OfValue(object? value) => value switch
    {
        null => null,
        string text => text,
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        Array { Rank: 1 } list => OfArray(list),
        _ => value.ToString(),
    };

    static string OfArray(Array list)
    {
        StringBuilder text = new("[");
        foreach (object? element in list)
        {
            if (text.Length > 1) text.Append(',');
            text.Append(element is Array nested ? nested.ToString() : OfValue(element));
            if (text.Length > MaxLength) break; // too long already, and cut where it is recorded
        }
        return text.Append(']').ToString();
    }

    static string Truncate(string value)
    {
        // Two long values that differ past the cut stay two series: the hash is of the whole text and the same in every process.
        ulong hash = 14695981039346656037; // FNV-1a, 64 bits
        foreach (char c in value) hash = (hash ^ c) * 1099511628211;
        string mark = "~" + hash.ToString("x16", CultureInfo.InvariantCulture);
        int keep = MaxLength - mark.Length;
        if (char.IsHighSurrogate(value[keep - 1])) keep--;
        return string.Concat(value.AsSpan(0, keep), mark);
    }

    static string ReplaceLoneSurrogates(string value)
    {
        StringBuilder? mended = null;
        for (int i = 0; i < value.Length; i++)
        {
            if (!char.IsSurrogate(value[i])) continue;
            if (char.IsHighSurrogate(value[i]) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1])) { i++; continue; }
            (mended ??= new(value))[i] = Replacement;
        }
        return mended?.ToString() ?? value;
    }
}
