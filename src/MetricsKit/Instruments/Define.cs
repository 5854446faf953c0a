namespace MetricsKit;

/// <summary>Makes the rows of a catalogue meter. Names are dotted lower case without the unit, units are UCUM, descriptions are full sentences.</summary>
public static partial class Define
{
    /// <summary>A counter: a total that only grows.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<CounterInstrument> Counter(string name, string unit, string description) =>
        new(name, InstrumentKind.Counter, unit, description, [], static (row, context) => new(row, context));

    /// <summary>A counter: a total that only grows.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<CounterInstrument<T1>> Counter<T1>(string name, string unit, string description, TagKey<T1> key1) where T1 : notnull =>
        new(name, InstrumentKind.Counter, unit, description, [key1], static (row, context) => new(row, context));

    /// <summary>A counter: a total that only grows.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <param name="key2">The second tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<CounterInstrument<T1, T2>> Counter<T1, T2>(string name, string unit, string description, TagKey<T1> key1, TagKey<T2> key2) where T1 : notnull where T2 : notnull =>
        new(name, InstrumentKind.Counter, unit, description, [key1, key2], static (row, context) => new(row, context));

    /// <summary>A counter: a total that only grows.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <param name="key2">The second tag.</param>
    /// <param name="key3">The third tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<CounterInstrument<T1, T2, T3>> Counter<T1, T2, T3>(string name, string unit, string description, TagKey<T1> key1, TagKey<T2> key2, TagKey<T3> key3) where T1 : notnull where T2 : notnull where T3 : notnull =>
        new(name, InstrumentKind.Counter, unit, description, [key1, key2, key3], static (row, context) => new(row, context));

    /// <summary>A counter: a total that only grows.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <param name="key2">The second tag.</param>
    /// <param name="key3">The third tag.</param>
    /// <param name="key4">The fourth tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<CounterInstrument<T1, T2, T3, T4>> Counter<T1, T2, T3, T4>(string name, string unit, string description, TagKey<T1> key1, TagKey<T2> key2, TagKey<T3> key3, TagKey<T4> key4) where T1 : notnull where T2 : notnull where T3 : notnull where T4 : notnull =>
        new(name, InstrumentKind.Counter, unit, description, [key1, key2, key3, key4], static (row, context) => new(row, context));

    /// <summary>A sum that goes up and down.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<UpDownCounterInstrument> UpDownCounter(string name, string unit, string description) =>
        new(name, InstrumentKind.UpDownCounter, unit, description, [], static (row, context) => new(row, context));

    /// <summary>A sum that goes up and down.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<UpDownCounterInstrument<T1>> UpDownCounter<T1>(string name, string unit, string description, TagKey<T1> key1) where T1 : notnull =>
        new(name, InstrumentKind.UpDownCounter, unit, description, [key1], static (row, context) => new(row, context));

    /// <summary>A sum that goes up and down.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <param name="key2">The second tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<UpDownCounterInstrument<T1, T2>> UpDownCounter<T1, T2>(string name, string unit, string description, TagKey<T1> key1, TagKey<T2> key2) where T1 : notnull where T2 : notnull =>
        new(name, InstrumentKind.UpDownCounter, unit, description, [key1, key2], static (row, context) => new(row, context));

    /// <summary>A sum that goes up and down.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <param name="key2">The second tag.</param>
    /// <param name="key3">The third tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<UpDownCounterInstrument<T1, T2, T3>> UpDownCounter<T1, T2, T3>(string name, string unit, string description, TagKey<T1> key1, TagKey<T2> key2, TagKey<T3> key3) where T1 : notnull where T2 : notnull where T3 : notnull =>
        new(name, InstrumentKind.UpDownCounter, unit, description, [key1, key2, key3], static (row, context) => new(row, context));

    /// <summary>A sum that goes up and down.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <param name="key2">The second tag.</param>
    /// <param name="key3">The third tag.</param>
    /// <param name="key4">The fourth tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<UpDownCounterInstrument<T1, T2, T3, T4>> UpDownCounter<T1, T2, T3, T4>(string name, string unit, string description, TagKey<T1> key1, TagKey<T2> key2, TagKey<T3> key3, TagKey<T4> key4) where T1 : notnull where T2 : notnull where T3 : notnull where T4 : notnull =>
        new(name, InstrumentKind.UpDownCounter, unit, description, [key1, key2, key3, key4], static (row, context) => new(row, context));

