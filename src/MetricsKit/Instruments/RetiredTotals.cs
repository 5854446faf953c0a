namespace MetricsKit;

/// <summary>The final totals of an instrument's recycled series: exported nowhere, kept so that what was recorded can be accounted for (I7).</summary>
/// <remarks>Read and written under the process's reading lock, when a run's cells are cleared.</remarks>
sealed class RetiredTotals(SeriesStorage storage)
{
    /// <summary>How many series came to their end.</summary>
    internal long Series { get; private set; }

    /// <summary>The sum of the counters as they were shown last, or the number of the histograms' measurements.</summary>
    internal long Count { get; private set; }

    /// <summary>The sum of the histograms' measurements.</summary>
    internal double Sum { get; private set; }

    /// <summary>The instrument's table, as long as the host is there.</summary>
    internal WeakReference<SeriesTable>? Table { get; set; }

    /// <summary>Takes what a series showed last, and gives what it was given later to the series that has its labels now.</summary>
    internal void Settle(LabelPage labels, ReadOnlySpan<CellChunk> chunks, int start, Span<long> cells, ReadOnlySpan<long> shown)
    {
        Series++;
        if (storage == SeriesStorage.Counts)
        {
            CellSums.Longs(chunks, start, cells);
            Count = CellSums.Saturating(Count, shown[0]);
            cells[0] -= shown[0];
        }
        else
        {
            CellSums.Histograms(chunks, start, cells.Length, cells, [double.NegativeInfinity]);
            double sum = BitConverter.Int64BitsToDouble(shown[0]);
            Sum = CellSums.Finite(Sum + sum);
            cells[0] = BitConverter.DoubleToInt64Bits(BitConverter.Int64BitsToDouble(cells[0]) - sum);
            for (int i = 1; i < cells.Length; i++)
            {
                Count = CellSums.Saturating(Count, shown[i]);
                cells[i] -= shown[i];
            }
        }
        var late = storage == SeriesStorage.Histograms ? cells[1..] : cells;
        if (late.ContainsAnyExcept(0) && Table is not null && Table.TryGetTarget(out var table)) table.AddLate(labels.ValuesAt(0), cells);
    }
}
