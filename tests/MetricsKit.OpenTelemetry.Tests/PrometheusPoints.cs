using System.Globalization;
using MetricsKit.Testing;

namespace MetricsKit.Tests.Providers;

/// <summary>Makes series of the samples that a Prometheus server stored, under the names of their instruments.</summary>
static class PrometheusPoints
{
    static readonly string[] _ofTheServer = ["__name__", "job", "instance", "le"];

    public static Dictionary<string, SeenPoint> Of(IReadOnlyList<PrometheusSample> samples, IEnumerable<MetricFamily> families)
    {
        Dictionary<string, SeenPoint> points = [];
        var byName = samples.ToLookup(static s => s.Labels["__name__"]);
        foreach (var family in families)
        {
            bool histogram = family.Definition.Kind == InstrumentKind.Histogram;
            foreach (var sample in byName[family.PrometheusName + (histogram ? "_count" : "")])
            {
                string name = NameOf(family, sample);
                points.Add(name, histogram ? Histogram(family, sample, name, byName) : new(sample.Value));
            }
        }
        return points;
    }

    static SeenPoint Histogram(MetricFamily family, PrometheusSample count, string name, ILookup<string, PrometheusSample> byName)
    {
        var buckets = byName[family.PrometheusName + "_bucket"].Where(s => NameOf(family, s) == name)
            .Select(static s => (Bound: s.Labels["le"] == "+Inf" ? double.PositiveInfinity : double.Parse(s.Labels["le"], CultureInfo.InvariantCulture), s.Value))
            .OrderBy(static b => b.Bound).ToArray();
        return new(
            count.Value,
            byName[family.PrometheusName + "_sum"].Single(s => NameOf(family, s) == name).Value,
            [.. buckets.Select((b, at) => (long)(b.Value - (at == 0 ? 0 : buckets[at - 1].Value)))], // cumulative there
            [.. buckets.Select(static b => b.Bound)]);
    }

    static string NameOf(MetricFamily family, PrometheusSample sample) =>
        SeenMetrics.NameOf(family.Definition.Name, sample.Labels.Where(static l => !_ofTheServer.Contains(l.Key)));
}
