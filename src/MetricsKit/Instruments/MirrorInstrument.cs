namespace MetricsKit;

/// <summary>Shows the series of another instrument under a second name: the same cells, not a second measurement.</summary>
/// <remarks>A foreign listener sees the other instrument alone.</remarks>
public sealed class MirrorInstrument : Instrument
{
    internal MirrorInstrument(InstrumentDefinition definition, InstrumentContext context) : base(definition, context, storage: null) { }
}
