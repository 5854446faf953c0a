namespace MetricsKit;

/// <summary>When an exporter runs.</summary>
public class ExporterOptions
{
    /// <summary>From one export to the next.</summary>
    /// <value>The default is 15 s. 100 ms to one day.</value>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long one export may take.</summary>
    /// <value>The default is 10 s. 10 ms to 10 minutes.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}
