namespace MetricsKit.Testing;

/// <summary>A clock that stands until a test advances it; timers fire inside <see cref="Advance"/>, in order, on the thread that advances.</summary>
public sealed class FakeTimeProvider(DateTimeOffset start) : TimeProvider
{
    readonly Lock _lock = new();
    readonly List<FakeTimer> _armed = [];

    DateTimeOffset _now = start.ToUniversalTime();
    long _armedSoFar;

    /// <summary>Starts at an arbitrary round moment that no test should depend on.</summary>
    public FakeTimeProvider()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>How many timers wait to fire: a test waits for this before it advances past a loop that is still starting.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_lock)
            {
                return _armed.Count;
            }
        }
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <summary>
    /// Moves the clock and fires every timer that falls due on the way, each while the clock shows its own moment; a periodic timer fires once a period.
    /// </summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var until = GetUtcNow() + by;
        while (NextUntil(until) is { } timer)
        {
            timer.Fire();
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    internal void Arm(FakeTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            _armed.Remove(timer);
            if (dueTime != Timeout.InfiniteTimeSpan && !timer.IsDisposed)
            {
                timer.Set(_now + dueTime, period, _armedSoFar++);
                _armed.Add(timer);
            }
        }
    }

    internal void Disarm(FakeTimer timer)
    {
        lock (_lock)
        {
            _armed.Remove(timer);
        }
    }

    // Null when the clock has arrived. Callbacks run outside the lock, since they may create, change and dispose timers.
    FakeTimer? NextUntil(DateTimeOffset until)
    {
        lock (_lock)
        {
            var next = _armed.MinBy(timer => (timer.Due, timer.Order));
            if (next is null || next.Due > until)
            {
                _now = until > _now ? until : _now;
                return null;
            }

            _now = next.Due > _now ? next.Due : _now;
            _armed.Remove(next);
            if (next.Period > TimeSpan.Zero)
            {
                next.Set(next.Due + next.Period, next.Period, _armedSoFar++);
                _armed.Add(next);
            }

            return next;
        }
    }
}
