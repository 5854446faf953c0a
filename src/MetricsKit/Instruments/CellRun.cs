namespace MetricsKit;

/// <summary>Whether a series is to be found (I7). Changes by compare and exchange.</summary>
enum SeriesState
{
    /// <summary>In its table, and in the caches of threads.</summary>
    Present,

    /// <summary>Idle for its time to live: still exported, in no cache, and about to leave unless a call asks for it.</summary>
    Leaving,

    /// <summary>Out of its table for good. A call with its tags makes a new series.</summary>
    Gone,
}

/// <summary>A run of cells that instruments, handles and cached calls reference. When nothing reaches it any more its cells are handed out again (I7, I7b).</summary>
/// <remarks>It references nothing of its host but ledgers and its own labels, so that a handle that outlives its host keeps some cells alive and not the host.</remarks>
sealed class CellRun(CellColumn column, int start, int length, HostLedger? ledger, SeriesLife? life)
{
    /// <summary>The chunks that hold the cells; a run never crosses a chunk.</summary>
    internal readonly CellColumn Column = column;

    /// <summary>The first cell's process-wide number.</summary>
    internal readonly int Start = start;

    internal readonly int Length = length;

    /// <summary>Where rejected measurements are counted; null only for the ledger's own cells.</summary>
    internal readonly HostLedger? Ledger = ledger;

    /// <summary>The labels of the series that the cells belong to, for who has met the cells alone; null where they belong to none.</summary>
    internal LabelPage? Labels { get; set; }

    int _state;

    /// <summary>Whether the run holds one series that may leave its table while the instrument lives (I7).</summary>
    internal bool IsRecyclable => life is not null;

    internal SeriesState State => (SeriesState)Volatile.Read(ref _state);

    /// <summary>Full fence; true when the state was as expected.</summary>
    internal bool TryMove(SeriesState from, SeriesState to) => Interlocked.CompareExchange(ref _state, (int)to, (int)from) == (int)from; // I7

    /// <summary>The host is gone: no cache shall keep the cells from coming back (I7b).</summary>
    internal void Abandon() => Volatile.Write(ref _state, (int)SeriesState.Gone); // I7b

    // Other finalizers may still record through what dies together with the run, in any order and as often as they register anew: the cells come back when the object itself is gone.
    ~CellRun() => CellSpace.Return(new(Start, Length, life, new(this, trackResurrection: true)));
}

/// <summary>A run that was finalized.</summary>
/// <param name="Start">Its first cell.</param>
/// <param name="Length">Its cells.</param>
/// <param name="Life">What is known of its one series, where series may leave.</param>
/// <param name="Run">Alive as long as a finalizer can reach it.</param>
sealed record ReturnedRun(int Start, int Length, SeriesLife? Life, WeakReference Run);
