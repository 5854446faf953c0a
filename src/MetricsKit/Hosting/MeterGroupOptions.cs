namespace MetricsKit;

/// <summary>Settings of a group of meters.</summary>
/// <remarks><see cref="Enabled"/> and <see cref="Metrics"/> follow the configuration while the host runs; the others do at its next start.</remarks>
public sealed class MeterGroupOptions
{
    /// <summary>Whether the group measures.</summary>
    /// <value>The default is true.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>How often the group's collectors read in the background. The processor has a rhythm of its own: see <see cref="DerivedOptions.Interval"/>.</summary>
    /// <value>The default is null: when a snapshot is taken, at most every 250 ms.</value>
    public TimeSpan? Interval { get; set; }

    /// <summary>Narrows the group to instruments whose names begin with one of these, such as <c>cpu</c>; dots and underscores are equal. Empty: all.</summary>
    public IList<string> Metrics { get; } = [];

    /// <summary>Values of open tags that are known beforehand, by key; dots and underscores are equal. Their series are published at zero.</summary>
    public IDictionary<string, IList<string>> Values { get; } = new Dictionary<string, IList<string>>(InstrumentNameComparer.Instance);
}
