namespace MetricsKit;

/// <summary>Whether OTLP says what was counted since the start, or since the last export. Up-down counters are always since the start, gauges as they are.</summary>
/// <remarks>The three presets of <c>OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE</c> in the OpenTelemetry specification.</remarks>
public enum OtlpTemporality
{
    /// <summary>Totals since the start: an export that is lost is made good by the next one.</summary>
    Cumulative,

    /// <summary>Counters and histograms since the last export that was answered.</summary>
    Delta,

    /// <summary>Like <see cref="Delta"/>, but for counters that are observed rather than recorded into, which stay cumulative.</summary>
    LowMemory,
}
