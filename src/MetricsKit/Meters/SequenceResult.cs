namespace MetricsKit;

/// <summary>What the number of an event says.</summary>
/// <param name="Missed">Numbers that were skipped.</param>
/// <param name="Late">1: it had been counted as missed.</param>
/// <param name="Duplicated">1: it had come before.</param>
readonly record struct SequenceResult(long Missed, long Late, long Duplicated);
