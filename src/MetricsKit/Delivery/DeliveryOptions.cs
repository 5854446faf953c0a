namespace MetricsKit;

/// <summary>How a lane serves its destination.</summary>
/// <param name="MaxWeight">Most weight that waits or is under way; the oldest leaves for what comes.</param>
/// <param name="MaxBytes">Most bytes that wait or are under way.</param>
/// <param name="Deadline">How long one attempt may take before it is cancelled.</param>
/// <param name="MaxRetryDelay">The longest pause between two attempts.</param>
sealed record DeliveryOptions(long MaxWeight, long MaxBytes, TimeSpan Deadline, TimeSpan MaxRetryDelay);
