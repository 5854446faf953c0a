namespace MetricsKit.Testing;

/// <summary>One call of a concurrent history: what was done and answered, and when on the clock that all threads share it began and returned.</summary>
/// <param name="Operation">What was done, with its answer.</param>
/// <param name="Began">Drawn from the clock before the call.</param>
/// <param name="Returned">Drawn from the clock after the call.</param>
/// <param name="After">The place in the history of a call that takes effect before this one; -1 for none. It makes one call of several steps.</param>
public readonly record struct HistoryCall<TOperation>(TOperation Operation, long Began, long Returned, int After = -1);
