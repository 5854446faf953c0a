namespace MetricsKit;

enum CallEnd
{
    /// <summary>It returned, perhaps late but before it was given up.</summary>
    Completed,

    /// <summary>It threw.</summary>
    Failed,

    /// <summary>It ignored its cancellation and was given up; it may still be running.</summary>
    Abandoned,

    /// <summary>It was not made: too many calls hang.</summary>
    Stalled,
}

/// <summary>How a call under a deadline ended.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Fault">What it threw.</param>
/// <param name="TimedOut">Whether it did not deliver within its deadline.</param>
readonly record struct CallResult(CallEnd End, Exception? Fault = null, bool TimedOut = false);
