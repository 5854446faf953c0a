namespace MetricsKit;

/// <summary>Whether there is room for a series that is not there yet (I8).</summary>
enum SeriesRoom
{
    /// <summary>No: everybody folds.</summary>
    None,

    /// <summary>Only what is kept back for label sets that come again and again, so that those who come first do not take all.</summary>
    KeptBack,

    /// <summary>For everybody.</summary>
    Open,
}

/// <summary>How many series all instruments of a host may have together, and which label sets past a limit have been seen again (I8).</summary>
/// <param name="most">The limit.</param>
sealed class SeriesBudget(int most)
{
    /// <summary>A budget that is never spent, for what is bounded by other means.</summary>
    internal static readonly SeriesBudget None = new(int.MaxValue);

    /// <summary>The share of a limit that is kept back. Chosen: an eighth is room for a hundred newcomers by default, and few miss it.</summary>
    const int KeptBackShare = 8;

    volatile int _most = most;
    int _taken, _settled;
    SightingSketch? _sightings;

    /// <summary>The limit; it may change at any time. Raised, there is room; lowered, nothing more is made and what is there stays.</summary>
    internal int Most { get => _most; set => _most = value; }

    internal int Used => Volatile.Read(ref _taken);

    /// <summary>What the memory of label sets that had no room weighs; 0 before the first.</summary>
    internal int SightingBytes => Volatile.Read(ref _sightings) is null ? 0 : SightingSketch.Bytes;

    /// <summary>What room is left by series that are there to be found: who sees none and then does not find a series may fold it.</summary>
    internal SeriesRoom Room => RoomOf(Volatile.Read(ref _settled), _most);

    /// <summary>What room a number of series leaves under a limit. Of fewer than eight nothing is kept back.</summary>
    internal static SeriesRoom RoomOf(int series, int limit) =>
        series < limit - limit / KeptBackShare ? SeriesRoom.Open : series < limit ? SeriesRoom.KeptBack : SeriesRoom.None;

    /// <summary>Takes one; it has to be settled when the series can be found, or could not be made.</summary>
    /// <param name="needs">Open: one that is not kept back.</param>
    internal bool TryTake(SeriesRoom needs)
    {
        if (ReferenceEquals(this, None)) return true;
        int taken = Volatile.Read(ref _taken);
        while (RoomOf(taken, _most) >= needs)
        {
            int before = Interlocked.CompareExchange(ref _taken, taken + 1, taken); // I8: two that take the last one do not both have it
            if (before == taken) return true;
            taken = before;
        }
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

    /// <summary>Counts that a label set found no open room, and says whether it has come often enough for what is kept back.</summary>
    /// <param name="labels">A hash of the instrument and the labels.</param>
    internal bool SeesOften(ulong labels) =>
        (Volatile.Read(ref _sightings) ?? Interlocked.CompareExchange(ref _sightings, new(), null) ?? _sightings).SeesOften(labels);
}
