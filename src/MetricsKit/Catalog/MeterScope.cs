using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>Who measures, in the words of OpenTelemetry: the instrumentation scope, which is a meter's name, version and tags.</summary>
/// <param name="Name">The meter's name.</param>
/// <param name="Version">The meter's version; null where it has none, and where meters of several versions feed one instrument.</param>
/// <param name="Attributes">The meter's tags, which stand on each series as well; none where meters with other tags feed the same instrument.</param>
sealed record MeterScope(string Name, string? Version, ImmutableArray<KeyValuePair<string, string>> Attributes);
