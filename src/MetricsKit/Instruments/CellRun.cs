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
/// <remarks>It references nothing of its host but ledgers, so that a handle that outlives its host keeps some cells alive and not the host.</remarks>
sealed class CellRun(CellColumn column, int start, int length, HostLedger? ledger, RetiredTotals? retired)
{
    /// <summary>The chunks that hold the cells; a run never crosses a chunk.</summary>
    internal readonly CellColumn Column = column;

    /// <summary>The first cell's process-wide number.</summary>
    internal readonly int Start = start;

    internal readonly int Length = length;

    /// <summary>Where rejected measurements are counted; null only for the ledger's own cells.</summary>
    internal readonly HostLedger? Ledger = ledger;

    int _state;
    bool _unreachable;

    /// <summary>Whether the run holds one series that may leave its table while the instrument lives (I7).</summary>
    internal bool IsRecyclable => retired is not null;

    internal SeriesState State => (SeriesState)Volatile.Read(ref _state);

    /// <summary>Full fence; true when the state was as expected.</summary>
    internal bool TryMove(SeriesState from, SeriesState to) => Interlocked.CompareExchange(ref _state, (int)to, (int)from) == (int)from; // I7

    /// <summary>The host is gone: no cache shall keep the cells from coming back (I7b).</summary>
    internal void Abandon() => Volatile.Write(ref _state, (int)SeriesState.Gone); // I7b

    // In two steps: a user's finalizer may still record through a handle that died together with the run, in any order. One collection later none is left.
    ~CellRun()
    {
        if (_unreachable) CellSpace.Return(new(Start, Length, retired));
        else
        {
            _unreachable = true;
            GC.ReRegisterForFinalize(this);
        }
    }
}

/// <summary>What is known of a run whose object is gone.</summary>
sealed record ReturnedRun(int Start, int Length, RetiredTotals? Retired);
