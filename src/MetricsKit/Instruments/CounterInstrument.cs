using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MetricsKit;

/// <summary>A counter without tags.</summary>
public sealed class CounterInstrument : Instrument
{
    readonly Counter<long> _inner;
    readonly CounterSeries _series;

    internal CounterInstrument(InstrumentDefinition definition, InstrumentContext context) : base(definition, context, SeriesStorage.Counts)
    {
        _inner = InnerInstrument.Counter(this, context);
        DeclareSeries(context.Settings);
        _series = Bind();
    }

    /// <summary>Adds to the counter.</summary>
    /// <param name="delta">Zero or more; a negative increment is rejected and counted. A total that would wrap stays at the largest number.</param>
    public void Add(long delta) => _series.Add(delta);

    /// <summary>The handle of one series, for hot paths: resolve once, record often. Binding the same instrument again gives the same handle.</summary>
    public CounterSeries Bind() =>
        CounterSeries.Of(this, Bound(), _inner);
}

/// <summary>A counter with one tag.</summary>
/// <typeparam name="T1">The type of the first tag's value.</typeparam>
public sealed class CounterInstrument<T1> : Instrument where T1 : notnull
{
    readonly Counter<long> _inner;

    internal CounterInstrument(InstrumentDefinition definition, InstrumentContext context) : base(definition, context, SeriesStorage.Counts)
    {
        _inner = InnerInstrument.Counter(this, context);
        DeclareSeries(context.Settings);
    }

    /// <summary>Adds to the counter.</summary>
    /// <param name="delta">Zero or more; a negative increment is rejected and counted. A total that would wrap stays at the largest number.</param>
    /// <param name="tag1">The value of the first tag.</param>
    public void Add(long delta, T1 tag1)
    {
        int lane = ThreadCells.Lane;
        var place = TaggedCall.Find(lane, this, tag1);
        if (place.Cells is null) place = TaggedCall.Resolve(this, tag1);
        CounterSeries.AddTo(in place, delta);
        if (_inner.Enabled && delta >= 0) Forward(delta, tag1);
        GC.KeepAlive(place.Cells); // I7, I7b: until the cell is written
    }

    /// <summary>The handle of one series, for hot paths: resolve once, record often. Binding the same values again gives the same handle.</summary>
    /// <param name="tag1">The value of the first tag.</param>
    public CounterSeries Bind(T1 tag1) =>
        CounterSeries.Of(this, Bound(TaggedCall.Sanitise(this, 0, tag1)), _inner);

    void Forward(long delta, T1 tag1)
    {
        TagList tags = default;
        InnerInstrument.AddTag(ref tags, this, 0, tag1);
        try { _inner.Add(delta, in tags); }
        catch (Exception) { CountListenerError(); } // I11: a foreign listener's fault stays its own
    }
}

/// <summary>A counter with two tags.</summary>
/// <typeparam name="T1">The type of the first tag's value.</typeparam>
/// <typeparam name="T2">The type of the second tag's value.</typeparam>
public sealed class CounterInstrument<T1, T2> : Instrument where T1 : notnull where T2 : notnull
{
    readonly Counter<long> _inner;

    internal CounterInstrument(InstrumentDefinition definition, InstrumentContext context) : base(definition, context, SeriesStorage.Counts)
    {
        _inner = InnerInstrument.Counter(this, context);
        DeclareSeries(context.Settings);
    }

    /// <summary>Adds to the counter.</summary>
    /// <param name="delta">Zero or more; a negative increment is rejected and counted. A total that would wrap stays at the largest number.</param>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    public void Add(long delta, T1 tag1, T2 tag2)
    {
        int lane = ThreadCells.Lane;
        var place = TaggedCall.Find(lane, this, tag1, tag2);
        if (place.Cells is null) place = TaggedCall.Resolve(this, tag1, tag2);
        CounterSeries.AddTo(in place, delta);
        if (_inner.Enabled && delta >= 0) Forward(delta, tag1, tag2);
        GC.KeepAlive(place.Cells); // I7, I7b: until the cell is written
    }

    /// <summary>The handle of one series, for hot paths: resolve once, record often. Binding the same values again gives the same handle.</summary>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    public CounterSeries Bind(T1 tag1, T2 tag2) =>
        CounterSeries.Of(this, Bound(TaggedCall.Sanitise(this, 0, tag1), TaggedCall.Sanitise(this, 1, tag2)), _inner);

    void Forward(long delta, T1 tag1, T2 tag2)
    {
        TagList tags = default;
        InnerInstrument.AddTag(ref tags, this, 0, tag1);
        InnerInstrument.AddTag(ref tags, this, 1, tag2);
        try { _inner.Add(delta, in tags); }
        catch (Exception) { CountListenerError(); } // I11: a foreign listener's fault stays its own
    }
}

/// <summary>A counter with three tags.</summary>
/// <typeparam name="T1">The type of the first tag's value.</typeparam>
/// <typeparam name="T2">The type of the second tag's value.</typeparam>
/// <typeparam name="T3">The type of the third tag's value.</typeparam>
public sealed class CounterInstrument<T1, T2, T3> : Instrument where T1 : notnull where T2 : notnull where T3 : notnull
{
    readonly Counter<long> _inner;

