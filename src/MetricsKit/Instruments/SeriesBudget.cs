namespace MetricsKit;

/// <summary>How many series all instruments of a host may have together (I8).</summary>
sealed class SeriesBudget(int most)
{
    /// <summary>A budget that is never spent, for what is bounded by other means.</summary>
    internal static readonly SeriesBudget None = new(int.MaxValue);

    int _used;

    internal int Used => Volatile.Read(ref _used);

    internal bool IsSpent => Used >= most;

    internal bool TryTake()
    {
        if (ReferenceEquals(this, None)) return true;
        if (Interlocked.Increment(ref _used) <= most) return true;
        Interlocked.Decrement(ref _used);
        return false;
    }

    internal void Release(int series)
    {
        if (!ReferenceEquals(this, None)) Interlocked.Add(ref _used, -series);
    }
}
