namespace MetricsKit;

/// <summary>What a host counts about measurements it did not take as they came.</summary>
enum LedgerEntry
{
    /// <summary>NaN or an infinity.</summary>
    NotFinite,

    /// <summary>A negative increment of a counter.</summary>
    Negative,

    /// <summary>A gauge past its limit of series.</summary>
    PastLimit,

    /// <summary>A tag value that was too long.</summary>
    TruncatedTag,

    /// <summary>An exception out of a foreign listener's callback. The last one.</summary>
    ListenerError,
}

/// <summary>The counts of one host, kept in cells like any counter, so that a flood of rejected measurements does not contend.</summary>
sealed class HostLedger
{
    readonly CellRun _cells = CellSpace.Allocate((int)LedgerEntry.ListenerError + 1, CellLayout.Longs, ledger: null);

    internal void Count(LedgerEntry entry) => CellSpace.Count(_cells, (int)entry);

    internal long Read(LedgerEntry entry)
    {
        long total = CellSpace.Sum(_cells.Start + (int)entry);
        GC.KeepAlive(this);
        return total;
    }
}
