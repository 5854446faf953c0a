namespace MetricsKit;

/// <summary>When an exporter runs.</summary>
public class ExporterOptions
{
    internal static readonly TimeSpan LeastTimeout = TimeSpan.FromMilliseconds(10), MostTimeout = TimeSpan.FromMinutes(10);
    internal static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(100), MostInterval = TimeSpan.FromDays(1);

    /// <summary>From one export to the next.</summary>
    /// <value>The default is 15 s. 100 ms to one day.</value>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long one export may take.</summary>
    /// <value>The default is 10 s. 10 ms to 10 minutes.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Everything that is wrong, a sentence each.</summary>
    /// <param name="path">Where these options stand in the configuration.</param>
    internal virtual IEnumerable<string> Faults(string path)
    {
        if (Interval < LeastInterval || Interval > MostInterval) yield return $"{path}:Interval is {Interval:c}: it must be 100 ms to one day.";
        if (!CanBeTimeout(Timeout)) yield return $"{path}:Timeout is {Timeout:c}: it must be 10 ms to 10 minutes.";
    }

    private protected static bool CanBeTimeout(TimeSpan timeout) => timeout >= LeastTimeout && timeout <= MostTimeout;
}
