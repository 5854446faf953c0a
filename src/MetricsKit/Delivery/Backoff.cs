namespace MetricsKit;

/// <summary>How much of a pause is left to chance, so that many who failed together do not come back together.</summary>
enum Jitter
{
    /// <summary>From nothing to the whole pause.</summary>
    Full,

    /// <summary>From half to the whole pause.</summary>
    Equal,
}

/// <summary>Pauses that double with every failure, up to a cap, with jitter. Pure: the number of failures in, a pause out.</summary>
/// <param name="First">The pause after the first failure, before jitter.</param>
/// <param name="Cap">No pause is longer.</param>
/// <param name="Jitter">What is left to chance.</param>
readonly record struct Backoff(TimeSpan First, TimeSpan Cap, Jitter Jitter)
{
    /// <summary>The pause after so many failures in a row, from 1.</summary>
    internal TimeSpan After(int failures, Random random)
    {
        // 2^62 ticks are 14,000 years: the cap has long decided, and nothing overflows.
        double doubled = First.Ticks * Math.Pow(2, Math.Clamp(failures - 1, 0, 62));
        long whole = doubled >= Cap.Ticks ? Cap.Ticks : (long)doubled;
        long sure = Jitter == Jitter.Equal ? whole / 2 : 0;
        return TimeSpan.FromTicks(sure + (long)(random.NextDouble() * (whole - sure)));
    }
}
