namespace MetricsKit;

/// <summary>A collector of which nothing was measured when the host started: it is made when the first of its instruments is switched on.</summary>
sealed class SleepingCollector(Func<ICollector> make, Func<bool> isWanted, TimeSpan? interval) : ICollector
{
    ICollector? _made;

    public TimeSpan? Interval => interval;

    public void Collect()
    {
        if (_made is null && !isWanted()) return;
        (_made ??= make()).Collect();
    }
}
