using System.Text;

namespace MetricsKit;

/// <summary>Derives the Prometheus name of a row: dots become underscores, the unit's word is appended unless it is there, counters end in <c>_total</c>.</summary>
/// <remarks>The words of the units are those of OpenTelemetry's Prometheus compatibility specification.</remarks>
static partial class PrometheusName
{
    const string Total = "_total", Info = "_info";

    /// <summary>What says what is measured, as OpenMetrics has it: the sample and its family.</summary>
    internal const string Target = TargetFamily + Info, TargetFamily = "target";

    /// <summary>Longest name that a row may state.</summary>
    const int MaxText = 255;

    /// <summary>The name of the metric family; for a counter with <c>_total</c>.</summary>
    internal static string Of(InstrumentDefinition row, string prefix)
    {
        string name = row.PrometheusName ?? Derive(row.Name, row.Unit, row.Kind);
        if (prefix.Length > 0) name = prefix.TrimEnd('_') + "_" + name;
        if (row.IsInfo) return OfFamily(name, row) + Info;
        return row.Kind == InstrumentKind.Counter ? WithoutTotals(name) + Total : name;
    }

    /// <summary>The name that the family has in OpenMetrics: a counter's without <c>_total</c>, an information's without <c>_info</c>.</summary>
    internal static string OfFamily(string name, InstrumentDefinition row) =>
        row.Kind == InstrumentKind.Counter ? WithoutTotal(name) : row.IsInfo && name.Length > Info.Length && name.EndsWith(Info, StringComparison.Ordinal) ? name[..^Info.Length] : name;

    /// <summary>A family of OpenMetrics that itself ended in <c>_total</c> would be taken for a sample.</summary>
    static string WithoutTotals(string name)
    {
        while (name.Length > Total.Length && name.EndsWith(Total, StringComparison.Ordinal)) name = WithoutTotal(name);
        return name;
    }

    /// <summary>The label name of a tag key.</summary>
    internal static string OfTag(string key) => key.Replace('.', '_');

    /// <summary>The name without <c>_total</c>, which is the family's name in OpenMetrics.</summary>
    internal static string WithoutTotal(string name) => name.EndsWith(Total, StringComparison.Ordinal) ? name[..^Total.Length] : name;

    /// <summary>The name of a metric that may be called anything: each character that a name cannot hold becomes an underscore, and no unit is appended.</summary>
    internal static string OfText(string name, InstrumentKind kind)
    {
        string exported = Spell(name, InstrumentNames.IsMetric);
        if (exported.Length > MaxText) exported = exported[..MaxText];
        return kind == InstrumentKind.Counter && exported.EndsWith(Total, StringComparison.Ordinal) && WithoutTotals(exported) == Total ? "_" : exported; // nothing would be left of its name in OpenMetrics
    }

    /// <summary>The label name of a key that may be any text. What the formats keep for themselves is renamed as Prometheus renames labels that are taken.</summary>
    internal static string OfTextTag(string key)
    {
        string exported = Spell(key, static k => InstrumentNames.IsLabel(k) && !k.Contains('.', StringComparison.Ordinal));
        return exported.StartsWith("__", StringComparison.Ordinal) || InstrumentNames.IsReservedLabel(exported) ? "exported_" + exported : exported;
    }

    /// <summary>The label name of a resource's attribute: what a name cannot hold becomes one underscore, however much of it there is.</summary>
    internal static string OfResourceKey(string key)
    {
        StringBuilder name = new(key.Length);
        foreach (char c in key)
        {
            char letter = char.IsAsciiLetterOrDigit(c) ? c : '_';
            if (name.Length == 0 && char.IsAsciiDigit(letter)) name.Append('_');
            if (letter != '_' || name.Length == 0 || name[^1] != '_') name.Append(letter);
        }
        return OfTextTag(name.ToString());
    }

    static string Spell(string text, Func<string, bool> isWord)
    {
        if (isWord(text)) return text;
        string word = string.Create(text.Length, text, static (to, from) =>
        {
            for (int i = 0; i < to.Length; i++) to[i] = char.IsAsciiLetterOrDigit(from[i]) ? from[i] : '_';
        });
        return char.IsAsciiDigit(word[0]) ? "_" + word : word;
    }

    static string Derive(string instrument, string unit, InstrumentKind kind)
    {
        string name = instrument.Replace('.', '_');
        bool counter = kind == InstrumentKind.Counter;
        if (counter) name = WithoutTotal(name);
        string word = UnitWord(unit);
        if (word.Length > 0 && !(name == word || name.EndsWith("_" + word, StringComparison.Ordinal))) name += "_" + word;
        return counter ? name + Total : name;
    }

    /// <summary>The word of a UCUM unit; empty for <c>1</c> and annotations such as <c>{request}</c>.</summary>
    internal static string UnitWord(string unit)
    {
        int slash = unit.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return Word(unit);
        string above = Word(unit[..slash]), below = PerWord(unit[(slash + 1)..]);
        return below.Length == 0 ? above : above.Length == 0 ? "per_" + below : above + "_per_" + below;
    }

    static string Word(string unit) => unit switch
    {
        "" or "1" => "",
        ['{', ..] => "",
        _ => KnownWord(unit) ?? Letters(unit),
    };

    /// <summary>The words that ours and OpenTelemetry's exporter have in common.</summary>
    static string? KnownWord(string unit) => unit switch
    {
        "d" => "days",
        "h" => "hours",
        "min" => "minutes",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "By" => "bytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        "GiBy" => "gibibytes",
        "TiBy" => "tibibytes",
        "KBy" => "kilobytes",
        "MBy" => "megabytes",
        "GBy" => "gigabytes",
        "TBy" => "terabytes",
        "m" => "meters",
        "V" => "volts",
        "A" => "amperes",
        "J" => "joules",
        "W" => "watts",
        "g" => "grams",
        "Cel" => "celsius",
        "Hz" => "hertz",
        "%" => "percent",
        _ => null,
    };

    static string PerWord(string unit) => unit switch
    {
        "s" => "second",
        "m" => "minute",
        "min" => "minute",
        "h" => "hour",
        "d" => "day",
        "w" => "week",
        "mo" => "month",
        "y" => "year",
        ['{', ..] => "",
        _ => Letters(unit),
    };

    /// <summary>A unit without a word of its own stays as it is, less what a name cannot hold or begin with.</summary>
    static string Letters(string unit) => string.Concat(unit.Where(char.IsAsciiLetterOrDigit).SkipWhile(char.IsAsciiDigit));
}
