using System.Diagnostics;
using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Xunit;

namespace MetricsKit.Tests.Providers;

/// <summary>What a reader of the SDK collected last: each series under <c>instrument{key=value,…}</c>.</summary>
sealed class SeenMetrics : BaseExporter<Metric>
{
    MeterProvider? _provider;

    /// <summary>The last collection, also that of a provider which is gone.</summary>
    public Dictionary<string, SeenPoint> Points { get; private set; } = [];

    /// <summary>The attributes of the provider's resource at the last collection.</summary>
    public IReadOnlyDictionary<string, object> Resource { get; private set; } = new Dictionary<string, object>();

    /// <summary>Of every stream of the last collection the meter and the name, in order: two of one name are two.</summary>
    public List<string> Streams { get; } = [];

    public MetricReader Reader() => new BaseExportingMetricReader(this);

    /// <summary>Whom <see cref="Collect"/> asks.</summary>
    public MeterProvider Of(MeterProvider provider) => _provider = provider;

    public Dictionary<string, SeenPoint> Collect()
    {
        Points = []; // nothing is exported when there is nothing
        Streams.Clear();
        Assert.True(_provider!.ForceFlush());
        return Points;
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        Dictionary<string, SeenPoint> points = [];
        Streams.Clear();
        foreach (var metric in batch)
        {
            Streams.Add($"{metric.MeterName}/{metric.Name}");
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                List<KeyValuePair<string, string>> tags = [];
                foreach (var tag in point.Tags) tags.Add(new(tag.Key, Convert.ToString(tag.Value, CultureInfo.InvariantCulture)!));
                points.Add(NameOf(metric.Name, tags), Read(metric.MetricType, in point));
            }
        }
        Points = points;
        Resource = ParentProvider.GetResource().Attributes.ToDictionary();
        return ExportResult.Success;
    }

    /// <summary>A tag with an empty text is one that is not there, for the kit and for Prometheus; the SDK hands it on.</summary>
    public static string NameOf(string instrument, IEnumerable<KeyValuePair<string, string>> tags) =>
        $"{instrument}{{{string.Join(',', tags.Where(static t => t.Value.Length > 0).OrderBy(static t => t.Key, StringComparer.Ordinal).Select(static t => $"{t.Key}={t.Value}"))}}}";

    static SeenPoint Read(MetricType type, in OpenTelemetry.Metrics.MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => new(point.GetSumLong()),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => new(point.GetSumDouble()),
        MetricType.LongGauge => new(point.GetGaugeLastValueLong()),
        MetricType.DoubleGauge => new(point.GetGaugeLastValueDouble()),
        MetricType.Histogram => Histogram(in point),
        MetricType.ExponentialHistogram => new(point.GetHistogramCount(), point.GetHistogramSum(), [], []),
        _ => throw new UnreachableException(type.ToString()),
    };

    static SeenPoint Histogram(in OpenTelemetry.Metrics.MetricPoint point)
    {
        List<long> buckets = [];
        List<double> bounds = [];
        foreach (var bucket in point.GetHistogramBuckets())
        {
            buckets.Add(bucket.BucketCount);
            bounds.Add(bucket.ExplicitBound);
        }
        return new(point.GetHistogramCount(), point.GetHistogramSum(), [.. buckets], [.. bounds]);
    }
}
