namespace MetricsKit;

/// <summary>A monitor that is waited on by the clock of a <see cref="TimeProvider"/>. Locking it is <c>lock (gate)</c>.</summary>
/// <remarks>
/// By the system's clock the wait is the monitor's own, which needs no thread of the pool: a host that starves its pool must not stop deliveries.
/// By any other clock a timer of the provider ends it. One thread at a time waits with a time.
/// </remarks>
sealed class WaitGate(TimeProvider time)
{
    internal const long Never = long.MaxValue;

    ITimer? _timer;

    /// <summary>The timestamp after a while; for ever when it is infinite or too long to count.</summary>
    internal long After(TimeSpan span)
    {
        if (span == Timeout.InfiniteTimeSpan) return Never;
        long now = time.GetTimestamp(), ticks = time.TicksOf(span);
        return ticks > Never - now ? Never : now + ticks;
    }

    internal bool Reached(long moment) => moment != Never && time.GetTimestamp() >= moment;

    /// <summary>Inside the lock: leaves it until somebody pulses or the moment has come. Whoever calls asks its condition again.</summary>
    internal void Wait(long moment)
    {
        if (moment == Never)
        {
            Monitor.Wait(this);
            return;
        }
        var left = time.GetElapsedTime(time.GetTimestamp(), moment);
        if (left <= TimeSpan.Zero) return;
        if (ReferenceEquals(time, TimeProvider.System)) Monitor.Wait(this, (int)Math.Min(int.MaxValue, Math.Ceiling(left.TotalMilliseconds)));
        else WaitByTimer(left, moment);
    }

    internal void PulseAll() => Monitor.PulseAll(this);

    internal void Close() => _timer?.Dispose();

    void WaitByTimer(TimeSpan left, long moment)
    {
        _timer ??= time.CreateTimer(static gate => ((WaitGate)gate!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(left, Timeout.InfiniteTimeSpan);
        if (!Reached(moment)) Monitor.Wait(this); // a clock that was moved before the timer was armed rings no more
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    void Ring()
    {
        lock (this) PulseAll();
    }
}
