namespace MetricsKit;

/// <summary>Where a sample's timestamp comes from.</summary>
public enum TimestampSource
{
    /// <summary>The system's clock is read for each sample, to 100 ns.</summary>
    Precise,

    /// <summary>A clock that a thread of the recorder sets every <see cref="RecorderOptions.ClockResolution"/>: a load instead of a call.</summary>
    Coarse,
}
