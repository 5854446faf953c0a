namespace MetricsKit;

/// <summary>The instruments sink: it aggregates samples, so that custom metrics appear in snapshots and on <c>/metrics</c>.</summary>
public sealed class InstrumentsSinkOptions : SinkOptions
{
    /// <summary>Whether it runs.</summary>
    /// <value>The default is true: what is recorded can be scraped.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Most metrics, by name; samples of more are dropped and counted.</summary>
    /// <value>The default is 1,000.</value>
    public int MaxMetrics { get; set; } = 1000;

    /// <summary>Most series of one metric; more are folded.</summary>
    /// <value>The default is 1,000.</value>
    public int MaxSeries { get; set; } = 1000;
}
