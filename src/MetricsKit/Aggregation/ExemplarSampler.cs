using System.Diagnostics;

namespace MetricsKit;

/// <summary>Decides which measurements become exemplars: the last one that was made in a recorded activity, at most one a second for each bucket and each counter's series.</summary>
/// <remarks>An exemplar is one immutable object, put in place by compare and exchange: a reader sees the one before or this one, and of two threads in one second one wins.</remarks>
sealed class ExemplarSampler(TimeProvider time)
{
    /// <summary>The least time between two exemplars of a bucket: scrapes are seconds apart and show one, and what is thrown away in between would only be garbage.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>The activity that a measurement made now belongs to; null when there is none, when it is not recorded, or when it has no W3C ids.</summary>
    internal static Activity? Current => Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C } activity ? activity : null;

    /// <summary>Keeps the measurement as an exemplar unless there is one that is younger than a second.</summary>
    /// <param name="activity">The current activity.</param>
    /// <param name="on">The counter or histogram.</param>
    /// <param name="page">The labels of the series that was recorded into.</param>
    /// <param name="at">Its place among them.</param>
    /// <param name="value">The measurement, which the cells have taken: finite, and of a counter not negative.</param>
    internal void Offer(Activity activity, Instrument on, LabelPage page, int at, double value)
    {
        int buckets = Math.Max(1, on.Table!.RunLength - 1); // a histogram's run is the sum and the buckets
        int bucket = buckets == 1 ? 0 : BucketBounds.Find(on.PaddedBounds, value);
        ref var place = ref page.ExemplarAt(at, bucket, buckets);
        var before = Volatile.Read(ref place); // I2: the object's fields before the reference
        long now = time.GetTimestamp();
        if (before is not null && time.GetElapsedTime(before.TakenAt, now) < Interval) return;
        Interlocked.CompareExchange(ref place, new(value, time.GetUtcNow(), activity.TraceId, activity.SpanId, now), before); // I2
    }

    /// <summary>The same for who knows only the cells that were written.</summary>
    internal void Offer(Activity activity, Instrument on, in CellPlace place, double value)
    {
        if (place.Cells is { Labels: { } page } cells) Offer(activity, on, page, (place.Index - cells.Start) / on.Table!.RunLength, value);
    }
}
