namespace MetricsKit;

/// <summary>
/// Turns the collections that were seen, and the totals that the runtime keeps, into one duration for every collection:
/// the number of durations and their sum are those of the runtime, however many collections nobody saw.
/// </summary>
/// <param name="count">The number of collections that are not to be told of, because they came before.</param>
/// <param name="pause">The pauses of those.</param>
/// <param name="record">Takes each duration, in seconds.</param>
sealed class GarbageCollectionLedger(long count, TimeSpan pause, Action<double> record)
{
    long _count = count;
    TimeSpan _pause = pause;

    /// <summary>
    /// Accounts for what happened since the last call. What was seen has its own pause; the others share evenly what then
    /// remains of the total. If there are no others, the latest takes it: it is the second pause of a background
    /// collection that was accounted for while it ran.
    /// </summary>
    /// <param name="seen">In any order; those of earlier rounds and repetitions are passed over. It is sorted in place.</param>
    /// <param name="count">The number of collections so far.</param>
    /// <param name="pause">The pauses of as many collections.</param>
    public void Settle(List<GarbageCollection> seen, long count, TimeSpan pause)
    {
        seen.Sort(static (left, right) => left.Index.CompareTo(right.Index));

        var told = 0;
        var newest = _count;
        var latest = TimeSpan.Zero;
        var rest = pause - _pause;
        foreach (var collection in seen)
        {
            if (collection.Index <= newest || collection.Index > count)
                continue;
            if (told++ > 0)
                record(latest.TotalSeconds);
            newest = collection.Index;
            latest = collection.Pause;
            rest -= collection.Pause;
        }

        var missed = count - _count - told;
        if (missed <= 0 && told == 0)
            return;

        // A negative rest is owed to the next round, so that the sum comes right in the end.
        var shared = rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
        if (told > 0)
            record((missed > 0 ? latest : latest + shared).TotalSeconds);
        for (var i = 0L; i < missed; i++)
            record(shared.TotalSeconds / missed);

        _count = count;
        _pause = pause + shared - rest;
    }
}
