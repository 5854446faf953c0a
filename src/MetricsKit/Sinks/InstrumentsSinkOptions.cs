namespace MetricsKit;

/// <summary>The instruments sink: it aggregates samples, so that custom metrics appear in snapshots and on <c>/metrics</c>.</summary>
/// <remarks>
/// Samples of a counter are added up, of a gauge the latest is shown, and of a histogram the distribution. A metric is exported under the host's prefix and its own name, in which
/// each character that Prometheus does not know becomes an underscore, with <c>_total</c> behind a counter's; a unit is what the name says. Its series may have different tag keys.
/// </remarks>
public sealed class InstrumentsSinkOptions : SinkOptions
{
    IList<double>? _bounds; // made when somebody asks, as the code of lists of doubles is compiled at each start

    /// <summary>Whether it runs.</summary>
    /// <value>The default is true: what is recorded can be scraped.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Most metrics, by name and kind; samples of more are dropped and counted.</summary>
    /// <value>The default is 1,000. At least 1.</value>
    public int MaxMetrics { get; set; } = 1000;

    /// <summary>Most series of one metric. The samples of more counters and histograms are folded into one series with the label <c>otel_metric_overflow</c>; those of gauges, which have no sum, are dropped and counted.</summary>
    /// <value>The default is 1,000. At least 1.</value>
    public int MaxSeries { get; set; } = 1000;

    /// <summary>The upper bounds of the buckets of every histogram, inclusive and increasing; the bucket up to infinity is added by itself.</summary>
    /// <value>The default is 0, then steps of 1, 2.5 and 5 from 0.005 to 10,000: nobody knows the unit of a custom metric, and these tell seconds and milliseconds apart as well as levels from one to thousands.</value>
    public IList<double> Bounds
    {
        get => _bounds ??= [0, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000];
        set => _bounds = value;
    }

    /// <summary>Everything that is wrong, a sentence each.</summary>
    /// <param name="path">The section that the options come from.</param>
    internal IEnumerable<string> Faults(string path)
    {
        if (MaxMetrics < 1) yield return $"{path}:MaxMetrics is {MaxMetrics}: it must be at least 1.";
        if (MaxSeries < 1) yield return $"{path}:MaxSeries is {MaxSeries}: it must be at least 1.";
        if (_bounds is not null && InstrumentDefinition.DescribeBadBounds([.. _bounds]) is { } fault) yield return $"{path}:Bounds {fault}.";
    }
}
