using System.Globalization;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Otlp;

/// <summary>Points as text, one line each with all that is said about it: once as they came, once as a snapshot says that they must come.</summary>
/// <remarks>Nothing of the writer is used here: what it forgets, or says twice, makes another line.</remarks>
static class OtlpLines
{
    public static IReadOnlyList<string> Of(ReceivedMetrics received) => Sorted(
        from resource in received.Resources
        from scope in resource.Scopes
        from metric in scope.Metrics
        from point in metric.Points
        select Line(
            Attributes(resource.Attributes), scope.Name, scope.Version, Attributes(scope.Attributes), metric.Name, metric.Unit, metric.Description,
            metric.Kind, metric.Temporality, metric.IsMonotonic, Attributes(point.Attributes), point.StartTime, point.Time,
            Text(point.Value), point.Count, Text(point.Sum) + Text(point.Min) + Text(point.Max), Text(point.BucketCounts), Text(point.Bounds),
            point.Exemplars.Select(static e => Text(e.Value) + e.Time + e.TraceId + e.SpanId + Attributes(e.Attributes)), point.Flags));

    /// <summary>What must come of a snapshot.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="scopes">The versions and tags of the meters that have any.</param>
    public static IReadOnlyList<string> Of(MetricsSnapshot snapshot, params MeterScope[] scopes)
    {
        string resource = Attributes(snapshot.Resource.Select(static a => new ReceivedKeyValue(a.Key, a.Key == "process.pid" ? long.Parse(a.Value, CultureInfo.InvariantCulture) : a.Value)));
        List<string> lines = [];
        for (int i = 0; i < snapshot.Families.Count; i++)
        {
            var family = snapshot.Families[i];
            bool whole = !snapshot.Data.Slices[i].IsDouble;
            var scope = scopes.FirstOrDefault(s => s.Name == family.Meter) ?? new(family.Meter, null, []);
            lines.AddRange(family.Series.Select(series => Line(snapshot, resource, scope, family, series, whole)));
        }
        return Sorted(lines);
    }

    /// <summary>That the same lines came as often as they must; the first that differ are told.</summary>
    public static void AssertEqual(IReadOnlyList<string> expected, IReadOnlyList<string> came)
    {
        Assert.NotEmpty(expected);
        if (expected.SequenceEqual(came)) return;
        Assert.Fail($"{expected.Count} lines must come, and {came.Count} came.\nWithout:\n{Few(expected, came)}\nInstead:\n{Few(came, expected)}");
    }

    static string Few(IEnumerable<string> lines, IEnumerable<string> others)
    {
        var left = others.CountBy(static line => line).ToDictionary();
        return string.Join('\n', lines.Where(line => !left.TryGetValue(line, out int count) || (left[line] = count - 1) < 0).Take(3));
    }

    static string Line(MetricsSnapshot snapshot, string resource, MeterScope scope, MetricFamily family, MetricSeries series, bool whole)
    {
        var row = family.Definition;
        bool histogram = row.Kind == InstrumentKind.Histogram;
        List<ReceivedKeyValue> attributes = [.. series.Tags.Select(static t => new ReceivedKeyValue(t.Key, t.Value))];
        if (series.IsOverflow) attributes.Add(new("otel.metric.overflow", true));
        var (kind, temporality) = row.Kind switch
        {
            InstrumentKind.Counter or InstrumentKind.UpDownCounter => ("sum", 2),
            InstrumentKind.Histogram => ("histogram", 2),
            _ => ("gauge", 0),
        };
        return Line(
            resource, scope.Name, scope.Version ?? "", Attributes(scope.Attributes), row.Name, row.Unit, row.Description,
            kind, temporality, row.Kind == InstrumentKind.Counter, Attributes(attributes), Nanoseconds(series.StartTime), Nanoseconds(snapshot.ReadFinished),
            histogram ? "" : Text(whole ? (object)(long)series.Value : series.Value),
            histogram ? (ulong)series.Count : null, histogram ? Text(series.Sum) : "",
            Text(series.BucketCounts.ToArray().Select(static count => (ulong)count)), Text(family.Bounds),
            series.Exemplars.Select(e => Text(whole && !histogram ? (object)(long)e.Value : e.Value) + Nanoseconds(e.Timestamp) + e.TraceId.ToHexString() + e.SpanId.ToHexString() + "{}"), flags: 0);
    }

    static string Line(
        string resource, string scope, string version, string scopeAttributes, string name, string unit, string description,
        string kind, int temporality, bool isMonotonic, string attributes, ulong start, ulong time,
        string value, ulong? count, string sum, string buckets, string bounds, IEnumerable<string> exemplars, uint flags) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{scope}/{version}{scopeAttributes} {name}{attributes} {kind} {temporality} {isMonotonic} start={start} time={time} value={value} count={count} sum={sum} buckets={buckets} bounds={bounds} exemplars=[{string.Join(' ', exemplars.Order(StringComparer.Ordinal))}] flags={flags} unit={unit} description={description} resource={resource}");

    static string Attributes(IEnumerable<ReceivedKeyValue> attributes) =>
        $"{{{string.Join(',', attributes.Select(static a => $"{a.Key}={Text(a.Value)}").Order(StringComparer.Ordinal))}}}";

    static string Attributes(IEnumerable<KeyValuePair<string, string>> attributes) => Attributes(attributes.Select(static t => new ReceivedKeyValue(t.Key, t.Value)));

    static string Text(IEnumerable<double> numbers) => string.Join(';', numbers.Select(static n => Text(n)));

    static string Text(IEnumerable<ulong> numbers) => string.Join(';', numbers);

    // With its type, so that 1 as a double, as a whole number and as text are three things.
    static string Text(object? value) => value switch
    {
        null => "",
        long whole => whole.ToString(CultureInfo.InvariantCulture) + "i",
        double number => number.ToString("R", CultureInfo.InvariantCulture) + "d",
        string text => $"'{text}'",
        bool flag => flag ? "true" : "false",
        _ => throw new NotSupportedException(value.GetType().Name),
    };

    static ulong Nanoseconds(DateTimeOffset time) => (ulong)(time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    static IReadOnlyList<string> Sorted(IEnumerable<string> lines) => [.. lines.Order(StringComparer.Ordinal)];
}
