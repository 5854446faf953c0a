using System.Globalization;
using System.Text.Json;

namespace MetricsKit.Testing;

// The JSON of the receiver: whole numbers of 64 bits, infinities and what is not a number are text there, bytes hexadecimal.
static class ReceivedJson
{
    public static IReadOnlyList<ReceivedRequest> Requests(JsonElement all) => List(all, Request);

    static ReceivedRequest Request(JsonElement request) => new(
        Text(request, "protocol"),
        Text(request, "path"),
        request.GetProperty("headers").EnumerateObject().ToDictionary(header => header.Name, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
        Text(request, "encoding"),
        request.GetProperty("wireLength").GetInt32(),
        request.TryGetProperty("length", out var length) ? length.GetInt32() : 0,
        new ReceivedMetrics(request.TryGetProperty("request", out var message) ? List(message, "resourceMetrics", Resource) : []),
        request.TryGetProperty("error", out var error) ? error.GetString() : null);

    static ReceivedResource Resource(JsonElement message) => new(
        message.TryGetProperty("resource", out var resource) ? Attributes(resource, "attributes") : [],
        Text(message, "schemaUrl"),
        List(message, "scopeMetrics", Scope));

    static ReceivedScope Scope(JsonElement message)
    {
        var named = message.TryGetProperty("scope", out var scope);
        return new(named ? Text(scope, "name") : "", named ? Text(scope, "version") : "", named ? Attributes(scope, "attributes") : [], Text(message, "schemaUrl"), List(message, "metrics", Metric));
    }

    static ReceivedMetric Metric(JsonElement message)
    {
        string[] kinds = ["gauge", "sum", "histogram", "exponentialHistogram", "summary"];
        var kind = kinds.Single(name => message.TryGetProperty(name, out _));
        var data = message.GetProperty(kind);
        return new(
            Text(message, "name"),
            Text(message, "unit"),
            Text(message, "description"),
            kind,
            data.TryGetProperty("aggregationTemporality", out var temporality) ? temporality.GetInt32() : 0,
            data.TryGetProperty("isMonotonic", out var monotonic) && monotonic.GetBoolean(),
            List(data, "dataPoints", Point));
    }

    static ReceivedPoint Point(JsonElement message) => new()
    {
        Attributes = Attributes(message, "attributes"),
        StartTime = Whole(message, "startTimeUnixNano") ?? 0,
        Time = Whole(message, "timeUnixNano") ?? 0,
        Value = Value(message),
        Count = Whole(message, "count"),
        Sum = Number(message, "sum"),
        Min = Number(message, "min"),
        Max = Number(message, "max"),
        BucketCounts = List(message, "bucketCounts", static count => ulong.Parse(count.GetString()!, CultureInfo.InvariantCulture)),
        Bounds = List(message, "explicitBounds", Number),
        Exemplars = List(message, "exemplars", Exemplar),
        Flags = message.TryGetProperty("flags", out var flags) ? flags.GetUInt32() : 0,
    };

    static ReceivedExemplar Exemplar(JsonElement message) =>
        new(Attributes(message, "filteredAttributes"), Whole(message, "timeUnixNano") ?? 0, Value(message), Text(message, "traceId"), Text(message, "spanId"));

    static object? Value(JsonElement message) =>
        message.TryGetProperty("asInt", out var whole) ? (object)long.Parse(whole.GetString()!, CultureInfo.InvariantCulture) : Number(message, "asDouble");

    static IReadOnlyList<ReceivedKeyValue> Attributes(JsonElement message, string name) =>
        List(message, name, static attribute => new ReceivedKeyValue(Text(attribute, "key"), attribute.TryGetProperty("value", out var value) ? Any(value) : null));

    static object? Any(JsonElement value) =>
        value.TryGetProperty("stringValue", out var text) ? text.GetString()
        : value.TryGetProperty("boolValue", out var flag) ? flag.GetBoolean()
        : value.TryGetProperty("intValue", out var whole) ? long.Parse(whole.GetString()!, CultureInfo.InvariantCulture)
        : value.TryGetProperty("doubleValue", out var number) ? Number(number)
        : value.EnumerateObject().Any() ? value.GetRawText()
        : null;

    static double? Number(JsonElement message, string name) => message.TryGetProperty(name, out var number) ? Number(number) : null;

    static double Number(JsonElement number) =>
        number.ValueKind == JsonValueKind.Number ? number.GetDouble() : double.Parse(number.GetString()!, CultureInfo.InvariantCulture);

    static ulong? Whole(JsonElement message, string name) =>
        message.TryGetProperty(name, out var whole) ? ulong.Parse(whole.GetString()!, CultureInfo.InvariantCulture) : null;

    static string Text(JsonElement message, string name) => message.TryGetProperty(name, out var text) ? text.GetString() ?? "" : "";

    static IReadOnlyList<T> List<T>(JsonElement message, string name, Func<JsonElement, T> read) => message.TryGetProperty(name, out var list) ? List(list, read) : [];

    static IReadOnlyList<T> List<T>(JsonElement list, Func<JsonElement, T> read) => [.. list.EnumerateArray().Select(read)];
}
