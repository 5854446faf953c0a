namespace MetricsKit;

/// <summary>Moments at whole intervals after a beginning. Pure: a schedule that counts from the last round would drift by what each round takes.</summary>
/// <param name="Due">The moment of the next round, as a timestamp.</param>
/// <param name="Interval">From one moment to the next, in the same units.</param>
readonly record struct RoundSchedule(long Due, long Interval)
{
    internal static RoundSchedule Begin(long now, long interval) => new(now + interval, interval);

    /// <summary>The schedule after a round that ended now: the first moment that is still to come; those that have passed meanwhile are left out, not made up for.</summary>
    internal RoundSchedule After(long now)
    {
        long next = Due + Interval, late = now - next;
        return this with { Due = late <= 0 ? next : next + (late + Interval - 1) / Interval * Interval };
    }
}
