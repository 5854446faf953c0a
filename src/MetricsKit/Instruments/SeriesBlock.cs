namespace MetricsKit;

/// <summary>A run of series of one instrument: their labels and where their values are.</summary>
sealed class SeriesBlock(LabelPage labels, CellRun? cells, double[]? values, double[]? publishedSums)
{
    internal readonly LabelPage Labels = labels;

    /// <summary>The cells of counters and histograms; null for gauges.</summary>
    internal readonly CellRun? Cells = Labelled(cells, labels);

    /// <summary>The values of gauges, one shared cell each, NaN until set (I12); null for other kinds.</summary>
    internal readonly double[]? Values = values;

    /// <summary>The sums of histograms as they were last published (I3), written by the reader alone.</summary>
    internal readonly double[]? PublishedSums = publishedSums;

    /// <summary>When the block's one series was last recorded into; null when its series stay as long as the instrument (I7).</summary>
    internal SeriesLife? Life { get; init; }

    /// <summary>Bound handles by place, made when the first is asked for; guarded by this object's monitor.</summary>
    internal object?[]? Handles;

    long[]? _rounds;

    /// <summary>For series that collectors observe, the round that set each value last (<see cref="CollectorRound"/>).</summary>
    internal long[] Rounds => Volatile.Read(ref _rounds) ?? Interlocked.CompareExchange(ref _rounds, new long[Labels.Capacity], null) ?? _rounds; // I2: collectors on several threads agree on one array

    /// <summary>The handle that was bound to the series before, if any.</summary>
    internal object? HandleAt(int at) => Volatile.Read(ref Handles) is { } handles ? Volatile.Read(ref handles[at]) : null;

    /// <summary>Keeps the handle of a series, so that binding twice costs nothing more; who comes second gets the first one's.</summary>
    internal object KeepHandle(int at, object handle)
    {
        lock (this)
        {
            var handles = Handles ?? new object?[Labels.Capacity];
            Volatile.Write(ref Handles, handles);
            if (handles[at] is { } first) return first;
            Volatile.Write(ref handles[at], handle); // I2: the handle's fields before the handle
            return handle;
        }
    }

    static CellRun? Labelled(CellRun? cells, LabelPage labels)
    {
        if (cells is not null) cells.Labels = labels;
        return cells;
    }
}
