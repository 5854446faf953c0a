namespace MetricsKit;

/// <summary>A list that readers see whole while it grows: what they hold never changes for them, and to add to it costs no copy most times.</summary>
/// <remarks>
/// I2: an item stands in its place before the list that counts it is published, and what a reader has seen there stays. Writers take turns,
/// and go on from the newest list only.
/// </remarks>
sealed class GrowingList<T>
{
    readonly T[] _items;
    readonly int _count;

    internal GrowingList(T[] items) : this(items, items.Length) { }

    GrowingList(T[] items, int count)
    {
        _items = items;
        _count = count;
    }

    internal ReadOnlySpan<T> Items => _items.AsSpan(0, _count);

    /// <summary>A place, for who began with places that are filled later.</summary>
    internal ref T this[int at] => ref _items[at];

    /// <summary>The list with one item more, to be published with <c>Volatile.Write</c>.</summary>
    internal GrowingList<T> With(T item)
    {
        var items = _items;
        if (_count == items.Length) Array.Resize(ref items, Math.Max(4, 2 * _count));
        items[_count] = item; // behind all that the lists before this one show
        return new(items, _count + 1);
    }

    /// <summary>A list without some of the items, in an array of its own.</summary>
    internal GrowingList<T> Without(Func<T, bool> gone) => new([.. _items.Take(_count).Where(i => !gone(i))]);
}
