namespace MetricsKit;

// Instruments whose values are observed when a snapshot is taken.
public static partial class Define
{
    /// <summary>A gauge that a collector observes.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<ObservableGaugeInstrument> ObservableGauge(string name, string unit, string description) =>
        new(name, InstrumentKind.Gauge, unit, description, [], static (row, context) => new(row, context));

    /// <summary>A gauge that a collector observes.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<ObservableGaugeInstrument<T1>> ObservableGauge<T1>(string name, string unit, string description, TagKey<T1> key1) where T1 : notnull =>
        new(name, InstrumentKind.Gauge, unit, description, [key1], static (row, context) => new(row, context));

    /// <summary>A gauge that a collector observes.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <param name="key2">The second tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<ObservableGaugeInstrument<T1, T2>> ObservableGauge<T1, T2>(string name, string unit, string description, TagKey<T1> key1, TagKey<T2> key2) where T1 : notnull where T2 : notnull =>
        new(name, InstrumentKind.Gauge, unit, description, [key1, key2], static (row, context) => new(row, context));

    /// <summary>A gauge that a collector observes.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <param name="key2">The second tag.</param>
    /// <param name="key3">The third tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<ObservableGaugeInstrument<T1, T2, T3>> ObservableGauge<T1, T2, T3>(string name, string unit, string description, TagKey<T1> key1, TagKey<T2> key2, TagKey<T3> key3) where T1 : notnull where T2 : notnull where T3 : notnull =>
        new(name, InstrumentKind.Gauge, unit, description, [key1, key2, key3], static (row, context) => new(row, context));

    /// <summary>A gauge that a collector observes.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <param name="key2">The second tag.</param>
    /// <param name="key3">The third tag.</param>
    /// <param name="key4">The fourth tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<ObservableGaugeInstrument<T1, T2, T3, T4>> ObservableGauge<T1, T2, T3, T4>(string name, string unit, string description, TagKey<T1> key1, TagKey<T2> key2, TagKey<T3> key3, TagKey<T4> key4) where T1 : notnull where T2 : notnull where T3 : notnull where T4 : notnull =>
        new(name, InstrumentKind.Gauge, unit, description, [key1, key2, key3, key4], static (row, context) => new(row, context));

    /// <summary>A total that a collector observes.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<ObservableCounterInstrument> ObservableCounter(string name, string unit, string description) =>
        new(name, InstrumentKind.Counter, unit, description, [], static (row, context) => new(row, context));

    /// <summary>A total that a collector observes.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<ObservableCounterInstrument<T1>> ObservableCounter<T1>(string name, string unit, string description, TagKey<T1> key1) where T1 : notnull =>
        new(name, InstrumentKind.Counter, unit, description, [key1], static (row, context) => new(row, context));

    /// <summary>A total that a collector observes.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <param name="key2">The second tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<ObservableCounterInstrument<T1, T2>> ObservableCounter<T1, T2>(string name, string unit, string description, TagKey<T1> key1, TagKey<T2> key2) where T1 : notnull where T2 : notnull =>
        new(name, InstrumentKind.Counter, unit, description, [key1, key2], static (row, context) => new(row, context));

    /// <summary>A total that a collector observes.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <param name="key2">The second tag.</param>
    /// <param name="key3">The third tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<ObservableCounterInstrument<T1, T2, T3>> ObservableCounter<T1, T2, T3>(string name, string unit, string description, TagKey<T1> key1, TagKey<T2> key2, TagKey<T3> key3) where T1 : notnull where T2 : notnull where T3 : notnull =>
        new(name, InstrumentKind.Counter, unit, description, [key1, key2, key3], static (row, context) => new(row, context));

    /// <summary>A total that a collector observes.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <param name="key2">The second tag.</param>
    /// <param name="key3">The third tag.</param>
    /// <param name="key4">The fourth tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<ObservableCounterInstrument<T1, T2, T3, T4>> ObservableCounter<T1, T2, T3, T4>(string name, string unit, string description, TagKey<T1> key1, TagKey<T2> key2, TagKey<T3> key3, TagKey<T4> key4) where T1 : notnull where T2 : notnull where T3 : notnull where T4 : notnull =>
        new(name, InstrumentKind.Counter, unit, description, [key1, key2, key3, key4], static (row, context) => new(row, context));
}
