using System.Text;
using System.Text.RegularExpressions;

namespace MetricsKit.Tests.Formats;

/// <summary>What hostile samples become in InfluxDB, said another way than the writer does it.</summary>
static partial class LineProtocolRig
{
    public static string Line(SampleSeries series, double value, long time)
    {
        byte[] text = [];
        int at = 0;
        LineProtocolWriter.Write(new LineProtocolWriter().Find(series), value, time, ref text, ref at);
        return Encoding.UTF8.GetString(text, 0, at);
    }

    public static string Measurement(string name) =>
        Mended(BackslashThatEscapes().Replace(name.StartsWith('#') ? "_" + name : name, "/"));

    public static string Value(string text) => Mended(LastBackslash().Replace(text.Replace("\n", "\\n", StringComparison.Ordinal), "/"));

    public static Dictionary<string, string> Tags(SampleSeries series)
    {
        Dictionary<string, string> tags = series.Tags.Where(static t => IsPlain(t.Key)).ToDictionary(static t => Mended(t.Key), static t => Value(t.Value));
        foreach (var (key, value) in series.Tags.Where(static t => !IsPlain(t.Key)))
        {
            string mended = key == "time" ? "time_" : LastBackslash().Replace(key, "/");
            while (tags.ContainsKey(mended)) mended += "_";
            tags[mended] = Value(value);
        }
        return tags;
    }

    static bool IsPlain(string key) => key != "time" && !key.EndsWith('\\');

    // Lone surrogates, as an encoder replaces them.
    static string Mended(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    [GeneratedRegex("""\\(?=[,= "]|\z)""")]
    private static partial Regex BackslashThatEscapes();

    [GeneratedRegex("""\\\z""")]
    private static partial Regex LastBackslash();
}
