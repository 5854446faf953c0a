namespace MetricsKit;

/// <summary>A run of cells that instruments and handles reference. When nothing reaches it any more its cells are handed out again (I7b).</summary>
/// <remarks>It references nothing but its host's ledger, so that a handle that outlives its host keeps some cells alive and not the host.</remarks>
sealed class CellRun(int start, int length, HostLedger? ledger)
{
    /// <summary>The first cell's process-wide number; a run never crosses a chunk.</summary>
    internal readonly int Start = start;

    internal readonly int Length = length;

    /// <summary>Where rejected measurements are counted; null only for the ledger's own cells.</summary>
    internal readonly HostLedger? Ledger = ledger;

    bool _unreachable;

    // In two steps: a user's finalizer may still record through a handle that died together with the run, in any order. One collection later none is left.
    ~CellRun()
    {
        if (_unreachable) CellSpace.Return(Start, Length);
        else
        {
            _unreachable = true;
            GC.ReRegisterForFinalize(this);
        }
    }
}
