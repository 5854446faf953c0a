namespace MetricsKit;

/// <summary>Tells <see cref="RuntimeMetrics"/> of every garbage collection since it was made, and of the heap.</summary>
sealed class GarbageCollectionCollector : ICollector, IDisposable
{
    readonly RuntimeMetrics _runtime;
    readonly GarbageCollectionLedger _ledger;
    readonly GarbageCollectionRing _ring = new();
    readonly WeakReference<GarbageCollectionRing> _weakRing;
    readonly List<GarbageCollection> _seen = [];

    public GarbageCollectionCollector(RuntimeMetrics runtime)
    {
        _runtime = runtime;
        _weakRing = new WeakReference<GarbageCollectionRing>(_ring);
        GarbageCollectionSentinel.Leave(_weakRing);
        var (count, pause) = ReadTotals();
        _ledger = new GarbageCollectionLedger(count, pause, runtime.CollectionPaused);
    }

    public void Collect()
    {
        SettleCollections();
        _runtime.ObserveCollections(ReadCounts());
        _runtime.ObserveHeap(GC.GetGCMemoryInfo(GCKind.Any), GC.GetTotalAllocatedBytes());
    }

    public void Dispose() => _ring.Close();

    void SettleCollections()
    {
        _seen.Clear();
        while (_ring.TryRead(out var collection))
            _seen.Add(collection);

        // The sentinel looks at the collection with the highest number, which hides a background one that ended after it.
        _seen.Add(GarbageCollection.Last(GCKind.Background));

        // The totals are read last: whatever was seen is inside them.
        var (count, pause) = ReadTotals();
        _ledger.Settle(_seen, count, pause);
        GC.KeepAlive(_weakRing);
    }

    // A collection between the two reads would have its pause in one and not be in the other. Each try is some
    // nanoseconds long, so the second time is already a coincidence.
    static (long Count, TimeSpan Pause) ReadTotals()
    {
        while (true)
        {
            var count = GC.CollectionCount(0);
            var pause = GC.GetTotalPauseDuration();
            if (count == GC.CollectionCount(0))
                return (count, pause);
        }
    }

    // The runtime counts a collection of a generation for all younger ones too; here each counts once, for the oldest that
    // it collected, so that the sum over the label is the number of collections.
    static (long Young, long Middle, long Old) ReadCounts()
    {
        while (true)
        {
            var all = GC.CollectionCount(0);
            var middleAndOld = GC.CollectionCount(1);
            var old = GC.CollectionCount(2);
            if (all == GC.CollectionCount(0))
                return (all - middleAndOld, middleAndOld - old, old);
        }
    }
}
