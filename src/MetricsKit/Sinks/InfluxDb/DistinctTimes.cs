namespace MetricsKit;

/// <summary>Keeps the timestamps of each series apart: of two points of a series with the same timestamp, InfluxDB keeps only the last.</summary>
/// <remarks>
/// A time that is taken leads to the next that may be free, and every search shortens the way for those to come, so that thousands of samples
/// with one coarse timestamp cost little more than as many with their own. Times are forgotten in two generations: those of the last
/// <see cref="Generation"/> samples are always known. A series is known by its hash; should two have the same, one is moved for nothing.
/// </remarks>
sealed class DistinctTimes
{
    /// <summary>More than a second of what one InfluxDB takes, and samples of one moment arrive within the recorder's flush interval. 4 MiB each when it is full.</summary>
    internal const int Generation = 1 << 17;

    Dictionary<(ulong Series, long Time), long> _young = [], _old = [];

    /// <summary>Whether the time is taken, without taking it.</summary>
    internal bool IsTaken(ulong series, long time) => Next(series, time) is not null;

    /// <summary>The time itself, or the next one that is free; it is taken from now on.</summary>
    internal long Take(ulong series, long time)
    {
        long free = time;
        while (Next(series, free) is { } next) free = next;
        for (long at = time; at != free;)
        {
            long next = Next(series, at) ?? free; // null when a generation has just ended
            Remember(series, at, free + 1);
            at = next;
        }
        Remember(series, free, free + 1);
        return free;
    }

    long? Next(ulong series, long time)
    {
        if (_young.TryGetValue((series, time), out long next)) return next;
        return _old.TryGetValue((series, time), out next) ? next : null;
    }

    void Remember(ulong series, long time, long next)
    {
        _young[(series, time)] = next;
        if (_young.Count < Generation) return;
        (_young, _old) = (_old, _young);
        _young.Clear();
    }
}
