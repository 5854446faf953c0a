namespace MetricsKit.Testing;

/// <summary>The type that a family declares; <c>untyped</c> in text and <c>unknown</c> in OpenMetrics are one.</summary>
public enum ExpositionType
{
    /// <summary>Not declared to be anything.</summary>
    Unknown,

    /// <summary>A total that only grows.</summary>
    Counter,

    /// <summary>A value that goes up and down.</summary>
    Gauge,

    /// <summary>Cumulative buckets, a sum and a count.</summary>
    Histogram,

    /// <summary>Quantiles, a sum and a count.</summary>
    Summary,

    /// <summary>Labels with the value 1; OpenMetrics only.</summary>
    Info,
}
