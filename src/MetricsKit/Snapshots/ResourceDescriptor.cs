using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>What stays the same from snapshot to snapshot about what is measured.</summary>
/// <param name="attributes">The attributes, in the order in which they are exported.</param>
/// <param name="showsTarget">Whether Prometheus is shown them as <c>target_info</c>.</param>
/// <param name="labels">Labels of every series in Prometheus, beside the host's tags.</param>
sealed class ResourceDescriptor(ImmutableArray<KeyValuePair<string, string>> attributes, bool showsTarget, ImmutableArray<KeyValuePair<string, string>> labels)
{
    internal static readonly ResourceDescriptor None = new([], false, []);

    internal ImmutableArray<KeyValuePair<string, string>> Attributes => attributes;

    internal bool ShowsTarget => showsTarget && !attributes.IsEmpty;

    internal ImmutableArray<KeyValuePair<string, string>> Labels => labels;

    /// <summary>What a text writer keeps.</summary>
    internal object? Rendered;
}
