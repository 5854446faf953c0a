namespace MetricsKit;

/// <summary>The Prometheus endpoint of <c>MetricsKit.AspNetCore</c>.</summary>
public sealed class PrometheusOptions
{
    /// <summary>Where <c>MapMetricsKit()</c> answers when it is given no pattern.</summary>
    /// <value>The default is <c>/metrics</c>.</value>
    public string Path { get; set; } = "/metrics";
}
