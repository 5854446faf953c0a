namespace MetricsKit;

/// <summary>
/// An object that nothing holds, so that the next collection of the youngest generation finalizes it: it then notes the
/// collection and leaves a new one behind. An event listener would tell the same, and is known to deadlock.
/// </summary>
sealed class GarbageCollectionSentinel
{
    readonly WeakReference<GarbageCollectionRing> _ring;

    GarbageCollectionSentinel(WeakReference<GarbageCollectionRing> ring) => _ring = ring;

    /// <summary>Leaves a sentinel for the next collection.</summary>
    /// <param name="ring">
    /// Weak, so that the sentinels end when the owner of the ring is forgotten rather than disposed. The owner must hold
    /// this reference as well as the ring: it has a finalizer too, which would otherwise empty it first.
    /// </param>
    public static void Leave(WeakReference<GarbageCollectionRing> ring) => _ = new GarbageCollectionSentinel(ring);

    ~GarbageCollectionSentinel()
    {
        try
        {
            if (!_ring.TryGetTarget(out var ring) || ring.IsClosed)
                return;
            ring.TryWrite(GarbageCollection.Last(GCKind.Any));
            Leave(_ring);
        }
        catch (OutOfMemoryException)
        {
            // An exception of a finalizer ends the process. Without a sentinel the ledger still gets count and sum right.
        }
    }
}
