using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>One series of a histogram: a sum and a count for each bucket. A handle used after its host is gone does nothing that anybody sees.</summary>
public sealed class HistogramSeries
{
    readonly CellColumn _column;
    readonly int _index;
    readonly CellRun _cells;
    readonly double[] _bounds;
    readonly Histogram<double> _inner;
    readonly KeyValuePair<string, object?>[] _tags;
    readonly double _perSecond;
    readonly TimeProvider _time;

    HistogramSeries(Instrument on, in SeriesBinding bound, Histogram<double> inner)
    {
        var place = bound.Place;
        _cells = place.Block!.Cells!;
        _column = _cells.Column;
        _index = place.Index;
        _bounds = on.PaddedBounds;
        _perSecond = on.PerSecond;
        _time = on.Registry.Time;
        _inner = inner;
        _tags = bound.TagsOn(on);
    }

    internal static HistogramSeries Of(Instrument on, in SeriesBinding bound, Histogram<double> inner) =>
        bound.Handle as HistogramSeries ?? (HistogramSeries)bound.Keep(new HistogramSeries(on, in bound, inner));

    /// <summary>Records a measurement.</summary>
    /// <param name="value">Any finite number, in the instrument's unit; NaN and infinities are rejected and counted.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Record(double value)
    {
        int lane = ThreadCells.Lane; // first: little has to be saved across the look-up of the thread
        if (!TryRecord(_column.Own(lane), _index, _bounds, value)) RecordSlow(value);
        if (_inner.Enabled) Forward(value);
        GC.KeepAlive(this); // I7b: until the cells are written
    }

    /// <summary>Records a duration in the instrument's unit of time.</summary>
    /// <param name="elapsed">The duration.</param>
    public void Record(TimeSpan elapsed) => Record(elapsed.TotalSeconds * _perSecond);

    /// <summary>Starts a timer that records into this series when it is disposed.</summary>
    public HistogramTimer StartTimer() => new(this, _time);

    /// <summary>For the tagged calls and for series met while measuring, which keep the cells alive.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void RecordAt(in CellPlace place, double[] bounds, double value)
    {
        if (!TryRecord(place.Chunk, place.Index, bounds, value)) RecordSlow(place.Index, bounds, value, place.Cells!.Ledger);
    }

    /// <summary>I1, I4: plain stores into the thread's own cells, the sum before the bucket. False: no cells yet, or not a finite number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool TryRecord(CellChunk? chunk, int index, double[] bounds, double value)
    {
        if (chunk is null || !double.IsFinite(value)) return false;
        int bucket = BucketBounds.Find(bounds, value);
        ref double sum = ref Unsafe.As<long, double>(ref chunk.At(index));
        sum += value;
        ref long count = ref chunk.At(index + 1 + bucket);
        Volatile.Write(ref count, count + 1); // I4: who sees the bucket sees the sum
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void RecordSlow(double value) => RecordSlow(_index, _bounds, value, _cells.Ledger);

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void RecordSlow(int index, double[] bounds, double value, HostLedger? ledger)
    {
        if (double.IsFinite(value)) CellSpace.Record(index, BucketBounds.Find(bounds, value), value);
        else ledger?.Count(LedgerEntry.NotFinite);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Forward(double value)
    {
        if (!double.IsFinite(value)) return;
        try { _inner.Record(value, _tags); }
        catch (Exception) { _cells.Ledger?.Count(LedgerEntry.ListenerError); } // I11: a foreign listener's fault stays its own
    }
}
