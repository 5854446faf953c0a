using System.Globalization;

namespace MetricsKit.Testing;

/// <summary>One value of one series at one moment; the name of the metric is the label <c>__name__</c>.</summary>
public sealed record PrometheusSample(IReadOnlyDictionary<string, string> Labels, double Value, DateTimeOffset Timestamp)
{
    /// <summary>The sample as a reader of a failure message wants to see it.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{{{string.Join(", ", Labels.Select(label => $"{label.Key}=\"{label.Value}\""))}}} {Value:R} @ {Timestamp:O}");
}
