using System.Globalization;
using System.Text;

namespace MetricsKit.Tests.Formats;

/// <summary>A line of line protocol, read as InfluxDB 1.6.7 reads it: what follows a backslash separates nothing.</summary>
sealed record LineProtocolLine(string Measurement, IReadOnlyList<KeyValuePair<string, string>> Tags, double Value, long Time)
{
    public static LineProtocolLine Parse(string line)
    {
        if (line.StartsWith('#') || line.TrimStart(' ', '\t', '\0') != line || line.Contains('\n', StringComparison.Ordinal)) throw new FormatException($"A comment, a blank in front, or more than a line: {line}");
        var parts = Split(line, ' ');
        if (parts is not [var key, var field, var time]) throw new FormatException($"{parts.Count} parts: {line}");
        if (!field.StartsWith("value=", StringComparison.Ordinal) || field[6..].Any(static c => !char.IsAsciiDigit(c) && c is not ('+' or '-' or '.' or 'E'))) throw new FormatException($"No number: {line}");
        var (measurement, tags) = Split(key, ',') switch { [var first, .. var rest] => (first, rest), _ => throw new FormatException(line) };
        List<KeyValuePair<string, string>> read = [];
        foreach (string tag in tags)
        {
            if (Split(tag, '=') is not [{ Length: > 0 } name, { Length: > 0 } text]) throw new FormatException($"No tag: {tag}");
            read.Add(new(Unescape(name, ", ="), Unescape(text, ", =")));
        }
        return new(Unescape(measurement, ", =\""), read, double.Parse(field.AsSpan(6), NumberStyles.Float, CultureInfo.InvariantCulture), long.Parse(time, CultureInfo.InvariantCulture));
    }

    static List<string> Split(string text, char at)
    {
        List<string> parts = [];
        int begin = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != at || (i > 0 && text[i - 1] == '\\')) continue;
            parts.Add(text[begin..i]);
            begin = i + 1;
        }
        parts.Add(text[begin..]);
        return parts;
    }

    static string Unescape(string text, string special)
    {
        StringBuilder read = new();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && special.Contains(text[i + 1], StringComparison.Ordinal)) i++;
            read.Append(text[i]);
        }
        return read.ToString();
    }
}
