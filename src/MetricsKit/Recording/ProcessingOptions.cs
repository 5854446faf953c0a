namespace MetricsKit;

/// <summary>Steps between recorder and sinks that need no code: filter, then rename and scale, then tags. Steps of code (<see cref="ISampleProcessor"/>) run behind them.</summary>
public sealed class ProcessingOptions
{
    /// <summary>Names of samples to keep; a <c>*</c> stands for any text. Empty: all.</summary>
    public IList<string> Include { get; } = [];

    /// <summary>Names of samples to leave out, also when they are included.</summary>
    public IList<string> Exclude { get; } = [];

    /// <summary>New names by old name.</summary>
    public IDictionary<string, string> Rename { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Factors by name (before renaming) that values are multiplied by, such as 0.001 for a sensor in thousandths.</summary>
    public IDictionary<string, double> Scale { get; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Tags for every sample; a sample's own tag wins.</summary>
    public IDictionary<string, string> Tags { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Keys of tags to remove, such as ids that are unbounded.</summary>
    public IList<string> RemoveTags { get; } = [];
}
