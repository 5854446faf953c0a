namespace MetricsKit;

/// <summary>The keys of the fields that are written: a field's number and, in the last three bits, how its value is written.</summary>
/// <remarks>Numbers from <c>opentelemetry/proto</c>, version 1: <c>collector/metrics/v1</c>, <c>metrics/v1</c>, <c>resource/v1</c> and <c>common/v1</c>. All are below 16: a byte each.</remarks>
static class OtlpField
{
    const byte Varint = 0, Fixed64 = 1, Length = 2;

    internal const byte RequestResourceMetrics = 1 << 3 | Length;
    internal const byte ResourceMetricsResource = 1 << 3 | Length, ResourceMetricsScopeMetrics = 2 << 3 | Length;
    internal const byte ResourceAttribute = 1 << 3 | Length;
    internal const byte ScopeMetricsScope = 1 << 3 | Length, ScopeMetricsMetric = 2 << 3 | Length;
    internal const byte ScopeName = 1 << 3 | Length, ScopeVersion = 2 << 3 | Length, ScopeAttribute = 3 << 3 | Length;
    internal const byte MetricName = 1 << 3 | Length, MetricDescription = 2 << 3 | Length, MetricUnit = 3 << 3 | Length;
    internal const byte MetricGauge = 5 << 3 | Length, MetricSum = 7 << 3 | Length, MetricHistogram = 9 << 3 | Length;

    /// <summary>The first field of a gauge, a sum and a histogram alike.</summary>
    internal const byte DataPoint = 1 << 3 | Length;

    /// <summary>Of a sum and a histogram.</summary>
    internal const byte AggregationTemporality = 2 << 3 | Varint;

    internal const byte SumIsMonotonic = 3 << 3 | Varint;

    /// <summary>Of every point, and the time of an exemplar as well.</summary>
    internal const byte PointStart = 2 << 3 | Fixed64, PointTime = 3 << 3 | Fixed64;

    internal const byte NumberDouble = 4 << 3 | Fixed64, NumberExemplar = 5 << 3 | Length, NumberInt = 6 << 3 | Fixed64, NumberAttribute = 7 << 3 | Length;

    internal const byte HistogramCount = 4 << 3 | Fixed64, HistogramSum = 5 << 3 | Fixed64, HistogramBucketCounts = 6 << 3 | Length;
    internal const byte HistogramBounds = 7 << 3 | Length, HistogramExemplar = 8 << 3 | Length, HistogramAttribute = 9 << 3 | Length;

    internal const byte ExemplarTime = 2 << 3 | Fixed64, ExemplarDouble = 3 << 3 | Fixed64, ExemplarSpanId = 4 << 3 | Length, ExemplarTraceId = 5 << 3 | Length, ExemplarInt = 6 << 3 | Fixed64;

    internal const byte Key = 1 << 3 | Length, Value = 2 << 3 | Length;
    internal const byte ValueText = 1 << 3 | Length, ValueBool = 2 << 3 | Varint, ValueInt = 3 << 3 | Varint;

    /// <summary>Values of <c>AggregationTemporality</c>.</summary>
    internal const byte IsDelta = 1, IsCumulative = 2;
}
