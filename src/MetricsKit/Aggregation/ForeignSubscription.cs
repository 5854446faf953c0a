using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>One ordinary instrument that the kit listens to: what the listener's callbacks are given with each measurement.</summary>
/// <remarks>
/// I1, I11: from the tags to the cells there is one look-up in the thread's cache, then a plain store. Callbacks run on the thread that measures,
/// within the call of somebody who knows nothing of the kit: nothing is thrown at it.
/// </remarks>
sealed class ForeignSubscription
{
    // The recording path reads these; copied from the instrument, which is further away.
    readonly int _id;
    readonly ulong _salt;
    readonly SeriesStorage _storage;
    readonly bool _onlyGrows;
    readonly double[] _bounds;

    readonly KeyValuePair<string, object?>[] _ownTags;
    CellPlace _untagged;

    readonly ExemplarSampler? _exemplars;

    /// <summary>Begins to feed an instrument.</summary>
    /// <param name="source">What somebody else made.</param>
    /// <param name="on">Whose series it feeds.</param>
    /// <param name="exemplars">Null when no exemplars are kept.</param>
    internal ForeignSubscription(System.Diagnostics.Metrics.Instrument source, ForeignInstrument on, ExemplarSampler? exemplars)
    {
        Source = source;
        On = on;
        _ownTags = [.. source.Meter.Tags ?? [], .. source.Tags ?? []];
        // Two instruments with tags of their own that feed one set of series resolve the same measurement differently.
        _id = Instrument.NextId();
        _salt = Instrument.SaltOf(_id);
        _storage = on.Identity.Storage;
        _onlyGrows = on.Identity.Kind == InstrumentKind.Counter;
        _bounds = on.PaddedBounds;
        _exemplars = on.Table is not null && on.Identity.Kind is InstrumentKind.Counter or InstrumentKind.Histogram ? exemplars : null;
    }

    /// <summary>The instrument that somebody else made.</summary>
    internal System.Diagnostics.Metrics.Instrument Source { get; }

    /// <summary>Whose series it feeds.</summary>
    internal ForeignInstrument On { get; }

    /// <summary>Reads the instrument when it is an observable one, which has nothing to tell of itself.</summary>
    internal ForeignObservable? Observable { get; init; }

    /// <summary>Takes a whole number.</summary>
    internal void Take(long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (_storage != SeriesStorage.Counts)
        {
            Take((double)value, tags);
            return;
        }
        int lane = ThreadCells.Lane;
        var place = tags.IsEmpty ? CellPlace.Read(ref _untagged, lane) : TagListCache.Find(lane, _id, _salt, tags);
        if (place.Cells is null && !TryResolve(tags, out place)) return;
        if (_onlyGrows) CounterSeries.AddTo(in place, value);
        else UpDownCounterSeries.AddTo(in place, value);
        if (_exemplars is not null) Offer(in place, value);
        GC.KeepAlive(place.Cells); // I7, I7b: until the cell is written
    }

    /// <summary>Takes a number.</summary>
    internal void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        int lane = ThreadCells.Lane;
        var place = tags.IsEmpty ? CellPlace.Read(ref _untagged, lane) : TagListCache.Find(lane, _id, _salt, tags);
        if (place.Cells is null && !TryResolve(tags, out place)) return;
        if (_storage == SeriesStorage.Histograms) HistogramSeries.RecordAt(in place, _bounds, value);
        else if (_storage == SeriesStorage.Values) GaugeSeries.SetAt(On, in place, value);
        else AddSum(in place, value);
        if (_exemplars is not null) Offer(in place, value);
        GC.KeepAlive(place.Cells); // I7, I7b: until the cell is written
    }

    void AddSum(in CellPlace place, double value)
    {
        if (!double.IsFinite(value)) On.Registry.Ledger.Count(LedgerEntry.NotFinite); // I9
        else if (_onlyGrows && value < 0) On.Registry.Ledger.Count(LedgerEntry.Negative); // I9
        else if (place.Chunk is { } chunk) Unsafe.As<long, double>(ref chunk.At(place.Index)) += value; // I1
        else CellSpace.AddSum(place.Index, value);
    }

    /// <summary>Behind the cells, so that an exemplar is of a measurement that is counted.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    void Offer(in CellPlace place, double value)
    {
        if (ExemplarSampler.Current is not { } activity || !double.IsFinite(value) || _onlyGrows && value < 0) return;
        try { _exemplars!.Offer(activity, On, in place, value); }
        catch (Exception) { On.Registry.Ledger.Count(LedgerEntry.ListenerError); } // I11: the host's clock is somebody's code
    }

    /// <summary>False: there is no telling where the measurement belongs; it is counted.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    bool TryResolve(ReadOnlySpan<KeyValuePair<string, object?>> tags, out CellPlace place)
    {
        try
        {
            var series = On.Resolve(_ownTags, tags, out bool folded);
            var cells = series.Block?.Cells ?? InstrumentRegistry.CountSink;
            bool isGauge = _storage == SeriesStorage.Values;
            place = new() { Cells = cells, Chunk = isGauge ? null : cells.Column.Own(ThreadCells.Lane), Index = series.Index };
            if (folded) return true; // is counted each time
            if (tags.IsEmpty && !cells.IsRecyclable) CellPlace.Publish(ref _untagged, in place); // what may leave is held by nobody (I7)
            else if (!tags.IsEmpty) TagListCache.Keep(_id, _salt, tags, in place, isGauge);
            return true;
        }
        catch (Exception) // I11: memory ran out, or a limit of the runtime; the caller's measurement is lost, not its call
        {
            On.Registry.Ledger.Count(LedgerEntry.ListenerError);
            place = default;
            return false;
        }
    }
}
