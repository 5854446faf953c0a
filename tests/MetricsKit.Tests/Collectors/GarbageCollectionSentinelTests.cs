using System.Runtime.CompilerServices;
using Xunit;

namespace MetricsKit.Tests.Collectors;

public class GarbageCollectionSentinelTests
{
    [Fact]
    public void Leave_CollectionsHappen_AreNotedOneByOne()
    {
        var ring = new GarbageCollectionRing();
        var weakRing = new WeakReference<GarbageCollectionRing>(ring);
        GarbageCollectionSentinel.Leave(weakRing);

        var noted = new List<GarbageCollection>();
        for (var i = 0; i < 5; i++)
        {
            CollectAndFinalize();
            while (ring.TryRead(out var collection))
                noted.Add(collection);
        }

        // Other tests collect too, so that these are at least the five.
        Assert.True(noted.Count >= 5);
        Assert.Equal(noted.Select(collection => collection.Index).Order(), noted.Select(collection => collection.Index));
        Assert.All(noted, collection => Assert.True(collection.Pause > TimeSpan.Zero));
        GC.KeepAlive(weakRing);
    }

    [Fact]
    public void Leave_RingClosed_NotesNothingMore()
    {
        var ring = new GarbageCollectionRing();
        var weakRing = new WeakReference<GarbageCollectionRing>(ring);
        GarbageCollectionSentinel.Leave(weakRing);
        ring.Close();
        CollectAndFinalize();

        Assert.False(ring.TryRead(out _));
        GC.KeepAlive(weakRing);
    }

    [Fact]
    public void Leave_OwnerForgotten_LetsTheRingGo()
    {
        var forgotten = LeaveAndForget();
        for (var i = 0; i < 5; i++)
            CollectAndFinalize();

        Assert.False(forgotten.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static WeakReference LeaveAndForget()
    {
        var ring = new GarbageCollectionRing();
        GarbageCollectionSentinel.Leave(new WeakReference<GarbageCollectionRing>(ring));
        return new WeakReference(ring);
    }

    static void CollectAndFinalize()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
