using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>What stays the same from snapshot to snapshot about what is measured.</summary>
/// <param name="attributes">Gives the attributes, in the order in which they are exported: when they are asked for first, since the start has no time to ask the machine.</param>
/// <param name="showsTarget">Whether Prometheus is shown them as <c>target_info</c>.</param>
/// <param name="labels">Labels of every series in Prometheus, beside the host's tags.</param>
sealed class ResourceDescriptor(Func<ImmutableArray<KeyValuePair<string, string>>> attributes, bool showsTarget, ImmutableArray<KeyValuePair<string, string>> labels)
{
    internal static readonly ResourceDescriptor None = new([], false, []);

    /// <summary>Attributes that are known.</summary>
    internal ResourceDescriptor(ImmutableArray<KeyValuePair<string, string>> attributes, bool showsTarget, ImmutableArray<KeyValuePair<string, string>> labels) : this(() => attributes, showsTarget && !attributes.IsEmpty, labels) { }

    internal ImmutableArray<KeyValuePair<string, string>> Attributes
    {
        get
        {
            if (field.IsDefault) field = attributes(); // the same whoever is first
            return field;
        }
    }

    internal bool ShowsTarget => showsTarget;

    internal ImmutableArray<KeyValuePair<string, string>> Labels => labels;

    /// <summary>What a text writer keeps.</summary>
    internal object? Rendered;
}
