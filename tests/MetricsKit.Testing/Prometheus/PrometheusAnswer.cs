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

    public static IReadOnlyList<PrometheusExemplar> Exemplars(JsonElement data) =>
        [.. data.EnumerateArray().SelectMany(series => series.GetProperty("exemplars").EnumerateArray().Select(exemplar => Exemplar(Labels(series, "seriesLabels"), exemplar)))];

    static PrometheusExemplar Exemplar(Dictionary<string, string> series, JsonElement exemplar) =>
        new(series, Labels(exemplar, "labels"), Number(exemplar.GetProperty("value")), Moment(exemplar.GetProperty("timestamp")));

    static PrometheusSeries Series(Dictionary<string, string> labels, JsonElement values) =>
        new(labels, [.. values.EnumerateArray().Select(value => Sample(labels, value))]);

    static Dictionary<string, string> Labels(JsonElement of, string property = "metric") =>
        of.GetProperty(property).EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString() ?? "");

    static PrometheusSample Sample(IReadOnlyDictionary<string, string> labels, JsonElement pair) => new(labels, Number(pair[1]), Moment(pair[0]));

    static double Number(JsonElement text)
    {
        var raw = text.GetString() ?? "";
        return GoFloat.TryParse(raw, out var value) ? value : throw new InvalidOperationException($"Prometheus answered {raw}, which is no number.");
    }

    static DateTimeOffset Moment(JsonElement seconds) => DateTimeOffset.UnixEpoch + TimeSpan.FromMilliseconds(Math.Round(seconds.GetDouble() * 1000));
}
