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

    GaugeSeries(Instrument on, in SeriesBinding bound, Gauge<double> inner)
    {
        var place = bound.Place;
        _values = place.Block?.Values ?? []; // a series past the limit has no cell, and each of its values is counted
        _at = place.At;
        _ledger = on.Registry.Ledger;
        _inner = inner;
        _tags = bound.TagsOn(on);
    }

    internal static GaugeSeries Of(Instrument on, in SeriesBinding bound, Gauge<double> inner) =>
        bound.Handle as GaugeSeries ?? (GaugeSeries)bound.Keep(new GaugeSeries(on, in bound, inner));

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

    /// <summary>For the tagged calls: the index is the ordinal of the series, negative when there is none.</summary>
    internal static void SetAt(Instrument on, in CellPlace place, double value)
    {
        if (!double.IsFinite(value)) Reject(on, place.Index, LedgerEntry.NotFinite);
        else if (place.Index >= 0) Volatile.Write(ref on.Table!.Index.ValueAt(place.Index), value);
        else Reject(on, place.Index, LedgerEntry.PastLimit);
    }

    /// <summary>What a switched-off gauge is given is nobody's business. The place stays in registers, since it is not handed on.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Reject(Instrument on, int index, LedgerEntry reason)
    {
        if (index != Instrument.Sunk) on.Registry.Ledger.Count(reason);
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
