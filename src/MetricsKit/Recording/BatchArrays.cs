using System.Buffers;
using System.Collections.Concurrent;

namespace MetricsKit;

/// <summary>The arrays of batches, used again when every sink has let go of a batch.</summary>
/// <remarks>The shared pool keeps many arrays of a size for each processor, which under overload would be more memory than the samples that wait.</remarks>
static class BatchArrays
{
    /// <summary>Samples of a whole array: as many as .NET does not yet take for a large object, which only full collections would free.</summary>
    internal const int Whole = 3400;

    /// <summary>Whole arrays that are kept: what a burst needs at a time, in under 3 MiB.</summary>
    const int MostKept = 32;

    static readonly ConcurrentQueue<Sample[]> _kept = new();

    /// <summary>An array with room for so many samples, at most <see cref="Whole"/>.</summary>
    internal static Sample[] Rent(int samples)
    {
        if (samples <= Whole / 2) return ArrayPool<Sample>.Shared.Rent(samples);
        return _kept.TryDequeue(out var array) ? array : new Sample[Whole];
    }

    /// <summary>Takes an array back; references in it are let go of.</summary>
    internal static void Return(Sample[] array)
    {
        if (array.Length != Whole) ArrayPool<Sample>.Shared.Return(array, clearArray: true);
        else if (_kept.Count < MostKept)
        {
            Array.Clear(array);
            _kept.Enqueue(array);
        }
    }
}
