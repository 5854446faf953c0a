using System.Diagnostics.CodeAnalysis;

namespace MetricsKit;

/// <summary>
/// Carries collections from the finalizer thread, the only writer, to the collector, the only reader. It neither locks nor
/// waits: when it is full the newest is dropped, and the ledger completes it from the totals of the runtime.
/// </summary>
sealed class GarbageCollectionRing
{
    // Arbitrary: 100 collections a second, which is a process in trouble, fill it in 10 seconds.
    const int Capacity = 1024;

    readonly GarbageCollection?[] _items = new GarbageCollection?[Capacity];
    long _written;
    long _read;
    volatile bool _closed;

    /// <summary>Whether the reader has gone, so that the writer can end.</summary>
    public bool IsClosed => _closed;

    public void Close() => _closed = true;

    public bool TryWrite(GarbageCollection item)
    {
        if (_written - Volatile.Read(ref _read) >= Capacity)
            return false;
        _items[_written % Capacity] = item;
        Volatile.Write(ref _written, _written + 1);
        return true;
    }

    public bool TryRead([NotNullWhen(true)] out GarbageCollection? item)
    {
        item = null;
        if (_read == Volatile.Read(ref _written))
            return false;
        item = _items[_read % Capacity]!;
        Volatile.Write(ref _read, _read + 1);
        return true;
    }
}
