using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>One series of an instrument that was met while measuring, or the one that others fold into.</summary>
sealed class DynamicSeries
{
    readonly CellRun? _cells;
    readonly double[]? _values;
    readonly int _index, _at;

    // Of gauges, written by whoever keeps samples in order.
    internal LatestTime Shown, Forwarded;

    DynamicSeries(DynamicInstrument on, SeriesPlace place)
    {
        Instrument = on;
        _cells = place.Block!.Cells;
        _values = place.Block.Values;
        _index = place.Index;
        _at = place.At;
    }

    internal DynamicInstrument Instrument { get; }

    internal bool IsGauge => _values is not null;

    internal static DynamicSeries Of(DynamicInstrument on, SeriesPlace place) =>
        place.Block!.HandleAt(place.At) as DynamicSeries ?? (DynamicSeries)place.Block.KeepHandle(place.At, new DynamicSeries(on, place));

    /// <summary>Sets the gauge, adds to the counter or counts in the histogram.</summary>
    /// <param name="value">Finite, and for a counter not negative (I9): the caller has looked and has counted what is not.</param>
    internal void Take(double value)
    {
        if (_values is { } values)
        {
            Volatile.Write(ref values[_at], value); // I12
            return;
        }
        CellPlace place = new() { Cells = _cells, Chunk = _cells!.Column.Own(ThreadCells.Lane), Index = _index };
        if (Instrument.Definition.Kind == InstrumentKind.Histogram) HistogramSeries.RecordAt(in place, Instrument.PaddedBounds, value);
        else if (place.Chunk is { } chunk)
        {
            ref double sum = ref Unsafe.As<long, double>(ref chunk.At(_index));
            sum += value; // I1
        }
        else CellSpace.AddSum(_index, value);
        GC.KeepAlive(this); // I7b: until the cell is written
    }
}
