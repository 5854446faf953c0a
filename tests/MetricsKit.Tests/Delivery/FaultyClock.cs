namespace MetricsKit.Tests.Delivery;

/// <summary>A clock that throws when it is told to.</summary>
sealed class FaultyClock(TimeProvider inner) : TimeProvider
{
    int _timestamps, _moments;

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    /// <summary>So many of the next questions for a timestamp fail.</summary>
    public void FailTimestamps(int times) => Volatile.Write(ref _timestamps, times);

    /// <summary>So many of the next questions for the moment fail.</summary>
    public void FailMoments(int times) => Volatile.Write(ref _moments, times);

    public override long GetTimestamp()
    {
        FailIf(ref _timestamps);
        return inner.GetTimestamp();
    }

    public override DateTimeOffset GetUtcNow()
    {
        FailIf(ref _moments);
        return inner.GetUtcNow();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => inner.CreateTimer(callback, state, dueTime, period);

    static void FailIf(ref int times)
    {
        if (Volatile.Read(ref times) > 0 && Interlocked.Decrement(ref times) >= 0) throw new InvalidOperationException("No clock.");
    }
}
