using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>A row that knows the type of the instrument it creates.</summary>
/// <typeparam name="TInstrument">For example <c>CounterInstrument&lt;string, Severity&gt;</c>.</typeparam>
public sealed record InstrumentDefinition<TInstrument> : InstrumentDefinition where TInstrument : Instrument
{
    internal InstrumentDefinition(string name, InstrumentKind kind, string unit, string description, ImmutableArray<TagKey> tagKeys, Func<InstrumentDefinition, InstrumentContext, TInstrument> make)
        : base(name, kind, unit, description, tagKeys) => Make = make;

    internal override bool IsObserved => typeof(ObservableInstrument).IsAssignableFrom(typeof(TInstrument));

    internal Func<InstrumentDefinition, InstrumentContext, TInstrument> Make { get; }
}
