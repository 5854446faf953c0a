namespace MetricsKit.Testing;

/// <summary>What an <c>ExportMetricsServiceRequest</c> says about one resource.</summary>
public sealed class OtlpTree
{
    public List<KeyValuePair<string, object>> Resource { get; } = [];

    public List<OtlpScopeTree> Scopes { get; } = [];

    public IEnumerable<OtlpMetricTree> Metrics => Scopes.SelectMany(static s => s.Metrics);

    public int PointCount => Metrics.Sum(static m => m.Points.Count);

    public OtlpMetricTree Metric(string name) => Metrics.Single(m => m.Name == name);
}

/// <summary>The metrics of one scope.</summary>
public sealed class OtlpScopeTree
{
    public string Name { get; set; } = "";

    public string Version { get; set; } = "";

    public List<KeyValuePair<string, object>> Attributes { get; } = [];

    public List<OtlpMetricTree> Metrics { get; } = [];
}

/// <summary>One metric.</summary>
public sealed class OtlpMetricTree
{
    public string Name { get; set; } = "";

    public string Description { get; set; } = "";

    public string Unit { get; set; } = "";

    /// <summary><c>gauge</c>, <c>sum</c> or <c>histogram</c>.</summary>
    public string Kind { get; set; } = "";

    /// <summary>0 unspecified, 1 delta, 2 cumulative.</summary>
    public int Temporality { get; set; }

    public bool IsMonotonic { get; set; }

    public List<OtlpPointTree> Points { get; } = [];
}

/// <summary>One point, of a number or of a histogram.</summary>
public sealed class OtlpPointTree
{
    public ulong Start { get; set; }

    public ulong Time { get; set; }

    /// <summary>A long or a double; null for a histogram.</summary>
    public object? Value { get; set; }

    public ulong? Count { get; set; }

    public double? Sum { get; set; }

    public ulong[] Buckets { get; set; } = [];

    public double[] Bounds { get; set; } = [];

    public List<KeyValuePair<string, object>> Attributes { get; } = [];

    public List<OtlpExemplarTree> Exemplars { get; } = [];

    /// <summary>The attributes in one text, which tells a series from the others of its metric.</summary>
    public string Identity => string.Join(',', Attributes.Select(static a => $"{a.Key}={a.Value}"));
}

/// <summary>One exemplar.</summary>
/// <param name="Time">When it was measured, in nanoseconds.</param>
/// <param name="Value">A long or a double.</param>
/// <param name="TraceId">In hexadecimal digits.</param>
/// <param name="SpanId">In hexadecimal digits.</param>
public sealed record OtlpExemplarTree(ulong Time, object Value, string TraceId, string SpanId);
