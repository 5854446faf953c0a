using System.Text;

namespace MetricsKit;

/// <summary>The family <c>target_info</c>, rendered once: its labels are the attributes of what is measured, and nothing else.</summary>
/// <remarks>OpenMetrics 1.0, "Supporting target metadata", and "Resource Attributes" of OpenTelemetry's compatibility with Prometheus, whose rules for labels and their conflicts are followed.</remarks>
sealed class TargetText
{
    const string Help = "What is measured, in the attributes of the service, its host and its process.";

    readonly byte[] _text, _openMetrics;

    TargetText(ResourceDescriptor resource)
    {
        string labels = string.Join(',', resource.Attributes.GroupBy(static a => PrometheusName.OfResourceKey(a.Key), StringComparer.Ordinal).Select(static g => $"{g.Key}=\"{FamilyText.EscapeLabel(Join(g))}\""));
        string line = $"{PrometheusName.Target}{{{labels}}} 1\n", family = PrometheusName.TargetFamily;
        _text = Encoding.UTF8.GetBytes($"# HELP {PrometheusName.Target} {Help}\n# TYPE {PrometheusName.Target} gauge\n{line}");
        _openMetrics = Encoding.UTF8.GetBytes($"# TYPE {family} info\n# HELP {family} {Help}\n{line}");
    }

    /// <summary>The whole family.</summary>
    internal static ReadOnlySpan<byte> Of(ResourceDescriptor resource, ExpositionFormat format)
    {
        var text = (TargetText)(resource.Rendered ??= new TargetText(resource));
        return format == ExpositionFormat.OpenMetrics ? text._openMetrics : text._text;
    }

    /// <summary>Attributes that become one label are joined, in the order of their own keys.</summary>
    static string Join(IEnumerable<KeyValuePair<string, string>> attributes) => string.Join(';', attributes.OrderBy(static a => a.Key, StringComparer.Ordinal).Select(static a => a.Value));
}
