namespace MetricsKit;

/// <summary>The final totals of an instrument's recycled series: exported nowhere, kept so that what was recorded can be accounted for (I7).</summary>
/// <remarks>Read and written under the process's reading lock, when a run's cells are cleared.</remarks>
sealed class RetiredTotals(SeriesStorage storage)
{
    /// <summary>How many series came to their end.</summary>
    internal long Series { get; private set; }

    /// <summary>The sum of the counters, or the number of the histograms' measurements.</summary>
    internal long Count { get; private set; }

    /// <summary>The sum of the histograms' measurements.</summary>
    internal double Sum { get; private set; }

    internal void Add(ReadOnlySpan<CellChunk> chunks, int start, Span<long> cells)
    {
        Series++;
        if (storage == SeriesStorage.Counts)
        {
            CellSums.Longs(chunks, start, cells);
            Count = CellSums.Saturating(Count, cells[0]);
            return;
        }
        CellSums.Histograms(chunks, start, cells.Length, cells, [double.NegativeInfinity]);
        Sum = CellSums.Finite(Sum + BitConverter.Int64BitsToDouble(cells[0]));
        foreach (long bucket in cells[1..]) Count = CellSums.Saturating(Count, bucket);
    }
}
