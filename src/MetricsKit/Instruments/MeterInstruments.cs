using System.Diagnostics.Metrics;

namespace MetricsKit;

/// <summary>The instruments of one meter of one host.</summary>
/// <param name="definition">Its name and its rows.</param>
/// <param name="meter">The meter that the kit made; null when the instruments are somebody else's.</param>
/// <param name="registry">The instruments of the host.</param>
/// <param name="settings">What configuration says about a row.</param>
sealed class MeterInstruments(MeterDefinition definition, Meter? meter, InstrumentRegistry registry, Func<MeterDefinition, InstrumentDefinition, InstrumentSettings> settings)
{
    GrowingList<Instrument?> _instruments = new(new Instrument?[definition.Instruments.Length]);
    readonly Lock _creating = new();

    internal MeterDefinition Definition => definition;

    /// <summary>Who measures; of somebody else's instruments each has its own.</summary>
    internal MeterScope Scope { get; } = new(definition.Name, definition.Version, []);

    /// <summary>Null when the instruments are somebody else's.</summary>
    internal Meter? Meter => meter;

    internal bool IsForeign => meter is null;

    /// <summary>The instruments by the number of their row, null where none was created yet; behind them those that were met while measuring.</summary>
    internal ReadOnlySpan<Instrument?> All => Volatile.Read(ref _instruments).Items;

    internal Instrument? Find(InstrumentDefinition row) => PlaceOf(row) is >= 0 and var at ? At(at) : null;

    /// <summary>The instrument of a row; created once.</summary>
    internal TInstrument Create<TInstrument>(InstrumentDefinition<TInstrument> row) where TInstrument : Instrument
    {
        int at = PlaceOf(row);
        if (at < 0) throw new ArgumentException($"The instrument '{row.Name}' is not among the rows of the meter '{definition.Name}': add it to the meter's Definition.", nameof(row));
        if (At(at) is { } there) return (TInstrument)there;
        // Outside the lock: creating the inner instrument calls back whoever listens to the process.
        var made = row.Make(row, new(meter!, settings(definition, row), registry));
        lock (_creating)
        {
            if (_instruments[at] is { } first) return (TInstrument)first;
            Volatile.Write(ref _instruments[at], made);
            return made;
        }
    }

    /// <summary>The instrument of a metric that was met while measuring, made when there is none of its name and kind; null when the name belongs to another, which is remembered as a conflict.</summary>
    internal DynamicInstrument? TryCreate(DynamicDefinition row, InstrumentSettings decided)
    {
        lock (_creating)
        {
            foreach (var instrument in _instruments.Items)
            {
                if (instrument is DynamicInstrument there && there.Definition.Name == row.Name && there.Definition.Kind == row.Kind) return there;
            }
            DynamicInstrument made = new(row, new(meter!, decided, registry));
            if (registry.Claim is { } claim && !claim(made, this)) return null;
            Volatile.Write(ref _instruments, _instruments.With(made));
            if (registry.HidesRecorded) made.Show(false); // behind the list: who switches the kit looks at the list behind the switch
            return made;
        }
    }

    /// <summary>Adds an instrument that was made elsewhere.</summary>
    internal void Add(Instrument instrument)
    {
        lock (_creating) Volatile.Write(ref _instruments, _instruments.With(instrument));
    }

    /// <summary>Takes instruments out, if any of them are here; whether none is left.</summary>
    internal bool Remove(HashSet<Instrument> gone)
    {
        lock (_creating)
        {
            int count = _instruments.Items.Length;
            var left = _instruments.Without(i => gone.Contains(i!));
            if (left.Items.Length < count) Volatile.Write(ref _instruments, left);
            return left.Items.IsEmpty;
        }
    }

    /// <summary>The host is gone (I7b).</summary>
    internal void Abandon()
    {
        foreach (var instrument in All) instrument?.Table?.Abandon();
    }

    Instrument? At(int row) => Volatile.Read(ref Volatile.Read(ref _instruments)[row]);

    int PlaceOf(InstrumentDefinition row)
    {
        for (int i = 0; i < definition.Instruments.Length; i++)
        {
            if (ReferenceEquals(definition.Instruments[i], row)) return i;
        }
        return -1;
    }
}
