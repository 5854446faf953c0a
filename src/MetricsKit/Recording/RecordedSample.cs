namespace MetricsKit;

/// <summary>A sample in a block.</summary>
/// <remarks>The series is a number and not a reference: to store one costs a call of the garbage collector's barrier, and blocks that hold none are not searched for any.</remarks>
/// <param name="Timestamp">When it was recorded, UTC.</param>
/// <param name="Value">The value.</param>
/// <param name="Series">Of a series that the recorder knows: its number there. Of one that it forgets: the complement of its place among those that the block keeps.</param>
readonly record struct RecordedSample(DateTime Timestamp, double Value, int Series);
