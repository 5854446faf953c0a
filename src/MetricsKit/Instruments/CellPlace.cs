using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>Where a call writes. Who holds it keeps the cells from being handed out again (I7).</summary>
struct CellPlace
{
    /// <summary>Null when nothing was found. A gauge, whose values are elsewhere, has cells that are not used.</summary>
    internal CellRun? Cells;

    /// <summary>The chunk of the calling thread with these cells, if that is known already.</summary>
    internal CellChunk? Chunk;

    /// <summary>The first cell's process-wide number; for a gauge the ordinal of its series, -1 when it was refused.</summary>
    internal int Index;

    /// <summary>Of a place that several threads may write, always with the same content.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static CellPlace Read(ref CellPlace shared, int lane)
    {
        var cells = Volatile.Read(ref shared.Cells); // I2
        return cells is null ? default : new() { Cells = cells, Chunk = cells.Column.Own(lane), Index = shared.Index };
    }

    internal static void Publish(ref CellPlace shared, in CellPlace place)
    {
        shared.Index = place.Index;
        Volatile.Write(ref shared.Cells, place.Cells); // I2: the index before the cells, which a reader asks for first
    }
}
