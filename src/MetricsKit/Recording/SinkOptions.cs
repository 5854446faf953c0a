namespace MetricsKit;

/// <summary>How a sink is served: its queue, its deadline and its retries.</summary>
public class SinkOptions
{
    /// <summary>Most samples that wait for the sink while it is slow or down; the oldest are dropped for what comes, and counted.</summary>
    /// <value>The default is 262,144. At least 1,024.</value>
    public int QueueSamples { get; set; } = 1 << 18;

    /// <summary>Most bytes of memory that wait for the sink.</summary>
    /// <value>The default is 64 MiB. At least 64 KiB.</value>
    public long QueueBytes { get; set; } = 64 << 20;

    /// <summary>How long one attempt may take.</summary>
    /// <value>The default is 10 s. 10 ms to 10 minutes.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest pause between two attempts; pauses double from 100 ms and are jittered.</summary>
    /// <value>The default is 5 s. 10 ms to one hour.</value>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(5);
}
