namespace MetricsKit;

/// <summary>Where the samples of a series go.</summary>
/// <param name="Series">Null when they are refused.</param>
/// <param name="Refusal">Why they are refused, if they are.</param>
readonly record struct SampleTarget(DynamicSeries? Series, Refusal Refusal);
