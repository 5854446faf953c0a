namespace MetricsKit.Testing;

/// <summary>The two formats that Prometheus scrapes as text.</summary>
public enum ExpositionSyntax
{
    /// <summary>Prometheus text exposition format 0.0.4.</summary>
    Text,

    /// <summary>OpenMetrics 1.0 text format.</summary>
    OpenMetrics,
}
