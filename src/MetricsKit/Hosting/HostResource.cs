using System.Collections.Immutable;
using System.Text;

namespace MetricsKit;

/// <summary>What a host measures: its attributes, and what Prometheus is shown of them. The attributes that are there without a word are read once a host, when somebody needs them.</summary>
sealed class HostResource(Func<ResourceDefaults> defaults)
{
    const string Root = MetricsKitConfiguration.SectionName + ":Resource";

    /// <summary>Constant labels of a series, tags among them: a writer keeps a bit for each.</summary>
    const int MaxLabels = 16;

    readonly Lazy<ResourceDefaults> _defaults = new(defaults);

    /// <summary>For options without faults.</summary>
    internal ResourceDescriptor Of(MetricsKitOptions options)
    {
        return new(Attributes, options.Resource.TargetInfo, options.Resource.Labels.Count == 0 ? [] : LabelsOf(Attributes()));

        ImmutableArray<KeyValuePair<string, string>> Attributes() => ResourceAttributes.Of(_defaults.Value.Attributes, options);

        ImmutableArray<KeyValuePair<string, string>> LabelsOf(ImmutableArray<KeyValuePair<string, string>> attributes) =>
            [.. options.Resource.Labels.Select(label => new KeyValuePair<string, string>(label.Key, attributes.First(a => IsOf(label.Value, a)).Value))];
    }

    /// <summary>Everything that is wrong, a sentence each.</summary>
    internal IEnumerable<string> Faults(MetricsKitOptions options)
    {
        int bytes = 0;
        foreach (var (key, value) in options.Resource.Attributes)
        {
            if (string.IsNullOrWhiteSpace(key) || key.Length > ResourceOptions.MaxKey) yield return $"{Root}:Attributes has '{(key.Length > 40 ? key[..40] + "…" : key)}', which is no key: it has 1 to {ResourceOptions.MaxKey} characters, such as 'deployment.environment.name'.";
            bytes += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value ?? "");
        }
        if (bytes > ResourceOptions.MaxBytes) yield return $"{Root}:Attributes has {bytes:N0} bytes of keys and texts: it may have at most {ResourceOptions.MaxBytes:N0}.";
        var labels = options.Resource.Labels;
        if (labels.Count == 0) yield break;
        var attributes = ResourceAttributes.Of(_defaults.Value.Attributes, options);
        if (labels.Count + options.Tags.Count > MaxLabels) yield return $"{Root}:Labels has {labels.Count} labels beside {options.Tags.Count} tags: at most {MaxLabels} can go on every series.";
        foreach (var (label, key) in labels)
        {
            if (!InstrumentPolicy.CanBeLabel(label)) yield return $"{Root}:Labels:{label} is not a label name: it has letters, digits and underscores, begins with no digit, and is not reserved.";
            else if (options.Tags.Keys.Concat(labels.Keys.TakeWhile(l => l != label)).Any(other => PrometheusName.OfTag(other) == PrometheusName.OfTag(label))) yield return $"{Root}:Labels:{label} is on every series already, by {MetricsKitConfiguration.SectionName}:Tags or another label: remove one of the two.";
            if (!attributes.Any(a => IsOf(key, a))) yield return $"{Root}:Labels:{label} is '{key}', which is no attribute: there are {string.Join(", ", attributes.Select(static a => a.Key))}.";
        }
    }

    static bool IsOf(string key, KeyValuePair<string, string> attribute) => string.Equals(attribute.Key, key, StringComparison.Ordinal);
}
