using System.Globalization;

namespace MetricsKit;

/// <summary>Steps between recorder and sinks that need no code. Steps of code (<see cref="ISampleProcessor"/>) run behind them.</summary>
/// <remarks>
/// The order: samples are kept or left out (<see cref="Include"/>, <see cref="Exclude"/>) and scaled (<see cref="Scale"/>) by the name that they were recorded with, then renamed (<see cref="Rename"/>);
/// then tags are removed (<see cref="RemoveTags"/>) and others added (<see cref="Tags"/>), so a key in both gets a constant in place of its value.
/// What is left out, and what has no value that a sink may see any more (not finite, or negative of a counter), is counted.
/// </remarks>
public sealed class ProcessingOptions
{
    /// <summary>Names of samples to keep; a <c>*</c> stands for any text, and case matters. Empty: all.</summary>
    public IList<string> Include { get; } = [];

    /// <summary>Names of samples to leave out, also when they are included.</summary>
    public IList<string> Exclude { get; } = [];

    /// <summary>New names by old name.</summary>
    public IDictionary<string, string> Rename { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Factors by name (before renaming) that values are multiplied by, such as 0.001 for a sensor in thousandths.</summary>
    public IDictionary<string, double> Scale { get; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Tags for every sample; a sample's own tag wins.</summary>
    public IDictionary<string, string> Tags { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Keys of tags to remove, such as ids that are unbounded. Series that differ in nothing else become one.</summary>
    public IList<string> RemoveTags { get; } = [];

    /// <summary>Everything that is wrong, a sentence each.</summary>
    internal IEnumerable<string> Faults(string path)
    {
        if (Include.Any(string.IsNullOrEmpty)) yield return $"{path}:Include has an empty name: remove it, or write '*' for all.";
        if (Exclude.Any(string.IsNullOrEmpty)) yield return $"{path}:Exclude has an empty name: remove it.";
        foreach (var (from, to) in Rename)
        {
            if (SampleIdentity.DescribeFault(to, SampleKind.Gauge, []) is { } fault) yield return $"{path}:Rename:{from}: {fault}";
        }
        foreach (var (name, factor) in Scale)
        {
            if (!double.IsFinite(factor) || factor == 0) yield return string.Create(CultureInfo.InvariantCulture, $"{path}:Scale:{name} is {factor}: a factor is finite and not 0; to leave samples out, use {path}:Exclude.");
        }
        if (Tags.Count > 0 && SampleIdentity.DescribeFault("samples", SampleKind.Gauge, [.. Tags]) is { } bad) yield return $"{path}:Tags: {bad}";
        foreach (var (key, value) in Tags)
        {
            if (string.IsNullOrEmpty(value)) yield return $"{path}:Tags:{key} is empty: remove it or give it a value.";
        }
        if (RemoveTags.Any(string.IsNullOrEmpty)) yield return $"{path}:RemoveTags has an empty key: remove it.";
    }
}
