using System.Globalization;
using System.Text;
using System.Text.Json;
using MetricsKit.Testing;
using MetricsKit.Tests.Sinks;

namespace MetricsKit.Tests.Formats;

/// <summary>Reads lines of samples back: JSON with a parser that others wrote, CSV with a strict one; whatever is not exactly the format is a failure.</summary>
static class SampleLines
{
    static readonly string[] _keys = ["name", "value", "timestamp", "labels", "metric_type"];
    static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static List<StoredSample> Json(ReadOnlySpan<byte> bytes)
    {
        List<StoredSample> samples = [];
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n');
            if (end < 0) throw new FormatException($"The last line has no end: {Encoding.UTF8.GetString(bytes)}");
            samples.Add(Json(_strict.GetString(bytes[..end])));
            bytes = bytes[(end + 1)..];
        }
        return samples;
    }

    public static List<StoredSample> Csv(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return [];
        var records = CsvDocument.Parse(_strict.GetString(bytes));
        if (!records[0].SequenceEqual(_keys)) throw new FormatException($"The header is {string.Join(',', records[0])}.");
        return [.. records.Skip(1).Select(static r => r.Length == _keys.Length ? Sample(Unneutral(r[0]), r[1], r[2], r[3], r[4]) : throw new FormatException($"{r.Length} fields: {string.Join(',', r)}"))];
    }

    /// <summary>What the format's documentation says about reading names: one leading apostrophe goes.</summary>
    public static string Unneutral(string field) => field.StartsWith('\'') ? field[1..] : field;

    static StoredSample Json(string line)
    {
        using var document = JsonDocument.Parse(line, new() { AllowDuplicateProperties = false });
        var root = document.RootElement;
        if (!root.EnumerateObject().Select(static p => p.Name).SequenceEqual(_keys)) throw new FormatException($"The keys are not the format's: {line}");
        if (root.GetProperty("value").ValueKind != JsonValueKind.Number) throw new FormatException($"The value is no number: {line}");
        return Sample(root.GetProperty("name").GetString()!, root.GetProperty("value").GetRawText(), root.GetProperty("timestamp").GetString()!, root.GetProperty("labels").GetRawText(), root.GetProperty("metric_type").GetString()!);
    }

    static StoredSample Sample(string name, string value, string timestamp, string labels, string kind)
    {
        using var document = JsonDocument.Parse(labels, new() { AllowDuplicateProperties = false });
        return new(
            name,
            kind switch { "gauge" => SampleKind.Gauge, "counter" => SampleKind.Counter, "histogram" => SampleKind.Histogram, _ => throw new FormatException(kind) },
            [.. document.RootElement.EnumerateObject().Select(static p => KeyValuePair.Create(p.Name, p.Value.GetString()!))],
            DateTime.ParseExact(timestamp, "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
            double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture));
    }
}
