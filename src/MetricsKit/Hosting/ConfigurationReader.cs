using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace MetricsKit;

/// <summary>Reads typed values out of a configuration section without reflection, and remembers what it could not read and what nobody asked for.</summary>
/// <param name="section">The section.</param>
/// <param name="path">What it is called in what is said about it.</param>
/// <param name="errors">Where to put a sentence about each value that cannot be read.</param>
/// <param name="unknown">Where to put keys that nobody asked for.</param>
/// <param name="emptyIsAbsent">Whether a value without a text is none, as a variable is that a compose file makes of <c>${X:-}</c>.</param>
sealed class ConfigurationReader(IConfiguration section, string path, List<string> errors, List<string> unknown, bool emptyIsAbsent = false)
{
    readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    internal void Read(string key, Action<string> set) => Parse(key, "a text", static t => (true, t), set);

    internal void Read(string key, Action<bool> set) => Parse(key, "true or false", static t => (bool.TryParse(t, out bool v), v), set);

    internal void Read(string key, Action<int> set) =>
        Parse(key, "a whole number", static t => (int.TryParse(t, NumberStyles.Integer, CultureInfo.InvariantCulture, out int v), v), set);

    internal void Read(string key, Action<long> set) =>
        Parse(key, "a whole number", static t => (long.TryParse(t, NumberStyles.Integer, CultureInfo.InvariantCulture, out long v), v), set);

    internal void Read(string key, Action<TimeSpan> set) =>
        Parse(key, "a time such as 00:00:15", static t => (TimeSpan.TryParse(t, CultureInfo.InvariantCulture, out var v), v), set);

    /// <summary>A list: children 0, 1, 2 and so on.</summary>
    internal void ReadList(string key, Action<IReadOnlyList<string>> set)
    {
        _known.Add(key);
        List<string> values = [.. section.GetSection(key).GetChildren().Select(static c => c.Value).OfType<string>()];
        if (values.Count > 0) set(values);
        else if (!string.IsNullOrEmpty(section[key])) errors.Add($"{path}:{key} is a list: write {path}:{key}:0, {path}:{key}:1 and so on.");
    }

    /// <summary>A list that may also be empty, which is not the same as absent: <c>[]</c> in a file, no text in the environment.</summary>
    internal void ReadSet(string key, Action<IReadOnlyList<string>> set)
    {
        ReadList(key, set);
        var list = section.GetSection(key);
        if (list.Value is { Length: 0 } && !list.GetChildren().Any()) set([]);
    }

    internal void ReadNumbers(string key, Action<IList<double>> set) => ReadList(key, values =>
    {
        List<double> numbers = [];
        foreach (string value in values)
        {
            if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)) numbers.Add(number);
            else errors.Add($"{path}:{key} has '{value}', which is not a number.");
        }
        set(numbers);
    });

    /// <summary>A nested section.</summary>
    internal void Section(string key, Action<ConfigurationReader> read) => Section(key, read, emptyIsAbsent);

    void Section(string key, Action<ConfigurationReader> read, bool emptyIsAbsent)
    {
        _known.Add(key);
        if (!string.IsNullOrEmpty(section[key])) errors.Add($"{path}:{key} has a value, but is a section: set its keys instead."); // not the value, which may be a secret
        ConfigurationReader inner = new(section.GetSection(key), $"{path}:{key}", errors, unknown, emptyIsAbsent);
        read(inner);
        inner.ReportUnknown();
    }

    /// <summary>A nested section that switches something on by being there, unless its key <c>Enabled</c> says false.</summary>
    /// <remarks>Where empty is absent, a section of empty values alone switches nothing on.</remarks>
    internal void SwitchedSection<T>(string key, Func<T?> get, Action<T?> set, Action<ConfigurationReader, T> read, bool emptyIsAbsent = false) where T : class, new()
    {
        _known.Add(key);
        if (!section.GetChildren().Any(c => string.Equals(c.Key, key, StringComparison.OrdinalIgnoreCase))) return;
        if (emptyIsAbsent && IsEmpty(section.GetSection(key))) return;
        Section(key, inner =>
        {
            bool enabled = true;
            inner.Read("Enabled", (bool v) => enabled = v);
            var value = get() ?? new();
            read(inner, value);
            set(enabled ? value : null);
        }, emptyIsAbsent);
    }

    /// <summary>Whether it has values, all of them without a text; <c>{}</c> in a file has none.</summary>
    static bool IsEmpty(IConfigurationSection section)
    {
        string[] values = [.. section.AsEnumerable().Select(static v => v.Value).OfType<string>()];
        return values.Length > 0 && Array.TrueForAll(values, string.IsNullOrWhiteSpace);
    }

    /// <summary>One of the names of an enumeration.</summary>
    internal void Read<T>(string key, Action<T> set) where T : struct, Enum =>
        Parse(key, "one of " + string.Join(", ", Enum.GetNames<T>()), static t => (Enum.TryParse<T>(t, ignoreCase: true, out var v) && Enum.IsDefined(v) && !char.IsAsciiDigit(t[0]) && t[0] != '-', v), set);

    /// <summary>One of the given words.</summary>
    internal void ReadWord<T>(string key, Action<T> set, params (string Word, T Value)[] words) =>
        Parse(key, "one of " + string.Join(", ", words.Select(static w => w.Word)), t => Array.Find(words, w => w.Word.Equals(t, StringComparison.OrdinalIgnoreCase)) is { Word: not null } found ? (true, found.Value) : default, set);

    /// <summary>Every child of this section, by key.</summary>
    internal void Each(Action<string, ConfigurationReader> read)
    {
        foreach (var child in section.GetChildren())
        {
            string key = child.Key;
            Section(key, inner => read(key, inner));
        }
    }

    /// <summary>Every child of this section as a text.</summary>
    internal void EachText(Action<string, string> set)
    {
        foreach (var child in section.GetChildren())
        {
            _known.Add(child.Key);
            if (IsAbsent(child.Value)) continue;
            if (child.Value is { } value) set(child.Key, value);
            else errors.Add($"{path}:{child.Key} must be a text.");
        }
    }

    /// <summary>Every child of this section as a number.</summary>
    internal void EachNumber(Action<string, double> set) => EachText((key, text) =>
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)) set(key, number);
        else errors.Add($"{path}:{key} is '{text}', which is not a number.");
    });

    /// <summary>Every child of this section as a list.</summary>
    internal void EachList(Action<string, IReadOnlyList<string>> set)
    {
        foreach (var child in section.GetChildren()) ReadList(child.Key, values => set(child.Key, values));
    }

    internal void ReportUnknown()
    {
        foreach (var child in section.GetChildren())
        {
            if (!_known.Contains(child.Key)) unknown.Add($"{path}:{child.Key}");
        }
    }

    bool IsAbsent(string? text) => emptyIsAbsent && text is not null && string.IsNullOrWhiteSpace(text);

    void Parse<T>(string key, string wanted, Func<string, (bool Ok, T Value)> parse, Action<T> set)
    {
        _known.Add(key);
        if (section[key] is not { } text || IsAbsent(text)) return;
        var (ok, value) = parse(text.Trim());
        if (ok) set(value);
        else errors.Add($"{path}:{key} is '{text}', which is not {wanted}.");
    }
}
