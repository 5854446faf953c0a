using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>One series of a counter. A handle used after its host is gone does nothing that anybody sees.</summary>
public sealed class CounterSeries
{
    readonly CellColumn _column;
    readonly int _index;
    readonly CellRun _cells;
    readonly Counter<long> _inner;
    readonly KeyValuePair<string, object?>[] _tags;

    CounterSeries(Instrument on, in SeriesBinding bound, Counter<long> inner)
    {
        var place = bound.Place;
        _cells = place.Block!.Cells!;
        _column = _cells.Column;
        _index = place.Index;
        _inner = inner;
        _tags = bound.TagsOn(on);
    }

    internal static CounterSeries Of(Instrument on, in SeriesBinding bound, Counter<long> inner) =>
        bound.Handle as CounterSeries ?? (CounterSeries)bound.Keep(new CounterSeries(on, in bound, inner));

    /// <summary>Adds to the counter.</summary>
    /// <param name="delta">Zero or more; a negative increment is rejected and counted. A total that would wrap stays at the largest number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(long delta = 1)
    {
        int lane = ThreadCells.Lane; // first: little has to be saved across the look-up of the thread
        if (!TryAdd(_column.Own(lane), _index, delta)) AddSlow(delta);
        if (_inner.Enabled) Forward(delta);
        GC.KeepAlive(this); // I7b: until the cell is written
    }

    /// <summary>For the tagged calls, which keep the cells alive.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void AddTo(in CellPlace place, long delta)
    {
        if (!TryAdd(place.Chunk, place.Index, delta)) AddSlow(place.Index, delta, place.Cells!.Ledger);
    }

    /// <summary>I1: a plain store into the thread's own cell. False: no cell yet, a negative increment, or a total that would wrap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool TryAdd(CellChunk? chunk, int index, long delta)
    {
        if (chunk is null) return false;
        ref long cell = ref chunk.At(index);
        long sum = cell + delta;
        if ((sum | delta) < 0) return false; // I9: one test for a negative increment and for a total that wraps
        cell = sum;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void AddSlow(long delta) => AddSlow(_index, delta, _cells.Ledger);

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void AddSlow(int index, long delta, HostLedger? ledger)
    {
        if (delta < 0) ledger?.Count(LedgerEntry.Negative);
        else CellSpace.Add(index, delta);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Forward(long delta)
    {
        if (delta < 0) return;
        try { _inner.Add(delta, _tags); }
        catch (Exception) { _cells.Ledger?.Count(LedgerEntry.ListenerError); } // I11: a foreign listener's fault stays its own
    }
}
