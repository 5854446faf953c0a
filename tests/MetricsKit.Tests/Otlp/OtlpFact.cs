using System.Globalization;
using MetricsKit.Testing;

namespace MetricsKit.Tests.Otlp;

/// <summary>What one exporter says about a meter, taken apart: a fact is a subject, what is said about it, and the word.</summary>
/// <remarks>A point is called by its metric and the text of its own attributes that are not empty, so that two exporters mean the same point whatever types they give the values.</remarks>
sealed record OtlpFact(string Subject, string Aspect, string Word)
{
    public static IReadOnlyList<OtlpFact> Of(ReceivedMetrics received, string meter)
    {
        List<OtlpFact> facts = [];
        foreach (var resource in received.Resources)
        {
            foreach (var (key, value) in resource.Attributes) facts.Add(new("resource", key, Text(value)));
            foreach (var scope in resource.Scopes.Where(s => s.Name == meter))
            {
                facts.Add(new("scope", "version", scope.Version));
                facts.Add(new("scope", "schema", resource.SchemaUrl + scope.SchemaUrl));
                foreach (var (key, value) in scope.Attributes) facts.AddRange([new("scope", "attribute " + key, Text(value)), new("scope", "type of " + key, TypeOf(value))]);
                foreach (var metric in scope.Metrics) facts.AddRange(Of(metric, scope));
            }
        }
        return [.. facts.Distinct()]; // resource and scope stand in every request
    }

    static IEnumerable<OtlpFact> Of(ReceivedMetric metric, ReceivedScope scope)
    {
        yield return new(metric.Name, "unit", metric.Unit);
        yield return new(metric.Name, "description", metric.Description);
        yield return new(metric.Name, "kind", metric.Kind);
        yield return new(metric.Name, "temporality", Text(metric.Temporality));
        yield return new(metric.Name, "monotonic", Text(metric.IsMonotonic));
        foreach (var point in metric.Points)
        {
            var own = point.Attributes.Except(scope.Attributes).GroupBy(static a => a.Key).Select(static g => (g.Key, g.Last().Value, Times: g.Count())).ToList();
            string name = $"{metric.Name}{{{string.Join(',', own.Where(static a => Text(a.Value).Length > 0).Select(static a => $"{a.Key}={Text(a.Value)}").Order(StringComparer.Ordinal))}}}";
            foreach (var (key, value, times) in own)
            {
                bool empty = Text(value).Length == 0;
                yield return new(name, (empty ? "empty " : "type of ") + key, TypeOf(value));
                if (times > 1) yield return new(name, "repeated " + key, Text(times));
            }
            foreach (var (key, value) in point.Attributes.Intersect(scope.Attributes)) yield return new(name, "scope's " + key, Text(value));
            yield return new(name, "start", Text(point.StartTime));
            yield return new(name, "time", Text(point.Time));
            yield return new(name, "flags", Text(point.Flags));
            if (point.Value is { } number) yield return new(name, "value", Text(Convert.ToDouble(number, CultureInfo.InvariantCulture)));
            if (point.Value is not null) yield return new(name, "number", TypeOf(point.Value));
            if (point.Count is { } count) yield return new(name, "count", Text(count));
            if (point.Sum is { } sum) yield return new(name, "sum", Text(sum));
            if (point.Min is { } min) yield return new(name, "min", Text(min));
            if (point.Max is { } max) yield return new(name, "max", Text(max));
            if (point.Count is not null) yield return new(name, "buckets", string.Join(';', point.BucketCounts));
            if (point.Count is not null) yield return new(name, "bounds", string.Join(';', point.Bounds.Select(static b => Text(b))));
            foreach (var exemplar in point.Exemplars)
            {
                string which = $"exemplar {exemplar.TraceId} {exemplar.SpanId}";
                yield return new(name, which, Text(exemplar.Value));
                yield return new(name, which + " attributes", string.Join(',', exemplar.Attributes));
                yield return new(name, which + " time", Text(exemplar.Time));
            }
        }
    }

    static string TypeOf(object? value) => value?.GetType().Name ?? "none";

    static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
