using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>One series of a gauge: one shared cell, of which the last store wins (I12). It is absent from snapshots until it is set.</summary>
public sealed class GaugeSeries
{
    readonly double[] _values;
    readonly int _at;
    readonly HostLedger? _ledger;
    readonly Gauge<double> _inner;
    readonly KeyValuePair<string, object?>[] _tags;

    GaugeSeries(Instrument on, SeriesPlace place, Gauge<double> inner)
    {
        // A series past the limit has no cell, and each of its values is counted; a switched-off one has a cell that nobody reads.
        _values = place.Block?.Values ?? (on.Enabled ? [] : new double[1]);
        _at = place.At;
        _ledger = on.Registry.Ledger;
        _inner = inner;
        _tags = InnerInstrument.TagsOf(on, place);
    }

    internal static GaugeSeries Of(Instrument on, SeriesPlace place, Gauge<double> inner) =>
        place.Block?.HandleAt(place.At) as GaugeSeries ?? Make(on, place, inner);

    static GaugeSeries Make(Instrument on, SeriesPlace place, Gauge<double> inner)
    {
        GaugeSeries made = new(on, place, inner);
        return place.Block is { } block ? (GaugeSeries)block.KeepHandle(place.At, made) : made;
    }

    /// <summary>Sets the gauge; the last of several values wins.</summary>
    /// <param name="value">Any finite number; NaN and infinities are rejected and counted.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(double value)
    {
        var values = _values;
        int at = _at;
        if (double.IsFinite(value) && (uint)at < (uint)values.Length) Volatile.Write(ref values[at], value);
        else Reject(value);
        if (_inner.Enabled) Forward(value);
    }

    /// <summary>For the tagged calls: the index is the ordinal of the series, or -1 when it was refused.</summary>
    internal static void SetAt(Instrument on, in CellPlace place, double value)
    {
        if (on.Table is not { } table) return;
        if (!double.IsFinite(value)) on.Registry.Ledger.Count(LedgerEntry.NotFinite);
        else if (place.Index >= 0) Volatile.Write(ref table.Index.ValueAt(place.Index), value);
        else on.Registry.Ledger.Count(LedgerEntry.PastLimit);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Reject(double value) => _ledger?.Count(double.IsFinite(value) ? LedgerEntry.PastLimit : LedgerEntry.NotFinite);

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Forward(double value)
    {
        if (!double.IsFinite(value) || _values.Length == 0) return;
        try { _inner.Record(value, _tags); }
        catch (Exception) { _ledger?.Count(LedgerEntry.ListenerError); } // I11: a foreign listener's fault stays its own
    }
}
