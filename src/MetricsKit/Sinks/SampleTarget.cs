using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>Where the samples of a series go.</summary>
/// <param name="Series">Null when they are refused.</param>
/// <param name="Refusal">Why they are refused, if they are.</param>
/// <param name="OwnTags">The tags of the series without the host's constant ones, which every instrument has when it is exported.</param>
readonly record struct SampleTarget(DynamicSeries? Series, Refusal Refusal, ImmutableArray<KeyValuePair<string, string>> OwnTags);
