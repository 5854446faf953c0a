namespace MetricsKit;

/// <summary>How samples are recorded.</summary>
public sealed class RecorderOptions
{
    /// <summary>Samples in a full-grown block of a thread. A thread begins with a block of 64.</summary>
    /// <value>The default is 1,000. 64 to 65,536.</value>
    public int BlockSize { get; set; } = 1000;

    /// <summary>Most samples that blocks have room for: accepted and not yet handed to the sinks' queues. A block counts as a whole.</summary>
    /// <value>The default is 65,536. At least 1,024.</value>
    public int Capacity { get; set; } = 1 << 16;

    /// <summary>So many samples are handed to the sinks without waiting for <see cref="FlushInterval"/>.</summary>
    /// <value>The default is 1,000. At least 1.</value>
    public int FlushSize { get; set; } = 1000;

    /// <summary>How long a sample waits at most before it is handed to the sinks.</summary>
    /// <value>The default is 1 s. 10 ms to one hour.</value>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>What becomes of a sample for which <see cref="Capacity"/> has no room.</summary>
    /// <value>The default is <see cref="OverloadPolicy.DropNewest"/>.</value>
    public OverloadPolicy Overload { get; set; }

    /// <summary>Where timestamps come from.</summary>
    /// <value>The default is <see cref="TimestampSource.Precise"/>.</value>
    public TimestampSource Timestamps { get; set; }

    /// <summary>How often the clock of <see cref="TimestampSource.Coarse"/> is set, and so the most that a timestamp lags behind on a machine that is not overloaded.</summary>
    /// <value>The default is 10 ms. 1 ms to 1 s.</value>
    public TimeSpan ClockResolution { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Most series that the recorder remembers by name, kind and tags. Past it a series works as well, but each call makes it anew.</summary>
    /// <value>The default is 10,000.</value>
    public int MaxSeries { get; set; } = 10_000;

    /// <summary>How long a host that stops waits for samples to be delivered, all sinks together.</summary>
    /// <value>The default is 5 s. 0 to 5 minutes.</value>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
