using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using MetricsKit.Testing;

namespace MetricsKit.Tests.Sinks;

/// <summary>Samples for sinks: no two of a rig have series and timestamp in common, so that each can be found again.</summary>
sealed class TestSamples
{
    static readonly DateTime _start = new(2026, 3, 29, 0, 59, 58, DateTimeKind.Utc); // in some countries summer begins two seconds later

    static readonly double[] _values =
    [
        0.0, -0.0, 1, -1, double.Epsilon, -double.Epsilon, 2.2250738585072014e-308, double.MaxValue, double.MinValue, 0.1, 0.30000000000000004,
        9007199254740991, 9007199254740992, 9007199254740994, 1e15, 1e16, 1e21, 1e22, 1e23, 1e-5, 5e-7, 123456789.12345679, long.MaxValue, ulong.MaxValue,
    ];

    static readonly string[] _names =
    [
        "temperature_celsius", "a", "9lives", "a b", " a ", "a,b", "a=b", "a\"b", "a'b", "a\\", "\\", "a\\,b", "#a", "a{b}", "a/../b", "{\"a\":1}", "=1+1", "-1", "@a", "größe",
        "日本", "\U0001F600", "\u0130", "\u202Eabc", "\uFEFFa", "\u2028", "a\u00A0b", "\uD83Dhalf", "name", "value", "time", "timestamp", "NaN", "null", "_measurement", new string('n', 255),
    ];

    static readonly string[] _tags =
    [
        "", " ", "\t", "\n", "\r\n", "\0", "\u0001", "\u001b[31m", "\u007f", "\u0085", "\"", "\\", "\\\\", "\\n", "end\\", "end\\\n", "a,b=c", ",", "=", "a=b", " a", "a ", "a b", "'", "`", "#", "# a", ";", "=cmd|'/C calc'!A0", "+1", "-1", "@a",
        "\"quoted\"", "\"", "\"\"", "a\nb 1 1", "{\"a\":[1]}", "\u2028\u2029", "\uFEFF", "\uFFFD", "\uFFFF", "\uD83D", "\uDE00x", "\U0001F468\u200D\U0001F469", "\U0010FFFF", "\u202E", "e\u0301", "\u2212", "日本", "true", "null", "NaN", "1i", "\\N", new string('x', 300),
    ];

    static readonly string[] _keys = ["location", "a b", "a,b", "a=b", "a\"b", "a\\", "#", "größe", "time", "name", "value", "timestamp", "__name__", "le", "_field", "\U0001F600", "=1", "\uD83D"];

    long _sequence;

    /// <summary>So many samples in turn of so many series; value and timestamp rise with each.</summary>
    public Sample[] Next(int count, int series = 5)
    {
        var handles = Enumerable.Range(0, series).Select(static n => new SampleSeries("sequence", (SampleKind)(n % 3), new KeyValuePair<string, string>("producer", n.ToString(CultureInfo.InvariantCulture)))).ToArray();
        var samples = new Sample[count];
        for (int i = 0; i < count; i++, _sequence++) samples[i] = new(handles[_sequence % series], _start.AddMilliseconds(_sequence), _sequence);
        return samples;
    }

    /// <summary>Everything that breaks writers: names, keys, texts, values, and timestamps from the first to the last that the rig's destination knows.</summary>
    public Sample[] Hostile(SinkRig rig)
    {
        const int Random = 40;
        string[] texts = [.. _tags, .. HostileText.LabelValues.Generator.Sample(30, new Rnd(20261121), Random)];
        DateTime[] times = [rig.Earliest, .. new[] { DateTime.UnixEpoch.AddTicks(-1), DateTime.UnixEpoch, DateTime.UnixEpoch.AddTicks(1), new DateTime(2024, 2, 29, 23, 59, 59, DateTimeKind.Utc).AddTicks(9_999_999) }.Where(t => t >= rig.Earliest && t <= rig.Latest), rig.Latest];
        int count = Math.Max(texts.Length, 3 * _values.Length);
        var samples = new Sample[count];
        for (int i = 0; i < count; i++)
        {
            var kind = (SampleKind)((i + i / _values.Length) % 3); // each value meets each kind
            double value = _values[i % _values.Length];
            KeyValuePair<string, string>[] tags = [new("n", (_sequence++).ToString(CultureInfo.InvariantCulture)), new(_keys[i % _keys.Length], texts[i % texts.Length])];
            samples[i] = new(new(_names[i % _names.Length], kind, tags), times[i % times.Length], kind == SampleKind.Counter ? Math.Abs(value) : value);
        }
        return samples;
    }
}
