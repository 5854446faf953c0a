namespace MetricsKit;

/// <summary>What a step does with every sample of a series.</summary>
/// <param name="Series">The series that its samples go to; null: they are left out.</param>
/// <param name="Factor">What their values are multiplied by.</param>
readonly record struct SeriesVerdict(SampleSeries? Series, double Factor = 1);
