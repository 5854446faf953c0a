namespace MetricsKit;

/// <summary>An item on its way through a lane.</summary>
sealed class Parcel<T>(T item, int weight, long bytes)
{
    List<DeadlineCall>? _left;

    internal T Item => item;

    internal int Weight => weight;

    internal long Bytes => bytes;

    /// <summary>Its place among everything that was posted, from 1.</summary>
    internal long Sequence { get; set; }

    /// <summary>Whether no call that was given up may still read the item.</summary>
    internal bool IsReusable => _left is null || _left.TrueForAll(static call => call.IsOver);

    /// <summary>Remembers a call that was given up with this item in hand.</summary>
    internal void LeftTo(DeadlineCall call)
    {
        // A destination that hangs and returns for hours must not make the list grow: calls that are over say nothing any more.
        _left?.RemoveAll(static earlier => earlier.IsOver);
        (_left ??= []).Add(call);
    }
}
