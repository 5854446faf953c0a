namespace MetricsKit.Testing;

// The state between Set calls belongs to the provider, which guards it with its lock.
sealed class FakeTimer(FakeTimeProvider provider, TimerCallback callback, object? state) : ITimer
{
    volatile bool _disposed;

    public bool IsDisposed => _disposed;

    public DateTimeOffset Due { get; private set; }

    public TimeSpan Period { get; private set; }

    // Timers that fall due together fire in the order in which they were armed.
    public long Order { get; private set; }

    public void Set(DateTimeOffset due, TimeSpan period, long order) => (Due, Period, Order) = (due, period, order);

    public void Fire()
    {
        if (!_disposed)
        {
            callback(state);
        }
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, Timeout.InfiniteTimeSpan);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, Timeout.InfiniteTimeSpan);
        if (_disposed)
        {
            return false;
        }

        // A due time of zero fires now, as a real timer does; the clock need not move for it.
        var now = dueTime == TimeSpan.Zero;
        provider.Arm(this, now && period <= TimeSpan.Zero ? Timeout.InfiniteTimeSpan : now ? period : dueTime, period);
        if (now)
        {
            Fire();
        }

        return true;
    }

    public void Dispose()
    {
        _disposed = true;
        provider.Disarm(this);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
