using System.Text.Json;

namespace MetricsKit.Testing;

// The JSON of the query API: a vector, a matrix or a scalar, each value a pair of seconds and text.
static class PrometheusAnswer
{
    public static IReadOnlyList<PrometheusSample> Instant(JsonElement data)
    {
        var result = data.GetProperty("result");
        return data.GetProperty("resultType").GetString() switch
        {
            "vector" => [.. result.EnumerateArray().Select(series => Sample(Labels(series), series.GetProperty("value")))],
            "scalar" => [Sample(new Dictionary<string, string>(), result)],
            var type => throw new InvalidOperationException($"An instant query gave a {type}: ask for an instant vector or a scalar."),
        };
    }

    public static IReadOnlyList<PrometheusSeries> Range(JsonElement data) =>
        [.. data.GetProperty("result").EnumerateArray().Select(series => Series(Labels(series), series.GetProperty("values")))];

    static PrometheusSeries Series(Dictionary<string, string> labels, JsonElement values) =>
        new(labels, [.. values.EnumerateArray().Select(value => Sample(labels, value))]);

    static Dictionary<string, string> Labels(JsonElement series) =>
        series.GetProperty("metric").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString() ?? "");

    static PrometheusSample Sample(IReadOnlyDictionary<string, string> labels, JsonElement pair)
    {
        var raw = pair[1].GetString() ?? "";
        if (!GoFloat.TryParse(raw, out var value))
        {
            throw new InvalidOperationException($"Prometheus answered {raw}, which is no number.");
        }

        return new PrometheusSample(labels, value, DateTimeOffset.UnixEpoch + TimeSpan.FromMilliseconds(Math.Round(pair[0].GetDouble() * 1000)));
    }
}
