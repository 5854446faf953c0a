namespace MetricsKit;

/// <summary>The unit of the timestamps of line protocol.</summary>
readonly struct LinePrecision
{
    // What InfluxDB takes, in nanoseconds of Unix time (1677 to 2262), less a second that moved samples may need.
    const long LatestTicks = (long.MaxValue - 1) / 100 - TimeSpan.TicksPerSecond;
    const long EarliestTicks = (long.MinValue + 2) / 100;

    readonly long _ticks;

    LinePrecision(string name, long ticks) => (Name, _ticks) = (name, ticks);

    /// <summary>What InfluxDB calls it.</summary>
    internal string Name { get; }

    /// <summary>Whether moments that differ stay different, and there is room between them.</summary>
    internal bool IsFine => _ticks == 0;

    /// <summary>The precision of a name; null when there is none of that name.</summary>
    internal static LinePrecision? Find(string name) => name switch
    {
        "ns" => new(name, 0),
        "u" => new(name, TimeSpan.TicksPerMicrosecond),
        "ms" => new(name, TimeSpan.TicksPerMillisecond),
        "s" => new(name, TimeSpan.TicksPerSecond),
        _ => null,
    };

    /// <summary>A moment in this unit since 1970, rounded down; false where InfluxDB has no such time.</summary>
    internal bool TryConvert(DateTime moment, out long time)
    {
        long ticks = moment.Ticks - DateTime.UnixEpoch.Ticks;
        time = 0;
        if (ticks is < EarliestTicks or > LatestTicks) return false;
        time = _ticks == 0 ? ticks * 100 : (ticks - (ticks % _ticks + _ticks) % _ticks) / _ticks;
        return true;
    }
}
