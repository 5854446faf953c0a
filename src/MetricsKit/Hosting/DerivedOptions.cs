namespace MetricsKit;

/// <summary>How rates and ratios are computed from counters.</summary>
public sealed class DerivedOptions
{
    /// <summary>How far back they look.</summary>
    /// <value>The default is 60 s.</value>
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often the counters, and the processor's time, are sampled.</summary>
    /// <value>The default is 5 s.</value>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);
}
