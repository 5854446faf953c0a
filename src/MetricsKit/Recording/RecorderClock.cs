namespace MetricsKit;

/// <summary>The clock of timestamps, and of the pump's rounds.</summary>
sealed class RecorderClock
{
    readonly TimeProvider _time;
    readonly long _resolution;
    DateTime _coarse;

    internal RecorderClock(TimeProvider time, RecorderOptions options)
    {
        _time = time;
        // A coarse timestamp is read in one piece, which a 32-bit process cannot do.
        if (options.Timestamps == TimestampSource.Coarse && Environment.Is64BitProcess) _resolution = (long)(options.ClockResolution.TotalSeconds * time.TimestampFrequency);
    }

    /// <summary>The coarse clock; default where timestamps are precise, and while nobody sets it.</summary>
    internal DateTime Coarse => _coarse;

    internal long Frequency => _time.TimestampFrequency;

    internal long Ticks => _time.GetTimestamp();

    /// <summary>The time of a sample: the coarse one where there is one.</summary>
    internal DateTime Stamp => _coarse == default ? Now : _coarse;

    internal DateTime Now => _time.GetUtcNow().UtcDateTime;

    internal void Set()
    {
        if (_resolution > 0) _coarse = Now;
    }

    /// <summary>Nobody sets it for a while: who comes next reads the precise clock, or would be told the time of the last set.</summary>
    internal void Rest() => _coarse = default;

    /// <summary>How long to sleep: until something is due, or the coarse clock is.</summary>
    internal TimeSpan UntilOrTick(long due)
    {
        long ticks = Math.Max(0, due - Ticks);
        if (_resolution > 0) ticks = Math.Min(ticks, _resolution);
        return TimeSpan.FromMilliseconds(Math.Ceiling(ticks * 1000.0 / Frequency)); // a wait knows whole milliseconds, and none would be a spin
    }
}
