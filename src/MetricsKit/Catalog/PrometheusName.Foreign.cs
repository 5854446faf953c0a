using System.Text;

namespace MetricsKit;

/// <summary>The names of instruments that are not ours: those that OpenTelemetry's Prometheus exporter for .NET gives them, so that series survive a move from it.</summary>
/// <remarks>
/// The exporter spells some names differently in its two formats; the one of OpenMetrics is taken, since that is what a Prometheus server asks for.
/// Where specification and exporter differ, the exporter is followed: it knows <c>KBy</c>, <c>B</c> and <c>$</c>, says <c>tibibytes</c>, knows no minute but <c>m</c>
/// behind a slash, takes a unit for present without an underscore before it, and puts an underscore in the place of a leading digit.
/// One thing is ours: a colon becomes an underscore, since colons are left to recording rules. No name that OpenTelemetry accepts has one.
/// Sources: "Prometheus and OpenMetrics Compatibility" of OpenTelemetry's specification, and what OpenTelemetry.Exporter.Prometheus.AspNetCore 1.18 answers.
/// </remarks>
static partial class PrometheusName
{
    /// <summary>The name of the metric family; for a counter with <c>_total</c>. Any texts are taken, empty ones as well.</summary>
    internal static string OfForeign(string name, string unit, InstrumentKind kind)
    {
        bool counter = kind == InstrumentKind.Counter;
        string family = counter ? WithoutTotal(name) : name;
        string word = ForeignUnitWord(unit);
        string suffix = (family.EndsWith(word, StringComparison.Ordinal) ? "" : "_" + word) + (counter ? Total : "");
        int room = MaxText - suffix.Length; // whatever is cut off, unit and _total stay
        string whole = Collapse((family.Length > room ? family[..room] : family) + suffix, leadingDigits: false);
        if (!counter) return whole.Length > 0 ? whole : "_";
        string bare = WithoutTotals(whole);
        return (bare == Total ? "_" : bare) + Total; // nothing would be left of its name in OpenMetrics
    }

    /// <summary>The word of any unit: what is in braces goes, what is above and below the first slash is spelled out, and the rest stays as it is.</summary>
    internal static string ForeignUnitWord(string unit)
    {
        unit = WithoutBraces(unit.Length <= MaxText ? unit : unit[..MaxText]);
        int slash = unit.IndexOf('/', StringComparison.Ordinal);
        string word = slash < 0 || slash == unit.Length - 1 ? ForeignWord(unit) : ForeignWord(unit[..slash]) + "_per_" + ForeignPerWord(unit[(slash + 1)..]);
        word = Collapse(word, leadingDigits: true).Trim('_');
        return word.Length <= MaxUnitWord ? word : word[..MaxUnitWord].TrimEnd('_');
    }

    /// <summary>Longest word of a unit. Chosen so that most of the name is left for the instrument; units of more than 63 characters are not allowed anyway.</summary>
    const int MaxUnitWord = 127;

    /// <summary>Each run of what a name cannot hold, underscores included, becomes one underscore.</summary>
    static string Collapse(string text, bool leadingDigits)
    {
        StringBuilder to = new(text.Length);
        foreach (char c in text)
        {
            bool held = char.IsAsciiLetterOrDigit(c) && (leadingDigits || to.Length > 0 || !char.IsAsciiDigit(c));
            if (held) to.Append(c);
            else if (to.Length == 0 || to[^1] != '_') to.Append('_');
        }
        return to.ToString();
    }

    static string WithoutBraces(string unit)
    {
        StringBuilder to = new(unit.Length);
        for (int at = 0; at < unit.Length; at++)
        {
            int close = unit[at] == '{' ? unit.IndexOf('}', at) : -1;
            if (close > 0) at = close;
            else to.Append(unit[at]);
        }
        return to.ToString();
    }

    static string ForeignWord(string unit) => unit switch
    {
        "1" => "",
        "B" => "bytes",
        "KB" => "kilobytes",
        "MB" => "megabytes",
        "GB" => "gigabytes",
        "TB" => "terabytes",
        "$" => "dollars",
        _ => KnownWord(unit) ?? unit,
    };

    static string ForeignPerWord(string unit) => unit switch
    {
        "s" => "second",
        "m" => "minute",
        "h" => "hour",
        "d" => "day",
        "w" => "week",
        "mo" => "month",
        "y" => "year",
        _ => unit,
    };
}
