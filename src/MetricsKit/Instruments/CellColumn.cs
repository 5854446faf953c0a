using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>The chunks of one number, one for each thread that has touched it.</summary>
/// <remarks>
/// A thread finds its chunk with its lane, a small number, and not with a table of its own: from the look-up of the thread to the cell there are two loads.
/// I2: a chunk is published with a volatile write and never moved; an array that has become too short is replaced by a longer copy.
/// </remarks>
sealed class CellColumn
{
    /// <summary>Lanes that are added at a time: a few threads record in a small service, and a longer array for each number would weigh more than its copies.</summary>
    const int Step = 8;

    // Written under this object's monitor.
    CellChunk?[] _lanes = new CellChunk?[Step];

    /// <summary>The calling thread's chunk. Lane 0, which stands for threads without a store, stays empty, so that the recording path needs no test for it.</summary>
    /// <remarks>A thread that reads an array which has been replaced finds its own chunk in it or none, and looks again by the slow way.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal CellChunk? Own(int lane)
    {
        var lanes = _lanes;
        return (uint)lane < (uint)lanes.Length ? lanes[lane] : null;
    }

    /// <summary>The chunk of a lane, for who must not miss it.</summary>
    internal CellChunk? ChunkOf(int lane)
    {
        var lanes = Volatile.Read(ref _lanes);
        return lane < lanes.Length ? Volatile.Read(ref lanes[lane]) : null;
    }

    internal void Add(int lane, CellChunk chunk)
    {
        lock (this)
        {
            if (lane >= _lanes.Length)
            {
                var grown = new CellChunk?[(lane / Step + 1) * Step];
                _lanes.CopyTo(grown, 0);
                Volatile.Write(ref _lanes, grown); // I2: a reader sees the copied entries before the array
            }
            Volatile.Write(ref _lanes[lane], chunk); // I2: zeroed cells before the pointer
        }
    }

    /// <summary>Lets go of the chunk of a thread that has ended (I5). The caller holds the reading lock.</summary>
    internal void Remove(int lane)
    {
        lock (this) Volatile.Write(ref _lanes[lane], null); // I5: nobody reads this lane between the fold and its next owner
    }

    internal void AppendTo(ref ChunkList to)
    {
        foreach (ref var lane in Volatile.Read(ref _lanes).AsSpan())
        {
            if (Volatile.Read(ref lane) is { } chunk) to.Add(chunk);
        }
    }
}
