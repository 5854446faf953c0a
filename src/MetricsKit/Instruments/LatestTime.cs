namespace MetricsKit;

/// <summary>The time of the latest of several values that need not come in order.</summary>
struct LatestTime
{
    DateTime _latest;

    /// <summary>
    /// Whether a value is none that a later one has overtaken. Of two with the same time the one that comes second is the later.
    /// A time that is ahead of the clock overtakes nothing: a value that was stamped wrongly, or a clock that was set back, must not hold a gauge for hours.
    /// </summary>
    /// <param name="time">When the value was measured.</param>
    /// <param name="now">What the clock says.</param>
    internal bool TryAdvance(DateTime time, DateTime now)
    {
        if (time < _latest && _latest <= now) return false;
        _latest = time;
        return true;
    }
}
