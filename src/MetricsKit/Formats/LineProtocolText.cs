using System.Collections.Immutable;
using System.Text;

namespace MetricsKit;

/// <summary>What identifies a series in line protocol: measurement and tags, escaped, as bytes.</summary>
/// <remarks>
/// Source: "InfluxDB line protocol reference" of InfluxDB 1.x, and what a server 1.6.7 gives back. What the format cannot hold is replaced, never refused:
/// <list type="bullet">
/// <item>A backslash that would escape what follows it becomes a slash: the last character of a part, and in a measurement also one before a comma, a space, an equals sign or a quote, whose data no query would find again.</item>
/// <item>A line feed in a tag's value becomes <c>\n</c>.</item>
/// <item>A measurement that begins with <c>#</c>, which would make its line a comment, gets an underscore in front.</item>
/// <item>The tag key <c>time</c>, which InfluxDB refuses, gets an underscore behind it.</item>
/// <item>Lone surrogates become U+FFFD.</item>
/// </list>
/// The kind of a sample is not written: a gauge and a counter of the same name and tags are one series of InfluxDB.
/// </remarks>
static class LineProtocolText
{
    const string ReservedKey = "time";

    /// <summary>The text up to the fields, such as <c>temperature,line=3</c>.</summary>
    internal static byte[] KeyOf(string name, ImmutableArray<KeyValuePair<string, string>> tags)
    {
        StringBuilder text = new(name.Length + 16 * tags.Length);
        AppendMeasurement(text, name);
        HashSet<string>? changed = null;
        foreach (var (key, value) in tags)
        {
            text.Append(',');
            AppendTag(text, Mended(key, tags, ref changed));
            text.Append('=');
            AppendTag(text, WithoutTrailingBackslash(value));
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    static void AppendMeasurement(StringBuilder text, string name)
    {
        if (name.StartsWith('#')) text.Append('_');
        for (int i = 0; i < name.Length; i++)
        {
            char c = name[i];
            if (c == '\\' && (i + 1 == name.Length || name[i + 1] is ',' or ' ' or '=' or '"')) c = '/';
            else if (c is ',' or ' ') text.Append('\\');
            text.Append(c);
        }
    }

    static void AppendTag(StringBuilder text, string part)
    {
        foreach (char c in part)
        {
            if (c == '\n')
            {
                text.Append("\\n");
                continue;
            }
            if (c is ',' or ' ' or '=') text.Append('\\');
            text.Append(c);
        }
    }

    /// <summary>A key that InfluxDB takes, and that no other tag of the series has: a line with the same key twice would be refused.</summary>
    static string Mended(string key, ImmutableArray<KeyValuePair<string, string>> tags, ref HashSet<string>? changed)
    {
        string mended = key == ReservedKey ? key + '_' : WithoutTrailingBackslash(key);
        if (ReferenceEquals(mended, key)) return key;
        while (!(changed ??= [.. tags.Select(static t => t.Key)]).Add(mended)) mended += '_';
        return mended;
    }

    static string WithoutTrailingBackslash(string part) => part.EndsWith('\\') ? string.Concat(part.AsSpan(0, part.Length - 1), "/") : part;
}
