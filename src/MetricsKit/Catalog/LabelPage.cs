namespace MetricsKit;

/// <summary>The label values of a run of series, side by side, and the place where a text writer keeps them rendered: no object per series.</summary>
/// <remarks>
/// Values are written once, by the thread that holds the table's lock, before the series' ordinal is published; readers look only below a published count.
/// </remarks>
sealed class LabelPage(int capacity, int keys, bool overflow, DateTimeOffset? startTime = null)
{
    readonly string[] _values = new string[capacity * keys];

    internal int Capacity => capacity;

    /// <summary>Whether these series stand for others that were folded into them (I8).</summary>
    internal bool Overflow => overflow;

    /// <summary>When the page's one series began, where series come and go (I7); null: with the host.</summary>
    internal DateTimeOffset? StartTime => startTime;

    /// <summary>Rendered label blocks, owned by the writer and guarded by this object's monitor; null until the first text.</summary>
    internal RenderedLabels? Rendered;

    internal Span<string> ValuesAt(int at) => _values.AsSpan(at * keys, keys);
}

/// <summary>The rendered label blocks of the first <see cref="Count"/> series of a page, one behind the other. Immutable but for what lies behind the count.</summary>
sealed class RenderedLabels(byte[] text, int[] ends, int count)
{
    /// <summary>The blocks, and behind them room for a copy in whole vectors.</summary>
    internal readonly byte[] Text = text;

    /// <summary>Where the text of each series ends; it begins where the one before ends.</summary>
    internal readonly int[] Ends = ends;

    internal readonly int Count = count;

    internal int BeginOf(int series) => series == 0 ? 0 : Ends[series - 1];

    internal ReadOnlySpan<byte> Of(int series) => Text.AsSpan(BeginOf(series)..Ends[series]);
}
