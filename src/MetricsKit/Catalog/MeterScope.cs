using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>Who measures, in the words of OpenTelemetry: the instrumentation scope, which is a meter's name, version and tags.</summary>
/// <param name="Name">The meter's name.</param>
/// <param name="Version">The meter's version; null where it has none, and where meters of several versions feed one instrument.</param>
/// <param name="Attributes">The meter's tags as texts, whatever their types were; they stand on each series as well; none where meters with other tags feed the same instrument.</param>
sealed record MeterScope(string Name, string? Version, ImmutableArray<KeyValuePair<string, string>> Attributes)
{
    /// <summary>Scopes of the same content are one.</summary>
    public bool Equals(MeterScope? other) =>
        ReferenceEquals(this, other) || other is not null && Name == other.Name && Version == other.Version && Attributes.AsSpan().SequenceEqual(other.Attributes.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Version, Attributes.Length);

    /// <summary>What the two have in common, for an instrument that both feed: a version or attributes that differ are said of neither.</summary>
    internal MeterScope In(MeterScope other) =>
        Equals(other) ? this : new(Name, Version == other.Version ? Version : null, Attributes.AsSpan().SequenceEqual(other.Attributes.AsSpan()) ? Attributes : []);
}
