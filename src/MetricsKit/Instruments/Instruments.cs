namespace MetricsKit;

/// <summary>The instruments of one meter: injected like <c>ILogger&lt;T&gt;</c>.</summary>
/// <typeparam name="TMeter">The meter whose rows are created.</typeparam>
public sealed class Instruments<TMeter> where TMeter : class, ICatalogMeter
{
    readonly MeterInstruments _meter;

    internal Instruments(MeterInstruments meter) => _meter = meter;

    /// <summary>Opens the meter in a host.</summary>
    /// <param name="registry">The instruments of the host.</param>
    public Instruments(InstrumentRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        _meter = registry.Open(TMeter.Definition);
    }

    /// <summary>Creates the instrument of a row; the same row gives the same instrument.</summary>
    /// <param name="definition">A row of the meter's <see cref="ICatalogMeter.Definition"/>.</param>
    /// <exception cref="ArgumentException">The row is not in the meter's definition.</exception>
    public TInstrument Create<TInstrument>(InstrumentDefinition<TInstrument> definition) where TInstrument : Instrument
    {
        ArgumentNullException.ThrowIfNull(definition);
        return _meter.Create(definition);
    }
}
