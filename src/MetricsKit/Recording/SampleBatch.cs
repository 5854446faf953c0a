using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>Samples on their way to a sink. All sinks of a recorder read the same batch, so nobody writes into it.</summary>
/// <remarks>The memory is used again when every sink has let go of it: a sink that keeps samples beyond its <see cref="IMetricSink.WriteAsync"/> copies them.</remarks>
public sealed class SampleBatch
{
    readonly Sample[] _samples;
    int _holders = 1;
    bool _kept;

    /// <summary>A batch of one's own, for tests of sinks and for sinks that pass on to others.</summary>
    /// <param name="samples">The samples, which are copied.</param>
    /// <param name="firstSequence">The number of the first.</param>
    public SampleBatch(ReadOnlySpan<Sample> samples, long firstSequence = 0) : this(samples.ToArray(), samples.Length, firstSequence) { }

    internal SampleBatch(Sample[] samples, int count, long firstSequence)
    {
        _samples = samples;
        Count = count;
        FirstSequence = firstSequence;
    }

    /// <summary>The number of the first sample: a recorder numbers its samples from 0, without a gap, in the order in which sinks see them. A batch that is tried again has the same.</summary>
    public long FirstSequence { get; }

    /// <summary>How many samples there are, at least one out of a recorder.</summary>
    public int Count { get; }

    /// <summary>The samples. Those of one thread are in the order in which it recorded them.</summary>
    public ReadOnlySpan<Sample> Samples => _samples.AsSpan(0, Count);

    /// <summary>The memory that the batch holds; texts of series are counted only where the batch alone keeps them.</summary>
    internal long Bytes { get; init; }

    /// <summary>So many lanes will let go of it.</summary>
    internal void Hold(int holders) => _holders = holders;

    /// <summary>One lane lets go of it; with the last the memory is used again, unless a call that nobody waits for may still read it.</summary>
    internal void Release(bool reusable)
    {
        if (!reusable) Volatile.Write(ref _kept, true);
        if (Interlocked.Decrement(ref _holders) == 0 && !Volatile.Read(ref _kept)) BatchArrays.Return(_samples);
    }

    internal static long BytesOf(int samples) => (long)samples * Unsafe.SizeOf<Sample>();
}
