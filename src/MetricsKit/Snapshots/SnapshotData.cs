using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>The numbers of one read. Pooled: it is written again only when every lease of it has ended.</summary>
sealed class SnapshotData
{
    internal long[] Numbers = [];
    internal FamilySlice[] Slices = [];

    /// <summary>The families that have a name in Prometheus, and those with others behind them whose name there belongs to somebody else; OTLP knows instruments by their meter as well.</summary>
    internal int SliceCount, AllCount;
    internal DateTimeOffset ReadStarted, ReadFinished, StartTime;

    /// <summary>The host's constant tags.</summary>
    internal ImmutableArray<KeyValuePair<string, string>> Tags = [];

    /// <summary>What is measured: the attributes of the service, its host and its process, in the order in which they are exported.</summary>
    internal ImmutableArray<KeyValuePair<string, string>> Resource = [];

    /// <summary>The same with what Prometheus shows of it.</summary>
    internal ResourceDescriptor Measured = ResourceDescriptor.None;

    /// <summary>The monotonic time at which the read began, from which its age counts.</summary>
    internal long StartedAt;

    int _leases;

    internal bool IsFree => Volatile.Read(ref _leases) == 0;

    internal void Lease() => Interlocked.Increment(ref _leases);

    internal void Release() => Interlocked.Decrement(ref _leases);
}
