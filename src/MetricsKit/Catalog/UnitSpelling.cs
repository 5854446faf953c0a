using System.Collections.Frozen;

namespace MetricsKit;

/// <summary>What a unit means however it is spelled: its code in UCUM. It decides about bounds and never about names, which keep what was written.</summary>
static class UnitSpelling
{
    static readonly FrozenDictionary<string, string> Codes = FrozenDictionary.ToFrozenDictionary(
        new (string Code, string[] Spellings)[]
        {
            ("s", ["s", "sec", "secs", "second", "seconds"]),
            ("ms", ["ms", "msec", "msecs", "milli", "millis", "millisecond", "milliseconds"]),
            ("us", ["us", "\u00B5s", "\u03BCs", "usec", "usecs", "micros", "microsecond", "microseconds"]),
            ("ns", ["ns", "nsec", "nsecs", "nanos", "nanosecond", "nanoseconds"]),
            ("min", ["min", "mins", "minute", "minutes"]),
            ("h", ["h", "hr", "hrs", "hour", "hours"]),
            ("d", ["d", "day", "days"]),
            ("By", ["By", "byte", "bytes"]),
            ("KiBy", ["KiBy", "KiB", "kibibyte", "kibibytes"]),
            ("KBy", ["KBy", "KB", "kilobyte", "kilobytes"]),
            ("%", ["%", "pct", "percent"]),
        }.SelectMany(static u => u.Spellings.Select(s => KeyValuePair.Create(s, u.Code))), StringComparer.OrdinalIgnoreCase);

    /// <summary>Ends of names that are words of their own as well: "min" is mostly the least, "by" and "d" say nothing of time or size.</summary>
    static readonly string[] Ambiguous = ["s", "min", "h", "d", "by"];

    /// <summary>The code of a unit; of an instrument without one, what the last word of its name says. What is not known stays as it is.</summary>
    internal static string CodeOf(string unit, string name)
    {
        unit = unit.Trim();
        if (unit.Length > 0) return Codes.GetValueOrDefault(unit, unit);
        string word = LastWord(name);
        return Ambiguous.Contains(word, StringComparer.OrdinalIgnoreCase) ? "" : Codes.GetValueOrDefault(word, "");
    }

    /// <summary>How many seconds one of a unit has; 0 for what is no time.</summary>
    internal static double SecondsOf(string code) => code switch
    {
        "s" => 1,
        "ms" => 1e-3,
        "us" => 1e-6,
        "ns" => 1e-9,
        "min" => 60,
        "h" => 3600,
        "d" => 86400,
        _ => 0,
    };

    /// <summary>The last word, however it was joined to the others: of <c>wait.seconds</c>, <c>wait_seconds</c> and <c>waitSeconds</c> it is the same.</summary>
    static string LastWord(string name)
    {
        int at = name.Length;
        while (at > 0 && char.IsLetter(name[at - 1]))
        {
            at--;
            if (at > 0 && char.IsUpper(name[at]) && char.IsLower(name[at - 1])) break;
        }
        return name[at..];
    }
}