    internal CounterInstrument(InstrumentDefinition definition, InstrumentContext context) : base(definition, context, SeriesStorage.Counts)
    {
        _inner = InnerInstrument.Counter(this, context);
        DeclareSeries(context.Settings);
    }

    /// <summary>Adds to the counter.</summary>
    /// <param name="delta">Zero or more; a negative increment is rejected and counted. A total that would wrap stays at the largest number.</param>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    /// <param name="tag3">The value of the third tag.</param>
    public void Add(long delta, T1 tag1, T2 tag2, T3 tag3)
    {
        int lane = ThreadCells.Lane;
        var place = TaggedCall.Find(lane, this, tag1, tag2, tag3);
        if (place.Cells is null) place = TaggedCall.Resolve(this, tag1, tag2, tag3);
        CounterSeries.AddTo(in place, delta);
        if (_inner.Enabled && delta >= 0) Forward(delta, tag1, tag2, tag3);
        GC.KeepAlive(place.Cells); // I7, I7b: until the cell is written
    }

    /// <summary>The handle of one series, for hot paths: resolve once, record often. Binding the same values again gives the same handle.</summary>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    /// <param name="tag3">The value of the third tag.</param>
    public CounterSeries Bind(T1 tag1, T2 tag2, T3 tag3) =>
        CounterSeries.Of(this, Bound(TaggedCall.Sanitise(this, 0, tag1), TaggedCall.Sanitise(this, 1, tag2), TaggedCall.Sanitise(this, 2, tag3)), _inner);

    void Forward(long delta, T1 tag1, T2 tag2, T3 tag3)
    {
        TagList tags = default;
        InnerInstrument.AddTag(ref tags, this, 0, tag1);
        InnerInstrument.AddTag(ref tags, this, 1, tag2);
        InnerInstrument.AddTag(ref tags, this, 2, tag3);
        try { _inner.Add(delta, in tags); }
        catch (Exception) { CountListenerError(); } // I11: a foreign listener's fault stays its own
    }
}

/// <summary>A counter with four tags.</summary>
/// <typeparam name="T1">The type of the first tag's value.</typeparam>
/// <typeparam name="T2">The type of the second tag's value.</typeparam>
/// <typeparam name="T3">The type of the third tag's value.</typeparam>
/// <typeparam name="T4">The type of the fourth tag's value.</typeparam>
public sealed class CounterInstrument<T1, T2, T3, T4> : Instrument where T1 : notnull where T2 : notnull where T3 : notnull where T4 : notnull
{
    readonly Counter<long> _inner;

    internal CounterInstrument(InstrumentDefinition definition, InstrumentContext context) : base(definition, context, SeriesStorage.Counts)
    {
        _inner = InnerInstrument.Counter(this, context);
        DeclareSeries(context.Settings);
    }

    /// <summary>Adds to the counter.</summary>
    /// <param name="delta">Zero or more; a negative increment is rejected and counted. A total that would wrap stays at the largest number.</param>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    /// <param name="tag3">The value of the third tag.</param>
    /// <param name="tag4">The value of the fourth tag.</param>
    public void Add(long delta, T1 tag1, T2 tag2, T3 tag3, T4 tag4)
    {
        int lane = ThreadCells.Lane;
        var place = TaggedCall.Find(lane, this, tag1, tag2, tag3, tag4);
        if (place.Cells is null) place = TaggedCall.Resolve(this, tag1, tag2, tag3, tag4);
        CounterSeries.AddTo(in place, delta);
        if (_inner.Enabled && delta >= 0) Forward(delta, tag1, tag2, tag3, tag4);
        GC.KeepAlive(place.Cells); // I7, I7b: until the cell is written
    }

    /// <summary>The handle of one series, for hot paths: resolve once, record often. Binding the same values again gives the same handle.</summary>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    /// <param name="tag3">The value of the third tag.</param>
    /// <param name="tag4">The value of the fourth tag.</param>
    public CounterSeries Bind(T1 tag1, T2 tag2, T3 tag3, T4 tag4) =>
        CounterSeries.Of(this, Bound(TaggedCall.Sanitise(this, 0, tag1), TaggedCall.Sanitise(this, 1, tag2), TaggedCall.Sanitise(this, 2, tag3), TaggedCall.Sanitise(this, 3, tag4)), _inner);

    void Forward(long delta, T1 tag1, T2 tag2, T3 tag3, T4 tag4)
    {
        TagList tags = default;
        InnerInstrument.AddTag(ref tags, this, 0, tag1);
        InnerInstrument.AddTag(ref tags, this, 1, tag2);
        InnerInstrument.AddTag(ref tags, this, 2, tag3);
        InnerInstrument.AddTag(ref tags, this, 3, tag4);
        try { _inner.Add(delta, in tags); }
        catch (Exception) { CountListenerError(); } // I11: a foreign listener's fault stays its own
    }
}
