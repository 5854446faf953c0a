using System.Diagnostics.Metrics;

namespace MetricsKit;

/// <summary>An instrument whose values are read by a collector. A foreign listener sees an ordinary observable instrument.</summary>
public abstract class ObservableInstrument : Instrument
{
    private protected ObservableInstrument(InstrumentDefinition definition, InstrumentContext context) : base(definition, context, SeriesStorage.Values)
    {
        if (!Enabled) return;
        InnerInstrument.Guarded<System.Diagnostics.Metrics.Instrument>(context, meter => definition.Kind == InstrumentKind.Counter
            ? meter.CreateObservableCounter(definition.Name, Observed, definition.Unit, definition.Description)
            : meter.CreateObservableGauge(definition.Name, Observed, definition.Unit, definition.Description));
    }

    private protected void ObserveAt(double value, SeriesPlace place)
    {
        if (place.Index == Sunk || ObservationRound.Current is { IsAbandoned: true }) return;
        if (!double.IsFinite(value))
        {
            Registry.Ledger.Count(LedgerEntry.NotFinite);
            return;
        }
        if (place.Block is not { } block)
        {
            Registry.Ledger.Count(LedgerEntry.PastLimit);
            return;
        }
        if (ObservationRound.Current is CollectorRound round)
        {
            if (IsViewed && Definition.Kind == InstrumentKind.Counter) round.NoteMore(block, place.At, value);
            else round.Note(block, place.At, value);
        }
        else Volatile.Write(ref block.Values![place.At], value);
    }

    /// <summary>What a foreign listener reads: the values of the last round, which is taken now if it is too old.</summary>
    IEnumerable<Measurement<double>> Observed()
    {
        Registry.RefreshObservations?.Invoke();
        List<Measurement<double>> measurements = [];
        for (int ordinal = 0, count = Table!.Count; ordinal < count; ordinal++)
        {
            double value = Volatile.Read(ref Table.Index.ValueAt(ordinal));
            if (!double.IsNaN(value)) measurements.Add(new(value, InnerInstrument.TagsOf(this, Table.Index.PlaceOf(ordinal))));
        }
        return measurements;
    }
}
