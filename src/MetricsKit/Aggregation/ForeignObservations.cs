namespace MetricsKit;

/// <summary>What the observables of one identity, which two meters of one name have, report together.</summary>
/// <remarks>
/// What they and one round of one of them report of one series adds up for counters and up-down counters; of a gauge the last one wins: that of the
/// observable that was published last, and the last of its round. A series that none of them reports is absent, and its place is given to others in time.
/// </remarks>
sealed class ForeignObservations(ForeignInstrument instrument)
{
    readonly Lock _combining = new();
    readonly List<ForeignObservable> _sources = [];
    readonly bool _addsUp = instrument.Definition.Kind != InstrumentKind.Gauge;
    double[] _totals = [];
    volatile int _generation;

    internal ForeignInstrument Instrument => instrument;

    /// <summary>Whether values are totals, which are never negative.</summary>
    internal bool OnlyGrows { get; } = instrument.Definition.Kind == InstrumentKind.Counter;

    /// <summary>Which table of series is in use: places of another one mean nothing.</summary>
    internal int Generation => _generation;

    internal void Add(ForeignObservable source)
    {
        lock (_combining) _sources.Add(source);
    }

    internal void Remove(ForeignObservable source)
    {
        lock (_combining) _sources.Remove(source);
    }

    internal void Count(LedgerEntry entry) => instrument.Registry.Ledger.Count(entry);

    /// <summary>Shows what a round reported, in place of what the source showed before.</summary>
    internal void Show(ForeignObservable source, List<Observation> seen, double folded, int generation)
    {
        lock (_combining)
        {
            if (generation != _generation) Move(seen, instrument.Table!);
            source.Shown = seen;
            source.ShownFolded = folded;
            Combine(instrument.Table!);
        }
    }

    internal void Hide(ForeignObservable source)
    {
        lock (_combining)
        {
            if (source.Shown.Count == 0 && double.IsNaN(source.ShownFolded)) return;
            source.Shown.Clear();
            source.ShownFolded = double.NaN;
            Combine(instrument.Table!);
        }
    }

    void Combine(SeriesTable table)
    {
        int count = table.Count, live = Fill(table, count);
        // Chosen so that moving is seldom; but the next round may report as many new series as this one, and they need places.
        if (live == count || count <= 2 * live + 16 && SeriesBudget.RoomOf(count + live, table.MaxSeries) == SeriesRoom.Open) return;
        table.Leave(); // what a round of another source still finds there folds
        var fresh = table.Renewed();
        foreach (var source in _sources) Move(source.Shown, fresh);
        Fill(fresh, fresh.Count);
        instrument.Renew(fresh); // complete before a snapshot sees it
        _generation++;
    }

    /// <summary>Writes the values of all series; how many of them are reported by anybody.</summary>
    int Fill(SeriesTable table, int count)
    {
        if (_totals.Length < count) _totals = new double[count + count / 2];
        var totals = _totals.AsSpan(0, count);
        totals.Fill(double.NaN);
        double folded = double.NaN;
        foreach (var source in _sources)
        {
            foreach (var (place, value) in source.Shown) Take(ref totals[place.Index], value);
            if (!double.IsNaN(source.ShownFolded)) Take(ref folded, source.ShownFolded);
        }
        int live = 0;
        var index = table.Index;
        for (int ordinal = 0; ordinal < count; ordinal++)
        {
            if (!double.IsNaN(totals[ordinal])) live++;
            Volatile.Write(ref index.ValueAt(ordinal), totals[ordinal]);
        }
        if (table.Overflow is { Count: > 0 } overflow) Volatile.Write(ref overflow.Index.ValueAt(0), folded); // I8: conserved
        return live;
    }

    void Take(ref double total, double value) => total = _addsUp && !double.IsNaN(total) ? total + value : value;

    /// <summary>The same series in another table; what finds no room there is left out and counted.</summary>
    void Move(List<Observation> observations, SeriesTable to)
    {
        int kept = 0;
        for (int i = 0; i < observations.Count; i++)
        {
            var (place, value) = observations[i];
            var moved = to.Resolve(place.Block!.Labels.ValuesAt(place.At), out bool folded, SeriesHold.Declared); // it had its place
            if (folded || moved.Block is null) Count(LedgerEntry.PastLimit);
            else observations[kept++] = new(moved, value);
        }
        observations.RemoveRange(kept, observations.Count - kept);
    }
}
