namespace MetricsKit;

/// <summary>A gauge that a collector observes, without tags.</summary>
public sealed class ObservableGaugeInstrument : ObservableInstrument
{
    internal ObservableGaugeInstrument(InstrumentDefinition definition, InstrumentContext context) : base(definition, context) { }

    /// <summary>Reports what a collector read. A series that is not reported again in the collector's next round is gone.</summary>
    /// <param name="value">Any finite number; anything else makes the series absent.</param>
    public void Observe(double value) => ObserveAt(value, PlaceOf());
}

/// <summary>A gauge that a collector observes, with one tag.</summary>
/// <typeparam name="T1">The type of the first tag's value.</typeparam>
public sealed class ObservableGaugeInstrument<T1> : ObservableInstrument where T1 : notnull
{
    internal ObservableGaugeInstrument(InstrumentDefinition definition, InstrumentContext context) : base(definition, context) { }

    /// <summary>Reports what a collector read. A series that is not reported again in the collector's next round is gone.</summary>
    /// <param name="value">Any finite number; anything else makes the series absent.</param>
    /// <param name="tag1">The value of the first tag.</param>
    public void Observe(double value, T1 tag1) => ObserveAt(value, PlaceOf(TaggedCall.Sanitise(this, 0, tag1)));
}

/// <summary>A gauge that a collector observes, with two tags.</summary>
/// <typeparam name="T1">The type of the first tag's value.</typeparam>
/// <typeparam name="T2">The type of the second tag's value.</typeparam>
public sealed class ObservableGaugeInstrument<T1, T2> : ObservableInstrument where T1 : notnull where T2 : notnull
{
    internal ObservableGaugeInstrument(InstrumentDefinition definition, InstrumentContext context) : base(definition, context) { }

    /// <summary>Reports what a collector read. A series that is not reported again in the collector's next round is gone.</summary>
    /// <param name="value">Any finite number; anything else makes the series absent.</param>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    public void Observe(double value, T1 tag1, T2 tag2) => ObserveAt(value, PlaceOf(TaggedCall.Sanitise(this, 0, tag1), TaggedCall.Sanitise(this, 1, tag2)));
}

/// <summary>A gauge that a collector observes, with three tags.</summary>
/// <typeparam name="T1">The type of the first tag's value.</typeparam>
/// <typeparam name="T2">The type of the second tag's value.</typeparam>
/// <typeparam name="T3">The type of the third tag's value.</typeparam>
public sealed class ObservableGaugeInstrument<T1, T2, T3> : ObservableInstrument where T1 : notnull where T2 : notnull where T3 : notnull
{
    internal ObservableGaugeInstrument(InstrumentDefinition definition, InstrumentContext context) : base(definition, context) { }

    /// <summary>Reports what a collector read. A series that is not reported again in the collector's next round is gone.</summary>
    /// <param name="value">Any finite number; anything else makes the series absent.</param>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    /// <param name="tag3">The value of the third tag.</param>
    public void Observe(double value, T1 tag1, T2 tag2, T3 tag3) => ObserveAt(value, PlaceOf(TaggedCall.Sanitise(this, 0, tag1), TaggedCall.Sanitise(this, 1, tag2), TaggedCall.Sanitise(this, 2, tag3)));
}

/// <summary>A gauge that a collector observes, with four tags.</summary>
/// <typeparam name="T1">The type of the first tag's value.</typeparam>
/// <typeparam name="T2">The type of the second tag's value.</typeparam>
/// <typeparam name="T3">The type of the third tag's value.</typeparam>
/// <typeparam name="T4">The type of the fourth tag's value.</typeparam>
public sealed class ObservableGaugeInstrument<T1, T2, T3, T4> : ObservableInstrument where T1 : notnull where T2 : notnull where T3 : notnull where T4 : notnull
{
    internal ObservableGaugeInstrument(InstrumentDefinition definition, InstrumentContext context) : base(definition, context) { }

    /// <summary>Reports what a collector read. A series that is not reported again in the collector's next round is gone.</summary>
    /// <param name="value">Any finite number; anything else makes the series absent.</param>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    /// <param name="tag3">The value of the third tag.</param>
    /// <param name="tag4">The value of the fourth tag.</param>
    public void Observe(double value, T1 tag1, T2 tag2, T3 tag3, T4 tag4) => ObserveAt(value, PlaceOf(TaggedCall.Sanitise(this, 0, tag1), TaggedCall.Sanitise(this, 1, tag2), TaggedCall.Sanitise(this, 2, tag3), TaggedCall.Sanitise(this, 3, tag4)));
}
