using System.Diagnostics.Metrics;

namespace MetricsKit;

/// <summary>The instruments of one host. Two hosts in one process share nothing that can be seen.</summary>
public sealed class InstrumentRegistry : IDisposable
{
    /// <summary>Where switched-off instruments write: nobody reads it, and no branch is needed on the recording path.</summary>
    internal static readonly CellRun CountSink = CellSpace.Allocate(1, CellLayout.Longs, ledger: null);

    /// <summary>The same for histograms; as long as the longest run.</summary>
    internal static readonly CellRun HistogramSink = CellSpace.Allocate(CellChunk.Size, CellLayout.Histograms, ledger: null, CellChunk.Size);

    readonly IMeterFactory? _factory;
    readonly Func<MeterDefinition, InstrumentDefinition, InstrumentSettings> _settings;
    readonly Lock _opening = new();
    MeterInstruments[] _meters = [];

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

    /// <summary>Told of each counter and histogram that is recorded and of the ordinary instrument behind it; set by who keeps exemplars, before the first instrument.</summary>
    internal Action<Instrument, System.Diagnostics.Metrics.Instrument>? Made { get; set; }

    /// <summary>The meters in the order in which they were opened.</summary>
    internal ReadOnlySpan<MeterInstruments> Meters => Volatile.Read(ref _meters);

    /// <summary>Forgets the instruments: handles write into cells that nobody reads, and the cells come back when the handles are gone (I7b).</summary>
    public void Dispose()
    {
        foreach (var meter in Meters)
        {
            meter.Meter.Dispose();
            meter.Abandon();
        }
        TagCache.Forget();
        Volatile.Write(ref _meters, []);
        RefreshObservations = null;
        Claim = null;
        Made = null;
    }

    /// <summary>The instruments of a meter; the same for the same name.</summary>
    internal MeterInstruments Open(MeterDefinition definition)
    {
        foreach (var open in Meters)
        {
            if (open.Definition.Name == definition.Name) return open;
        }
        // Outside the lock: a listener of the process may be called back.
        MeterOptions options = new(definition.Name) { Version = definition.Version };
        var meter = _factory?.Create(options) ?? new Meter(options);
        lock (_opening)
        {
            foreach (var open in _meters)
            {
                if (open.Definition.Name == definition.Name) return open;
            }
            MeterInstruments opened = new(definition, meter, this, _settings);
            Volatile.Write(ref _meters, [.. _meters, opened]);
            return opened;
        }
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
