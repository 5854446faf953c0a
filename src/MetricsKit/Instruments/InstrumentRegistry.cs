using System.Diagnostics.Metrics;

namespace MetricsKit;

/// <summary>The instruments of one host. Two hosts in one process share nothing that can be seen.</summary>
public sealed class InstrumentRegistry : IDisposable
{
    /// <summary>In the place of the cells of gauges, whose values are elsewhere.</summary>
    internal static readonly CellRun CountSink = CellSpace.Allocate(1, CellLayout.Longs, ledger: null);

    readonly IMeterFactory? _factory;
    readonly Func<MeterDefinition, InstrumentDefinition, InstrumentSettings> _settings;
    readonly Lock _opening = new();
    readonly Dictionary<string, MeterInstruments> _foreign = new(StringComparer.Ordinal); // guarded by _opening
    GrowingList<MeterInstruments> _meters = new([]);
    volatile bool _hidesRecorded;

    internal InstrumentRegistry(IMeterFactory? factory, TimeProvider time, int maxSeries, Func<MeterDefinition, InstrumentDefinition, InstrumentSettings> settings)
    {
        _factory = factory;
        _settings = settings;
        Time = time;
        Budget = new(maxSeries);
    }

    internal TimeProvider Time { get; }

    internal SeriesBudget Budget { get; }

    internal HostLedger Ledger { get; } = new();

    /// <summary>Takes a new round of observations when the last is too old; set by the host.</summary>
    internal Action? RefreshObservations { get; set; }

    /// <summary>Takes the name of a new instrument for it, behind all that are there, or says that it belongs to another; set by who reads snapshots.</summary>
    internal Func<Instrument, MeterInstruments, bool>? Claim { get; set; }

    /// <summary>Told of each counter and histogram, and of the ordinary instrument behind it; set by who keeps exemplars, before the first instrument.</summary>
    internal Action<Instrument, System.Diagnostics.Metrics.Instrument>? Made { get; set; }

    /// <summary>Forgets what is known of an instrument that has left, such as its name; set by who reads snapshots.</summary>
    internal Action<Instrument>? Released { get; set; }

    /// <summary>Told that an instrument of the named meter was made again with another description; set by who reads snapshots.</summary>
    internal Action<Instrument, string>? Redescribed { get; set; }

    /// <summary>Told behind each snapshot, for what leaves only when it was shown a last time.</summary>
    internal Action? SnapshotTaken { get; set; }

    /// <summary>Whether the kit is switched off, so that metrics which are first recorded now are not shown.</summary>
    internal bool HidesRecorded => _hidesRecorded;

    /// <summary>The meters in the order in which they were opened.</summary>
    internal ReadOnlySpan<MeterInstruments> Meters => Volatile.Read(ref _meters).Items;

    /// <summary>Forgets the instruments: handles write into cells that nobody reads, and the cells come back when the handles are gone (I7b).</summary>
    public void Dispose()
    {
        foreach (var meter in Meters)
        {
            meter.Meter?.Dispose(); // what is somebody else's stays
            meter.Abandon();
        }
        TagCache.Forget();
        lock (_opening)
        {
            Volatile.Write(ref _meters, new([]));
            _foreign.Clear();
        }
        RefreshObservations = null;
        Claim = null;
        Made = null;
        Released = null;
        Redescribed = null;
        SnapshotTaken = null;
    }

    /// <summary>The instruments of a meter; the same for the same name.</summary>
    internal MeterInstruments Open(MeterDefinition definition)
    {
        foreach (var open in Meters)
        {
            if (!open.IsForeign && open.Definition.Name == definition.Name) return open;
        }
        // Outside the lock: a listener of the process may be called back.
        MeterOptions options = new(definition.Name) { Version = definition.Version };
        var meter = _factory?.Create(options) ?? new Meter(options);
        lock (_opening)
        {
            foreach (var open in Meters)
            {
                if (!open.IsForeign && open.Definition.Name == definition.Name) return open;
            }
            MeterInstruments opened = new(definition, meter, this, _settings);
            Volatile.Write(ref _meters, _meters.With(opened));
            return opened;
        }
    }

    /// <summary>Whether an ordinary instrument of the process is one that this host has made.</summary>
    internal bool Owns(System.Diagnostics.Metrics.Instrument instrument)
    {
        foreach (var meter in Meters)
        {
            // A name that the meter has no row for is somebody's who asked the factory for a meter of ours; metrics that were recorded have no rows.
            if (ReferenceEquals(meter.Meter, instrument.Meter)) return meter.Definition.Instruments.IsEmpty || meter.Definition.Instruments.Any(r => r.Name == instrument.Name);
        }
        return false;
    }

    /// <summary>Adds an instrument of a meter that somebody else has made.</summary>
    internal void AddForeign(MeterDefinition definition, Instrument instrument)
    {
        lock (_opening)
        {
            if (!_foreign.TryGetValue(definition.Name, out var meter))
            {
                _foreign[definition.Name] = meter = new(definition, meter: null, this, _settings);
                Volatile.Write(ref _meters, _meters.With(meter));
            }
            meter.Add(instrument);
        }
    }

    /// <summary>Lets go of instruments of somebody else's meters: their series, their names and their places among the host's (I7b). Many at once, since lists are copied.</summary>
    internal void RemoveForeign(HashSet<Instrument> gone)
    {
        lock (_opening)
        {
            HashSet<MeterInstruments> empty = [];
            foreach (var meter in _foreign.Values)
            {
                if (meter.Remove(gone)) empty.Add(meter);
            }
            foreach (var meter in empty) _foreign.Remove(meter.Definition.Name);
            if (empty.Count > 0) Volatile.Write(ref _meters, _meters.Without(empty.Contains));
        }
        foreach (var instrument in gone)
        {
            Released?.Invoke(instrument); // behind the removal, so that a snapshot that began before it does not describe the instrument anew
            instrument.Table?.Leave();
        }
    }

    /// <summary>Has every instrument of ours follow a configuration that was read again.</summary>
    /// <param name="enabled">Whether the kit measures: all that is asked of metrics that were recorded, which no configuration knows.</param>
    /// <returns>The instruments whose series cannot get a time to live while the host runs.</returns>
    internal IEnumerable<string> Follow(bool enabled)
    {
        _hidesRecorded = !enabled;
        List<string> waiting = [];
        foreach (var meter in Meters)
        {
            if (meter.IsForeign) continue;
            foreach (var instrument in meter.All)
            {
                if (instrument is DynamicInstrument recorded) recorded.Show(enabled);
                else if (instrument is not null && !instrument.Follow(_settings(meter.Definition, instrument.Definition))) waiting.Add(instrument.Definition.Name);
            }
        }
        return waiting;
    }

    /// <summary>The instrument that was created from a row.</summary>
    internal Instrument? Find(InstrumentDefinition row)
    {
        foreach (var meter in Meters)
        {
            if (meter.Find(row) is { } instrument) return instrument;
        }
        return null;
    }
}
