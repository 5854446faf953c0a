using System.Text.Json;

namespace MetricsKit.Testing;

/// <summary>A point as InfluxDB gives it back.</summary>
/// <param name="Measurement">The name.</param>
/// <param name="Time">Nanoseconds of Unix time.</param>
/// <param name="Value">The field <c>value</c>.</param>
/// <param name="Tags">The tags that are not empty.</param>
public sealed record StoredPoint(string Measurement, long Time, double Value, IReadOnlyDictionary<string, string> Tags)
{
    /// <summary>The points of one series of an answer that is grouped by all tags.</summary>
    internal static IEnumerable<StoredPoint> Of(JsonElement series)
    {
        // A tag of another series of the same measurement is there as well, and empty.
        var tags = series.TryGetProperty("tags", out var given)
            ? given.EnumerateObject().Where(tag => tag.Value.GetString() is { Length: > 0 }).ToDictionary(tag => tag.Name, tag => tag.Value.GetString() ?? "")
            : [];
        var name = series.GetProperty("name").GetString() ?? "";
        var columns = series.GetProperty("columns").EnumerateArray().Select(column => column.GetString()).ToList();
        var (time, value) = (columns.IndexOf("time"), columns.IndexOf("value"));
        return series.GetProperty("values").EnumerateArray().Select(row => new StoredPoint(name, row[time].GetInt64(), row[value].GetDouble(), tags));
    }
}
