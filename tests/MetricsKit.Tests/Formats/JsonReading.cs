using System.Globalization;
using System.Text.Json;
using Xunit;

namespace MetricsKit.Tests.Formats;

/// <summary>What a JSON document says and what a snapshot's own members say, a line for each family and series, in the same words.</summary>
static class JsonReading
{
    /// <summary>Fails unless the document holds every family and every series of the snapshot, in order, with all numbers bit for bit, and nothing else.</summary>
    public static void Holds(ReadOnlyMemory<byte> document, MetricsSnapshot snapshot)
    {
        using var json = JsonDocument.Parse(document, new() { AllowDuplicateProperties = false });
        Assert.Equal(Lines(snapshot), Lines(json.RootElement));
    }

    /// <summary>The first series of a family that carries the tags.</summary>
    public static JsonElement Series(JsonElement document, string name, params (string Key, string Value)[] tags) =>
        document.GetProperty("families").EnumerateArray().Single(f => f.GetProperty("name").GetString() == name).GetProperty("series").EnumerateArray()
            .First(s => tags.All(t => s.GetProperty("tags").TryGetProperty(t.Key, out var value) && value.GetString() == t.Value));

    static IEnumerable<string> Lines(MetricsSnapshot snapshot)
    {
        yield return $"{snapshot.StartTime:O} {snapshot.ReadStarted:O} {snapshot.ReadFinished:O}";
        foreach (var family in snapshot.Families)
        {
            if (!family.Series.Any()) continue;
            var row = family.Definition;
            bool histogram = row.Kind == InstrumentKind.Histogram;
            yield return $"{row.Name} {family.PrometheusName} {family.Meter} {row.Kind} {row.Unit} {row.Description} {(histogram ? string.Join(' ', [.. family.Bounds.Select(Bits), "+Inf"]) : "")}";
            foreach (var series in family.Series)
            {
                string tags = string.Join(' ', series.Tags.Select(static t => $"{t.Key}={t.Value}"));
                string numbers = histogram ? $"{series.Count} {Bits(series.Sum)} {string.Join(' ', series.BucketCounts.ToArray())}" : Bits(series.Value);
                yield return $"{tags} {series.IsOverflow} {series.StartTime:O} {numbers}";
            }
        }
    }

    static IEnumerable<string> Lines(JsonElement document)
    {
        Assert.Equal(1, document.GetProperty("schema").GetInt32());
        var start = document.GetProperty("start_time").GetDateTimeOffset();
        yield return $"{start:O} {document.GetProperty("read_started").GetDateTimeOffset():O} {document.GetProperty("read_finished").GetDateTimeOffset():O}";
        foreach (var family in document.GetProperty("families").EnumerateArray())
        {
            string bounds = family.TryGetProperty("bounds", out var given) ? string.Join(' ', given.EnumerateArray().Select(static b => b.ValueKind == JsonValueKind.String ? b.GetString() : Bits(b.GetDouble()))) : "";
            var kind = Enum.Parse<InstrumentKind>(Text("kind").Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
            yield return $"{Text("name")} {Text("prometheus_name")} {Text("meter")} {kind} {Text("unit")} {Text("description")} {bounds}";
            foreach (var series in family.GetProperty("series").EnumerateArray())
            {
                string tags = string.Join(' ', series.GetProperty("tags").EnumerateObject().Select(static t => $"{t.Name}={t.Value.GetString()}"));
                var begun = series.TryGetProperty("start_time", out var own) ? own.GetDateTimeOffset() : start;
                yield return $"{tags} {series.TryGetProperty("overflow", out var overflow) && overflow.GetBoolean()} {begun:O} {Numbers(series)}";
            }

            string Text(string name) => family.GetProperty(name).GetString()!;
        }
    }

    static string Numbers(JsonElement series)
    {
        if (series.TryGetProperty("value", out var value)) return Bits(value.GetDouble());
        return $"{series.GetProperty("count").GetInt64()} {Bits(series.GetProperty("sum").GetDouble())} {string.Join(' ', series.GetProperty("buckets").EnumerateArray().Select(static b => b.GetInt64()))}";
    }

    static string Bits(double value) => BitConverter.DoubleToInt64Bits(value).ToString("x", CultureInfo.InvariantCulture);
}
