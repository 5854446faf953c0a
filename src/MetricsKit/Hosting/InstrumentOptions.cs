namespace MetricsKit;

/// <summary>Settings of one instrument.</summary>
public sealed class InstrumentOptions
{
    /// <summary>Whether the instrument measures; null: as its group.</summary>
    public bool? Enabled { get; set; }

    /// <summary>The limit of series; null: the row's.</summary>
    public int? MaxSeries { get; set; }

    /// <summary>The bucket bounds of a histogram; null: the row's.</summary>
    public IList<double>? Bounds { get; set; }

    /// <summary>
    /// How long a series may be idle before it leaves; null, the default: it stays as long as the host. A series that a handle is bound to is hidden and comes back
    /// with its total; any other is recycled, and begins again at 0 when its tags return. Declared values and sums that are not zero stay. For counters, up-down counters
    /// and histograms with an open tag; a series leaves with the second snapshot that finds it idle.
    /// </summary>
    public TimeSpan? TimeToLive { get; set; }
}
