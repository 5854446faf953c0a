namespace MetricsKit;

/// <summary>How many series all instruments of a host may have together (I8).</summary>
sealed class SeriesBudget(int most)
{
    /// <summary>A budget that is never spent, for what is bounded by other means.</summary>
    internal static readonly SeriesBudget None = new(int.MaxValue);

    volatile int _most = most;
    int _taken, _settled;

    /// <summary>The limit; it may change at any time.</summary>
    internal int Most { get => _most; set => _most = value; }

    internal int Used => Volatile.Read(ref _taken);

    /// <summary>Whether it is spent on series that are there to be found: who sees this and then does not find a series may fold it.</summary>
    internal bool IsSpent => Volatile.Read(ref _settled) >= _most;

    /// <summary>Takes one; it has to be settled when the series can be found, or could not be made.</summary>
    internal bool TryTake()
    {
        if (ReferenceEquals(this, None)) return true;
        if (Interlocked.Increment(ref _taken) <= _most) return true;
        Interlocked.Decrement(ref _taken);
        return false;
    }

    internal void Settle()
    {
        if (!ReferenceEquals(this, None)) Interlocked.Increment(ref _settled);
    }

    internal void Release(int series)
    {
        if (ReferenceEquals(this, None)) return;
        Interlocked.Add(ref _settled, -series);
        Interlocked.Add(ref _taken, -series);
    }
}
