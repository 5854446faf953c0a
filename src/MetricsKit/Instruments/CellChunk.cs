using System.Runtime.CompilerServices;

namespace MetricsKit;

[InlineArray(CellChunk.Size + CellChunk.Pad)]
struct CellArray
{
    long _first;
}

/// <summary>256 cells that one thread writes (I1), or that a stripe shares with interlocked adds (I6).</summary>
/// <remarks>An inline array and a masked index: no bounds check and no unsafe code on the recording path.</remarks>
sealed class CellChunk
{
    internal const int Shift = 8;
    internal const int Size = 1 << Shift;
    internal const int Mask = Size - 1;

    /// <summary>Cells at the end that nobody uses, so that two threads' chunks that lie side by side share no cache line.</summary>
    internal const int Pad = 6;

    /// <summary>What a chunk takes on the heap: the cells, the header and the method table.</summary>
    internal const int Bytes = (Size + Pad) * sizeof(long) + 16;

    CellArray _cells;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref long At(int index) => ref _cells[index & Mask];

    internal Span<long> Slice(int index, int length) => ((Span<long>)_cells).Slice(index & Mask, length);
}
