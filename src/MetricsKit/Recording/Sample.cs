namespace MetricsKit;

/// <summary>One recorded value.</summary>
/// <param name="Series">Name, kind and tags.</param>
/// <param name="Timestamp">When it was recorded, UTC.</param>
/// <param name="Value">The value, always finite.</param>
public readonly record struct Sample(SampleSeries Series, DateTime Timestamp, double Value);
