namespace MetricsKit.Testing;

/// <summary>What came, as the messages of OTLP nest it; absent fields of a message that have a default are at it.</summary>
public sealed record ReceivedMetrics(IReadOnlyList<ReceivedResource> Resources)
{
    /// <summary>Every metric with its scope.</summary>
    public IEnumerable<(ReceivedScope Scope, ReceivedMetric Metric)> All =>
        from resource in Resources from scope in resource.Scopes from metric in scope.Metrics select (scope, metric);

    /// <summary>How many points came.</summary>
    public int Points => All.Sum(static found => found.Metric.Points.Count);

    /// <summary>The only metric of a name.</summary>
    /// <exception cref="InvalidOperationException">There is none, or there are several.</exception>
    public ReceivedMetric Metric(string name) => All.Single(found => found.Metric.Name == name).Metric;
}

/// <summary>A resource and what it measured.</summary>
public sealed record ReceivedResource(IReadOnlyList<ReceivedKeyValue> Attributes, string SchemaUrl, IReadOnlyList<ReceivedScope> Scopes);

/// <summary>An instrumentation scope and its metrics.</summary>
public sealed record ReceivedScope(string Name, string Version, IReadOnlyList<ReceivedKeyValue> Attributes, string SchemaUrl, IReadOnlyList<ReceivedMetric> Metrics);

/// <summary>One metric.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Description">Its description.</param>
/// <param name="Kind">The field of the message that holds the points: <c>gauge</c>, <c>sum</c>, <c>histogram</c>, <c>exponentialHistogram</c> or <c>summary</c>.</param>
/// <param name="Temporality"><c>0</c> unspecified, which is right for a gauge, 1 delta, 2 cumulative.</param>
/// <param name="IsMonotonic">Whether a sum never falls.</param>
/// <param name="Points">The points.</param>
public sealed record ReceivedMetric(string Name, string Unit, string Description, string Kind, int Temporality, bool IsMonotonic, IReadOnlyList<ReceivedPoint> Points);

/// <summary>An attribute: its value is a string, a bool, a long, a double, <see langword="null"/> where it has none, or the JSON of anything else.</summary>
public sealed record ReceivedKeyValue(string Key, object? Value);
