namespace MetricsKit;

/// <summary>
/// What the .NET runtime of this process does: <c>memory_allocation_bytes</c> by <c>type</c>,
/// <c>garbage_collection_duration_seconds</c> and <c>gc_collections_total</c> by <c>generation</c>.
/// </summary>
/// <remarks>
/// <para>
/// The types of <c>memory_allocation_bytes</c> are views of one heap and must not be added up: <c>heap</c> and
/// <c>fragmented</c> are its size and the gaps in it after the last collection, absent before the first; <c>committed</c> is
/// what the collector holds of the machine's memory; <c>allocated</c> is everything allocated since the process started,
/// so its <c>rate()</c> is the allocation rate.
/// </para>
/// <para>
/// One measurement of <c>garbage_collection_duration_seconds</c> is the pause of one collection, both pauses of a background
/// one together. Count and sum are exact from the start of the host; where collections follow each other so fast that
/// some are not seen one by one, those share their pauses evenly. A background collection that is read while it runs is
/// measured by its first pause, and a later measurement carries the second.
/// </para>
/// <para>A collection counts in <c>gc_collections_total</c> once, for the oldest generation that it collected.</para>
/// </remarks>
public sealed class RuntimeMetrics : ICatalogMeter
{
    enum MemoryType { Heap, Committed, Allocated, Fragmented }

    enum Generation { Young, Middle, Old }

    static class Rows
    {
        public static readonly InstrumentDefinition<ObservableGaugeInstrument<MemoryType>> Allocation =
            Define.ObservableGauge("memory.allocation", "By", "Memory of the managed heap, by type of view.",
                TagKey.OfMembers<MemoryType>("type", "heap", "committed", "allocated", "fragmented"));

        // A pause of the youngest generation takes some 0.1 ms, and 10 s would be a catastrophe: steps of about 1, 2.5, 5.
        public static readonly InstrumentDefinition<HistogramInstrument> Duration =
            Define.Histogram("garbage.collection.duration", "s", "Pause of each garbage collection.") with
            {
                Bounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
            };

        public static readonly InstrumentDefinition<ObservableCounterInstrument<Generation>> Collections =
            Define.ObservableCounter("gc.collections", "{collection}", "Garbage collections, by the oldest generation collected.",
                TagKey.OfMembers<Generation>("generation", "0", "1", "2")) with
            {
                Convention = new("dotnet.gc.collections", "{collection}", 1, new ConventionTag("dotnet.gc.heap.generation", Before: "gen")),
            };
    }

    /// <inheritdoc/>
    public static MeterDefinition Definition { get; } =
        new("MetricsKit.Runtime", Rows.Allocation, Rows.Duration, Rows.Collections) { Group = "Performance" };

    readonly ObservableGaugeInstrument<MemoryType> _allocation;
    readonly HistogramInstrument _duration;
    readonly ObservableCounterInstrument<Generation> _collections;

    /// <summary>Creates the instruments of the meter.</summary>
    /// <param name="instruments">The instruments of the host.</param>
    public RuntimeMetrics(Instruments<RuntimeMetrics> instruments)
    {
        _allocation = instruments.Create(Rows.Allocation);
        _duration = instruments.Create(Rows.Duration);
        _collections = instruments.Create(Rows.Collections);
    }

    internal void CollectionPaused(double seconds) => _duration.Record(seconds);

    internal void ObserveCollections((long Young, long Middle, long Old) counts)
    {
        _collections.Observe(counts.Young, Generation.Young);
        _collections.Observe(counts.Middle, Generation.Middle);
        _collections.Observe(counts.Old, Generation.Old);
    }

    internal void ObserveHeap(in GCMemoryInfo lastCollection, long allocated)
    {
        _allocation.Observe(allocated, MemoryType.Allocated);

        // Before the first collection these are zeros, which nobody measured.
        if (lastCollection.Index == 0)
            return;
        _allocation.Observe(lastCollection.HeapSizeBytes, MemoryType.Heap);
        _allocation.Observe(lastCollection.TotalCommittedBytes, MemoryType.Committed);
        _allocation.Observe(lastCollection.FragmentedBytes, MemoryType.Fragmented);
    }
}
