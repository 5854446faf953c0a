namespace MetricsKit;

/// <summary>A total that a collector observes, such as one that the operating system counts, without tags.</summary>
public sealed class ObservableCounterInstrument : ObservableInstrument
{
    internal ObservableCounterInstrument(InstrumentDefinition definition, InstrumentContext context) : base(definition, context) { }

    /// <summary>Reports what a collector read. A series that is not reported again in the collector's next round is gone.</summary>
    /// <param name="total">The total so far; a lower one than before is a reset, as Prometheus sees it.</param>
    public void Observe(double total) => ObserveAt(total, PlaceOf());
}

/// <summary>A total that a collector observes, such as one that the operating system counts, with one tag.</summary>
/// <typeparam name="T1">The type of the first tag's value.</typeparam>
public sealed class ObservableCounterInstrument<T1> : ObservableInstrument where T1 : notnull
{
    internal ObservableCounterInstrument(InstrumentDefinition definition, InstrumentContext context) : base(definition, context) { }

    /// <summary>Reports what a collector read. A series that is not reported again in the collector's next round is gone.</summary>
    /// <param name="total">The total so far; a lower one than before is a reset, as Prometheus sees it.</param>
    /// <param name="tag1">The value of the first tag.</param>
    public void Observe(double total, T1 tag1) => ObserveAt(total, PlaceOf(TaggedCall.Sanitise(this, 0, tag1)));
}

/// <summary>A total that a collector observes, such as one that the operating system counts, with two tags.</summary>
/// <typeparam name="T1">The type of the first tag's value.</typeparam>
/// <typeparam name="T2">The type of the second tag's value.</typeparam>
public sealed class ObservableCounterInstrument<T1, T2> : ObservableInstrument where T1 : notnull where T2 : notnull
{
    internal ObservableCounterInstrument(InstrumentDefinition definition, InstrumentContext context) : base(definition, context) { }

    /// <summary>Reports what a collector read. A series that is not reported again in the collector's next round is gone.</summary>
    /// <param name="total">The total so far; a lower one than before is a reset, as Prometheus sees it.</param>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    public void Observe(double total, T1 tag1, T2 tag2) => ObserveAt(total, PlaceOf(TaggedCall.Sanitise(this, 0, tag1), TaggedCall.Sanitise(this, 1, tag2)));
}

/// <summary>A total that a collector observes, such as one that the operating system counts, with three tags.</summary>
/// <typeparam name="T1">The type of the first tag's value.</typeparam>
/// <typeparam name="T2">The type of the second tag's value.</typeparam>
/// <typeparam name="T3">The type of the third tag's value.</typeparam>
public sealed class ObservableCounterInstrument<T1, T2, T3> : ObservableInstrument where T1 : notnull where T2 : notnull where T3 : notnull
{
    internal ObservableCounterInstrument(InstrumentDefinition definition, InstrumentContext context) : base(definition, context) { }

    /// <summary>Reports what a collector read. A series that is not reported again in the collector's next round is gone.</summary>
    /// <param name="total">The total so far; a lower one than before is a reset, as Prometheus sees it.</param>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    /// <param name="tag3">The value of the third tag.</param>
    public void Observe(double total, T1 tag1, T2 tag2, T3 tag3) => ObserveAt(total, PlaceOf(TaggedCall.Sanitise(this, 0, tag1), TaggedCall.Sanitise(this, 1, tag2), TaggedCall.Sanitise(this, 2, tag3)));
}

/// <summary>A total that a collector observes, such as one that the operating system counts, with four tags.</summary>
/// <typeparam name="T1">The type of the first tag's value.</typeparam>
/// <typeparam name="T2">The type of the second tag's value.</typeparam>
/// <typeparam name="T3">The type of the third tag's value.</typeparam>
/// <typeparam name="T4">The type of the fourth tag's value.</typeparam>
public sealed class ObservableCounterInstrument<T1, T2, T3, T4> : ObservableInstrument where T1 : notnull where T2 : notnull where T3 : notnull where T4 : notnull
{
    internal ObservableCounterInstrument(InstrumentDefinition definition, InstrumentContext context) : base(definition, context) { }

    /// <summary>Reports what a collector read. A series that is not reported again in the collector's next round is gone.</summary>
    /// <param name="total">The total so far; a lower one than before is a reset, as Prometheus sees it.</param>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    /// <param name="tag3">The value of the third tag.</param>
    /// <param name="tag4">The value of the fourth tag.</param>
    public void Observe(double total, T1 tag1, T2 tag2, T3 tag3, T4 tag4) => ObserveAt(total, PlaceOf(TaggedCall.Sanitise(this, 0, tag1), TaggedCall.Sanitise(this, 1, tag2), TaggedCall.Sanitise(this, 2, tag3), TaggedCall.Sanitise(this, 3, tag4)));
}
