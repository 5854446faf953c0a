namespace MetricsKit;

/// <summary>What the samples of a series mean.</summary>
public enum SampleKind
{
    /// <summary>A level: the last sample counts.</summary>
    Gauge,

    /// <summary>An increment, 0 or more: the sum of the samples counts.</summary>
    Counter,

    /// <summary>A measurement: the distribution of the samples counts.</summary>
    Histogram,
}
