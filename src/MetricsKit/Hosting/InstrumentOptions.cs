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
}
