namespace MetricsKit;

/// <summary>The bounds on what the kit holds. What does not fit folds or is rejected, and is counted.</summary>
public sealed class LimitOptions
{
    /// <summary>Most series of all instruments together. The last eighth is kept back for closed tags, and for label sets that come again and again after the others are taken.</summary>
    /// <value>The default is 100,000.</value>
    public int MaxSeries { get; set; } = 100_000;

    /// <summary>Most bytes of cells in the process; threads past it share cells, for which a quarter is kept. Series that come when all is used up go beyond it by 8 bytes a cell. Of several hosts the largest value counts.</summary>
    /// <value>The default is 32 MiB.</value>
    public long MaxCellBytes { get; set; } = 32 << 20;

    /// <summary>Most threads with cells of their own in the process; others share cells. Of several hosts the largest value counts.</summary>
    /// <value>The default is 256.</value>
    public int MaxThreads { get; set; } = 256;
}
