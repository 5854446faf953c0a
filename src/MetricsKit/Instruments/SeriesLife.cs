namespace MetricsKit;

/// <summary>What a table with a time to live knows of one series (I7). It references nothing of its host but ledgers, as the run that references it.</summary>
sealed class SeriesLife(RetiredTotals retired, LabelPage labels)
{
    // Written by the snapshot alone.
    internal long Activity;
    internal long IdleSince;
    internal bool Leaving;

    /// <summary>The numbers that were shown last, when the series has left.</summary>
    internal long[]? Shown;

    /// <summary>Written under the table's monitor, and only upwards.</summary>
    internal volatile SeriesHold Hold;

    /// <summary>Nothing reaches the cells any more: accounts for what was shown, and hands on what came later. The caller holds the reading lock.</summary>
    /// <param name="chunks">All chunks with the cells.</param>
    /// <param name="start">The first cell.</param>
    /// <param name="cells">Room for as many numbers as there are cells.</param>
    internal void Settle(ReadOnlySpan<CellChunk> chunks, int start, Span<long> cells)
    {
        if (Shown is { } shown) retired.Settle(labels, chunks, start, cells[..shown.Length], shown); // else the host has ended before the series
    }
}
