namespace MetricsKit;

/// <summary>How the measurements of a histogram lie in its buckets, over all of its series: for who wants to know without a snapshot.</summary>
static class BucketTotals
{
    /// <summary>The counts of the buckets, the last one past the last bound; empty for what is no histogram.</summary>
    /// <param name="table">The series, and those that they were folded into.</param>
    internal static long[] Of(SeriesTable table)
    {
        if (table.Storage != SeriesStorage.Histograms) return [];
        var totals = new long[table.RunLength - 1];
        ChunkList chunks = default;
        lock (CellSpace.Reading) // I3
        {
            Add(table.Index, table.RunLength, ref chunks, totals);
            if (table.Overflow is { } overflow) Add(overflow.Index, table.RunLength, ref chunks, totals);
        }
        return totals;
    }

    static void Add(SeriesIndex index, int run, ref ChunkList chunks, long[] totals)
    {
        foreach (var block in index.Blocks)
        {
            if (block.Cells is not { } cells) continue;
            var numbers = new long[block.Labels.Capacity * run];
            chunks.Clear();
            CellSpace.AppendChunks(cells.Start >> CellChunk.Shift, ref chunks);
            CellSums.Longs(chunks.Items, cells.Start, numbers);
            for (int i = 0; i < numbers.Length; i++)
            {
                if (i % run > 0) totals[i % run - 1] = CellSums.Saturating(totals[i % run - 1], numbers[i]); // the first of a run is the sum
            }
            GC.KeepAlive(cells); // I7b
        }
    }
}
