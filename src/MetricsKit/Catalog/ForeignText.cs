namespace MetricsKit;

/// <summary>What becomes of the texts of an instrument that is not ours before a row is made of them: any texts are taken, and no row ever throws.</summary>
/// <remarks>The exported name is derived from the texts as they came, by <see cref="PrometheusName.OfForeign"/>, so that what is cut here is still part of it where it fits.</remarks>
static class ForeignText
{
    const int MaxUnit = InstrumentDefinition.MaxUnit, MaxDescription = InstrumentDefinition.MaxDescription;

    /// <summary>An empty name becomes an underscore, lone surrogates U+FFFD; what is too long is cut and marked with a hash of the whole.</summary>
    internal static string Name(string name) => TagText.Sanitise(name, out _) is { Length: > 0 } sanitised ? sanitised : "_";

    /// <summary>No unit is an empty one; a unit longer than 63 characters is cut.</summary>
    internal static string Unit(string? unit) => TagText.Mend(Cut(unit ?? "", MaxUnit));

    /// <summary>Where there is none the name stands in for it, since scrapers show it and a header has one; more than 1,000 characters are cut and end in an ellipsis.</summary>
    internal static string Description(string? description, string name)
    {
        if (string.IsNullOrWhiteSpace(description)) description = $"Measurements of '{Name(name)}'.";
        return TagText.Mend(description.Length <= MaxDescription ? description : Cut(description, MaxDescription - 1) + "\u2026");
    }

    /// <summary>Whether an instrument is described otherwise than the row that it shares; saying nothing contradicts nothing.</summary>
    internal static bool Contradicts(string? description, InstrumentDefinition row) =>
        !string.IsNullOrWhiteSpace(description) && Description(description, row.Name) != row.Description && row.Description != Description(null, row.Name);

    static string Cut(string text, int length)
    {
        if (text.Length <= length) return text;
        return char.IsHighSurrogate(text[length - 1]) ? text[..(length - 1)] : text[..length];
    }
}
