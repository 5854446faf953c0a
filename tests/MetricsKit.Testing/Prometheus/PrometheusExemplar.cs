namespace MetricsKit.Testing;

/// <summary>One exemplar that Prometheus has stored.</summary>
/// <param name="Series">The labels of the series behind which it stood; the name of the metric is <c>__name__</c>.</param>
/// <param name="Labels">Its own labels.</param>
/// <param name="Value">The measurement.</param>
/// <param name="Timestamp">When it was measured.</param>
public sealed record PrometheusExemplar(IReadOnlyDictionary<string, string> Series, IReadOnlyDictionary<string, string> Labels, double Value, DateTimeOffset Timestamp);
