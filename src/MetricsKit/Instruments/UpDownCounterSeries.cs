using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>One series of a sum that goes up and down. A handle used after its host is gone does nothing that anybody sees.</summary>
public sealed class UpDownCounterSeries
{
    readonly CellColumn _column;
    readonly int _index;
    readonly CellRun _cells;
    readonly UpDownCounter<long> _inner;
    readonly KeyValuePair<string, object?>[] _tags;

    UpDownCounterSeries(Instrument on, in SeriesBinding bound, UpDownCounter<long> inner)
    {
        var place = bound.Place;
        _cells = place.Block!.Cells!;
        _column = _cells.Column;
        _index = place.Index;
        _inner = inner;
        _tags = bound.TagsOn(on);
    }

    internal static UpDownCounterSeries Of(Instrument on, in SeriesBinding bound, UpDownCounter<long> inner) =>
        bound.Handle as UpDownCounterSeries ?? (UpDownCounterSeries)bound.Keep(new UpDownCounterSeries(on, in bound, inner));

    /// <summary>Adds one.</summary>
    public void Increment() => Add(1);

    /// <summary>Takes one away.</summary>
    public void Decrement() => Add(-1);

    /// <summary>Adds to the sum.</summary>
    /// <param name="delta">Any whole number; the sum saturates at both ends.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(long delta)
    {
        int lane = ThreadCells.Lane; // first: little has to be saved across the look-up of the thread
        if (!TryAdd(_column.Own(lane), _index, delta)) CellSpace.Add(_index, delta);
        if (_inner.Enabled) Forward(delta);
        GC.KeepAlive(this); // I7b: until the cell is written
    }

    /// <summary>For the tagged calls, which keep the cells alive.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void AddTo(in CellPlace place, long delta)
    {
        if (!TryAdd(place.Chunk, place.Index, delta)) CellSpace.Add(place.Index, delta);
    }

    /// <summary>I1: a plain store into the thread's own cell. False: no cell yet, or a sum that would wrap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool TryAdd(CellChunk? chunk, int index, long delta)
    {
        if (chunk is null) return false;
        ref long cell = ref chunk.At(index);
        long sum = cell + delta;
        if (SeriesStore.Overflows(cell, delta, sum)) return false;
        cell = sum;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Forward(long delta)
    {
        try { _inner.Add(delta, _tags); }
        catch (Exception) { _cells.Ledger?.Count(LedgerEntry.ListenerError); } // I11: a foreign listener's fault stays its own
    }
}
