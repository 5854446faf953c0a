using System.Globalization;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Formats.Otlp;

/// <summary>Compares what was read from messages with the snapshot that they were written from, through its public side alone.</summary>
static class OtlpReading
{
    /// <summary>The messages hold, in cumulative temporality and under the kit's names, what the snapshot holds: no more and no less, in its order.</summary>
    internal static void Holds(IReadOnlyList<OtlpTree> messages, MetricsSnapshot snapshot)
    {
        Assert.All(messages, m => Assert.Equal(snapshot.Resource.Select(static a => (a.Key, Mended(a.Value))), m.Resource.Select(static a => (a.Key, a.Key == "process.pid" ? ((long)a.Value).ToString(CultureInfo.InvariantCulture) : (string)a.Value))));
        Assert.Equal(snapshot.Families.SelectMany(f => f.Series.Select(s => Spell(f, s, snapshot))), Spell(messages));
    }

    /// <summary>A line for each point, with all that its heads say of it.</summary>
    internal static IEnumerable<string> Spell(IEnumerable<OtlpTree> messages) =>
        from message in messages
        from scope in message.Scopes
        from metric in scope.Metrics
        from point in metric.Points
        select string.Create(CultureInfo.InvariantCulture, $"{scope.Name}|{metric.Name}|{metric.Description}|{metric.Unit}|{metric.Kind}|{metric.Temporality}|{metric.IsMonotonic}|{point.Identity}|{point.Start}|{point.Time}|{Spell(point)}|{Spell(point.Exemplars)}");

    static string Spell(MetricFamily family, MetricSeries series, MetricsSnapshot snapshot)
    {
        var row = family.Definition;
        var (kind, temporality) = row.Kind switch
        {
            InstrumentKind.Gauge => ("gauge", 0),
            InstrumentKind.Histogram => ("histogram", 2),
            _ => ("sum", 2),
        };
        string tags = string.Join(',', [.. series.Tags.Select(static t => $"{t.Key}={t.Value}"), .. series.IsOverflow ? ["otel.metric.overflow=True"] : Array.Empty<string>()]);
        ulong start = OtlpRig.Nanoseconds(series.StartTime), time = OtlpRig.Nanoseconds(snapshot.ReadFinished);
        return string.Create(CultureInfo.InvariantCulture, $"{family.Meter}|{row.Name}|{row.Description}|{row.Unit}|{kind}|{temporality}|{row.Kind == InstrumentKind.Counter}|{tags}|{start}|{time}|{Spell(family, series)}|{Spell(series.Exemplars.Select(e => new OtlpExemplarTree(OtlpRig.Nanoseconds(e.Timestamp), row.Kind == InstrumentKind.Counter ? (long)e.Value : e.Value, e.TraceId.ToHexString(), e.SpanId.ToHexString())))}");
    }

    static string Spell(OtlpPointTree point) => point.Value switch
    {
        null => Distribution(point.Count!.Value, point.Sum!.Value, point.Buckets, point.Bounds),
        double number => "double " + number.ToString("R", CultureInfo.InvariantCulture),
        var whole => "int " + ((double)(long)whole).ToString("R", CultureInfo.InvariantCulture), // which is all that the snapshot's public side says
    };

    static string Spell(MetricFamily family, MetricSeries series)
    {
        if (family.Definition.Kind == InstrumentKind.Histogram) return Distribution((ulong)series.Count, series.Sum, [.. series.BucketCounts.ToArray().Select(static b => (ulong)b)], [.. family.Bounds]);
        bool isDouble = family.Definition.Kind == InstrumentKind.Gauge || family.Definition.IsObserved;
        return isDouble ? "double " + series.Value.ToString("R", CultureInfo.InvariantCulture) : "int " + series.Value.ToString("R", CultureInfo.InvariantCulture);
    }

    static string Distribution(ulong count, double sum, ulong[] buckets, double[] bounds) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {sum:R} [{string.Join(',', buckets)}] [{string.Join(',', bounds.Select(static b => b.ToString("R", CultureInfo.InvariantCulture)))}]");

    static string Spell(IEnumerable<OtlpExemplarTree> exemplars) => string.Join(';', exemplars.Select(static e => e.ToString()));

    static string Mended(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
}
