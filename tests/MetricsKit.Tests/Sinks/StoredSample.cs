using System.Globalization;
using System.Text;

namespace MetricsKit.Tests.Sinks;

/// <summary>A sample as a destination holds it, equal to another bit by bit.</summary>
readonly record struct StoredSample
{
    public StoredSample(string name, SampleKind? kind, IEnumerable<KeyValuePair<string, string>> tags, DateTime timestamp, double value)
    {
        (Name, Kind, Ticks, Bits) = (name, kind, timestamp.Ticks, BitConverter.DoubleToInt64Bits(value));
        StringBuilder text = new();
        foreach (var (key, tag) in tags.OrderBy(static t => t.Key, StringComparer.Ordinal)) text.Append(key).Append('\u001E').Append(tag).Append('\u001F');
        Tags = text.ToString();
    }

    public string Name { get; init; }

    /// <summary>Null where a destination has no word for kinds.</summary>
    public SampleKind? Kind { get; init; }

    /// <summary>Keys and values as one text, ordered by key.</summary>
    public string Tags { get; init; }

    /// <summary>The timestamp, UTC.</summary>
    public long Ticks { get; init; }

    /// <summary>The value's bits: a minus zero is no zero.</summary>
    public long Bits { get; init; }

    public double Value => BitConverter.Int64BitsToDouble(Bits);

    public DateTime Timestamp => new(Ticks, DateTimeKind.Utc);

    /// <summary>All of a sample. A text with half a character can be stored nowhere: it has U+FFFD instead, as the tags of a series have from the beginning.</summary>
    public static StoredSample Of(Sample sample) => new(Whole(sample.Series.Name), sample.Series.Kind, sample.Series.Tags, sample.Timestamp, sample.Value);

    public override string ToString()
    {
        StringBuilder text = new();
        foreach (char c in $"{Name} {Kind} {{{Tags}}}") text.Append(c is >= ' ' and <= '~' ? c : '·');
        return text.Append(CultureInfo.InvariantCulture, $" {Timestamp:O} {Value:R} ({Bits:x16})").ToString();
    }

    static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