    /// <summary>A gauge: the last value counts.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<GaugeInstrument> Gauge(string name, string unit, string description) =>
        new(name, InstrumentKind.Gauge, unit, description, [], static (row, context) => new(row, context));

    /// <summary>A gauge: the last value counts.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<GaugeInstrument<T1>> Gauge<T1>(string name, string unit, string description, TagKey<T1> key1) where T1 : notnull =>
        new(name, InstrumentKind.Gauge, unit, description, [key1], static (row, context) => new(row, context));

    /// <summary>A gauge: the last value counts.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <param name="key2">The second tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<GaugeInstrument<T1, T2>> Gauge<T1, T2>(string name, string unit, string description, TagKey<T1> key1, TagKey<T2> key2) where T1 : notnull where T2 : notnull =>
        new(name, InstrumentKind.Gauge, unit, description, [key1, key2], static (row, context) => new(row, context));

    /// <summary>A gauge: the last value counts.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <param name="key2">The second tag.</param>
    /// <param name="key3">The third tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<GaugeInstrument<T1, T2, T3>> Gauge<T1, T2, T3>(string name, string unit, string description, TagKey<T1> key1, TagKey<T2> key2, TagKey<T3> key3) where T1 : notnull where T2 : notnull where T3 : notnull =>
        new(name, InstrumentKind.Gauge, unit, description, [key1, key2, key3], static (row, context) => new(row, context));

    /// <summary>A gauge: the last value counts.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <param name="key2">The second tag.</param>
    /// <param name="key3">The third tag.</param>
    /// <param name="key4">The fourth tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<GaugeInstrument<T1, T2, T3, T4>> Gauge<T1, T2, T3, T4>(string name, string unit, string description, TagKey<T1> key1, TagKey<T2> key2, TagKey<T3> key3, TagKey<T4> key4) where T1 : notnull where T2 : notnull where T3 : notnull where T4 : notnull =>
        new(name, InstrumentKind.Gauge, unit, description, [key1, key2, key3, key4], static (row, context) => new(row, context));

    /// <summary>A histogram over explicit bounds.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<HistogramInstrument> Histogram(string name, string unit, string description) =>
        new(name, InstrumentKind.Histogram, unit, description, [], static (row, context) => new(row, context));

    /// <summary>A histogram over explicit bounds.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<HistogramInstrument<T1>> Histogram<T1>(string name, string unit, string description, TagKey<T1> key1) where T1 : notnull =>
        new(name, InstrumentKind.Histogram, unit, description, [key1], static (row, context) => new(row, context));

    /// <summary>A histogram over explicit bounds.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <param name="key2">The second tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<HistogramInstrument<T1, T2>> Histogram<T1, T2>(string name, string unit, string description, TagKey<T1> key1, TagKey<T2> key2) where T1 : notnull where T2 : notnull =>
        new(name, InstrumentKind.Histogram, unit, description, [key1, key2], static (row, context) => new(row, context));

    /// <summary>A histogram over explicit bounds.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <param name="key2">The second tag.</param>
    /// <param name="key3">The third tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<HistogramInstrument<T1, T2, T3>> Histogram<T1, T2, T3>(string name, string unit, string description, TagKey<T1> key1, TagKey<T2> key2, TagKey<T3> key3) where T1 : notnull where T2 : notnull where T3 : notnull =>
        new(name, InstrumentKind.Histogram, unit, description, [key1, key2, key3], static (row, context) => new(row, context));

    /// <summary>A histogram over explicit bounds.</summary>
    /// <param name="name">For example <c>mission.duration</c>.</param>
    /// <param name="unit">For example <c>s</c>, <c>By</c> or <c>{mission}</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="key1">The first tag.</param>
    /// <param name="key2">The second tag.</param>
    /// <param name="key3">The third tag.</param>
    /// <param name="key4">The fourth tag.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, or two keys have one name.</exception>
    public static InstrumentDefinition<HistogramInstrument<T1, T2, T3, T4>> Histogram<T1, T2, T3, T4>(string name, string unit, string description, TagKey<T1> key1, TagKey<T2> key2, TagKey<T3> key3, TagKey<T4> key4) where T1 : notnull where T2 : notnull where T3 : notnull where T4 : notnull =>
        new(name, InstrumentKind.Histogram, unit, description, [key1, key2, key3, key4], static (row, context) => new(row, context));
}
