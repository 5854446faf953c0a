using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MetricsKit;

/// <summary>A histogram without tags.</summary>
public sealed class HistogramInstrument : Instrument
{
    readonly Histogram<double> _inner;
    readonly HistogramSeries _series;

    internal HistogramInstrument(InstrumentDefinition definition, InstrumentContext context) : base(definition, context, SeriesStorage.Histograms)
    {
        _inner = InnerInstrument.Histogram(this, context);
        DeclareSeries(context.Settings);
        _series = Bind();
    }

    /// <summary>Records a measurement.</summary>
    /// <param name="value">Any finite number, in the instrument's unit; NaN and infinities are rejected and counted.</param>
    public void Record(double value) => _series.Record(value);

    /// <summary>Records a duration in the instrument's unit of time.</summary>
    /// <param name="elapsed">The duration.</param>
    public void Record(TimeSpan elapsed) => _series.Record(elapsed);

    /// <summary>Starts a timer that records when it is disposed.</summary>
    public HistogramTimer StartTimer() => _series.StartTimer();

    /// <summary>The handle of one series, for hot paths: resolve once, record often. Binding the same instrument again gives the same handle.</summary>
    public HistogramSeries Bind() =>
        HistogramSeries.Of(this, Bound(), _inner);
}

/// <summary>A histogram with one tag.</summary>
/// <typeparam name="T1">The type of the first tag's value.</typeparam>
public sealed class HistogramInstrument<T1> : Instrument where T1 : notnull
{
    readonly Histogram<double> _inner;

    internal HistogramInstrument(InstrumentDefinition definition, InstrumentContext context) : base(definition, context, SeriesStorage.Histograms)
    {
        _inner = InnerInstrument.Histogram(this, context);
        DeclareSeries(context.Settings);
    }

    /// <summary>Records a measurement.</summary>
    /// <param name="value">Any finite number, in the instrument's unit; NaN and infinities are rejected and counted.</param>
    /// <param name="tag1">The value of the first tag.</param>
    public void Record(double value, T1 tag1)
    {
        int lane = ThreadCells.Lane;
        var place = TaggedCall.Find(lane, this, tag1);
        if (place.Cells is null) place = TaggedCall.Resolve(this, tag1);
        HistogramSeries.RecordAt(in place, PaddedBounds, value);
        if (_inner.Enabled && double.IsFinite(value)) Forward(value, tag1);
        GC.KeepAlive(place.Cells); // I7, I7b: until the cell is written
    }

    /// <summary>Records a duration in the instrument's unit of time.</summary>
    /// <param name="elapsed">The duration.</param>
    /// <param name="tag1">The value of the first tag.</param>
    public void Record(TimeSpan elapsed, T1 tag1) => Record(elapsed.TotalSeconds * PerSecond, tag1);

    /// <summary>Starts a timer that records into this very series when it is disposed.</summary>
    /// <param name="tag1">The value of the first tag.</param>
    public HistogramTimer StartTimer(T1 tag1) => Bind(tag1).StartTimer();

    /// <summary>The handle of one series, for hot paths: resolve once, record often. Binding the same values again gives the same handle.</summary>
    /// <param name="tag1">The value of the first tag.</param>
    public HistogramSeries Bind(T1 tag1) =>
        HistogramSeries.Of(this, Bound(TaggedCall.Sanitise(this, 0, tag1)), _inner);

    void Forward(double value, T1 tag1)
    {
        TagList tags = default;
        InnerInstrument.AddTag(ref tags, this, 0, tag1);
        try { _inner.Record(value, in tags); }
        catch (Exception) { CountListenerError(); } // I11: a foreign listener's fault stays its own
    }
}

/// <summary>A histogram with two tags.</summary>
/// <typeparam name="T1">The type of the first tag's value.</typeparam>
/// <typeparam name="T2">The type of the second tag's value.</typeparam>
public sealed class HistogramInstrument<T1, T2> : Instrument where T1 : notnull where T2 : notnull
{
    readonly Histogram<double> _inner;

    internal HistogramInstrument(InstrumentDefinition definition, InstrumentContext context) : base(definition, context, SeriesStorage.Histograms)
    {
        _inner = InnerInstrument.Histogram(this, context);
        DeclareSeries(context.Settings);
    }

    /// <summary>Records a measurement.</summary>
    /// <param name="value">Any finite number, in the instrument's unit; NaN and infinities are rejected and counted.</param>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    public void Record(double value, T1 tag1, T2 tag2)
    {
        int lane = ThreadCells.Lane;
        var place = TaggedCall.Find(lane, this, tag1, tag2);
        if (place.Cells is null) place = TaggedCall.Resolve(this, tag1, tag2);
        HistogramSeries.RecordAt(in place, PaddedBounds, value);
        if (_inner.Enabled && double.IsFinite(value)) Forward(value, tag1, tag2);
        GC.KeepAlive(place.Cells); // I7, I7b: until the cell is written
    }

    /// <summary>Records a duration in the instrument's unit of time.</summary>
    /// <param name="elapsed">The duration.</param>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    public void Record(TimeSpan elapsed, T1 tag1, T2 tag2) => Record(elapsed.TotalSeconds * PerSecond, tag1, tag2);

    /// <summary>Starts a timer that records into this very series when it is disposed.</summary>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    public HistogramTimer StartTimer(T1 tag1, T2 tag2) => Bind(tag1, tag2).StartTimer();

    /// <summary>The handle of one series, for hot paths: resolve once, record often. Binding the same values again gives the same handle.</summary>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    public HistogramSeries Bind(T1 tag1, T2 tag2) =>
        HistogramSeries.Of(this, Bound(TaggedCall.Sanitise(this, 0, tag1), TaggedCall.Sanitise(this, 1, tag2)), _inner);

    void Forward(double value, T1 tag1, T2 tag2)
    {
        TagList tags = default;
        InnerInstrument.AddTag(ref tags, this, 0, tag1);
        InnerInstrument.AddTag(ref tags, this, 1, tag2);
        try { _inner.Record(value, in tags); }
        catch (Exception) { CountListenerError(); } // I11: a foreign listener's fault stays its own
    }
}

/// <summary>A histogram with three tags.</summary>
/// <typeparam name="T1">The type of the first tag's value.</typeparam>
/// <typeparam name="T2">The type of the second tag's value.</typeparam>
/// <typeparam name="T3">The type of the third tag's value.</typeparam>
public sealed class HistogramInstrument<T1, T2, T3> : Instrument where T1 : notnull where T2 : notnull where T3 : notnull
{
    readonly Histogram<double> _inner;

    internal HistogramInstrument(InstrumentDefinition definition, InstrumentContext context) : base(definition, context, SeriesStorage.Histograms)
    {
        _inner = InnerInstrument.Histogram(this, context);
        DeclareSeries(context.Settings);
    }

    /// <summary>Records a measurement.</summary>
    /// <param name="value">Any finite number, in the instrument's unit; NaN and infinities are rejected and counted.</param>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    /// <param name="tag3">The value of the third tag.</param>
    public void Record(double value, T1 tag1, T2 tag2, T3 tag3)
    {
        int lane = ThreadCells.Lane;
        var place = TaggedCall.Find(lane, this, tag1, tag2, tag3);
        if (place.Cells is null) place = TaggedCall.Resolve(this, tag1, tag2, tag3);
        HistogramSeries.RecordAt(in place, PaddedBounds, value);
        if (_inner.Enabled && double.IsFinite(value)) Forward(value, tag1, tag2, tag3);
        GC.KeepAlive(place.Cells); // I7, I7b: until the cell is written
    }

    /// <summary>Records a duration in the instrument's unit of time.</summary>
    /// <param name="elapsed">The duration.</param>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    /// <param name="tag3">The value of the third tag.</param>
    public void Record(TimeSpan elapsed, T1 tag1, T2 tag2, T3 tag3) => Record(elapsed.TotalSeconds * PerSecond, tag1, tag2, tag3);

    /// <summary>Starts a timer that records into this very series when it is disposed.</summary>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    /// <param name="tag3">The value of the third tag.</param>
    public HistogramTimer StartTimer(T1 tag1, T2 tag2, T3 tag3) => Bind(tag1, tag2, tag3).StartTimer();

    /// <summary>The handle of one series, for hot paths: resolve once, record often. Binding the same values again gives the same handle.</summary>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    /// <param name="tag3">The value of the third tag.</param>
    public HistogramSeries Bind(T1 tag1, T2 tag2, T3 tag3) =>
        HistogramSeries.Of(this, Bound(TaggedCall.Sanitise(this, 0, tag1), TaggedCall.Sanitise(this, 1, tag2), TaggedCall.Sanitise(this, 2, tag3)), _inner);

    void Forward(double value, T1 tag1, T2 tag2, T3 tag3)
    {
        TagList tags = default;
        InnerInstrument.AddTag(ref tags, this, 0, tag1);
        InnerInstrument.AddTag(ref tags, this, 1, tag2);
        InnerInstrument.AddTag(ref tags, this, 2, tag3);
        try { _inner.Record(value, in tags); }
        catch (Exception) { CountListenerError(); } // I11: a foreign listener's fault stays its own
    }
}

/// <summary>A histogram with four tags.</summary>
/// <typeparam name="T1">The type of the first tag's value.</typeparam>
/// <typeparam name="T2">The type of the second tag's value.</typeparam>
/// <typeparam name="T3">The type of the third tag's value.</typeparam>
/// <typeparam name="T4">The type of the fourth tag's value.</typeparam>
public sealed class HistogramInstrument<T1, T2, T3, T4> : Instrument where T1 : notnull where T2 : notnull where T3 : notnull where T4 : notnull
{
    readonly Histogram<double> _inner;

    internal HistogramInstrument(InstrumentDefinition definition, InstrumentContext context) : base(definition, context, SeriesStorage.Histograms)
    {
        _inner = InnerInstrument.Histogram(this, context);
        DeclareSeries(context.Settings);
    }

    /// <summary>Records a measurement.</summary>
    /// <param name="value">Any finite number, in the instrument's unit; NaN and infinities are rejected and counted.</param>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    /// <param name="tag3">The value of the third tag.</param>
    /// <param name="tag4">The value of the fourth tag.</param>
    public void Record(double value, T1 tag1, T2 tag2, T3 tag3, T4 tag4)
    {
        int lane = ThreadCells.Lane;
        var place = TaggedCall.Find(lane, this, tag1, tag2, tag3, tag4);
        if (place.Cells is null) place = TaggedCall.Resolve(this, tag1, tag2, tag3, tag4);
        HistogramSeries.RecordAt(in place, PaddedBounds, value);
        if (_inner.Enabled && double.IsFinite(value)) Forward(value, tag1, tag2, tag3, tag4);
        GC.KeepAlive(place.Cells); // I7, I7b: until the cell is written
    }

    /// <summary>Records a duration in the instrument's unit of time.</summary>
    /// <param name="elapsed">The duration.</param>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    /// <param name="tag3">The value of the third tag.</param>
    /// <param name="tag4">The value of the fourth tag.</param>
    public void Record(TimeSpan elapsed, T1 tag1, T2 tag2, T3 tag3, T4 tag4) => Record(elapsed.TotalSeconds * PerSecond, tag1, tag2, tag3, tag4);

    /// <summary>Starts a timer that records into this very series when it is disposed.</summary>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    /// <param name="tag3">The value of the third tag.</param>
    /// <param name="tag4">The value of the fourth tag.</param>
    public HistogramTimer StartTimer(T1 tag1, T2 tag2, T3 tag3, T4 tag4) => Bind(tag1, tag2, tag3, tag4).StartTimer();

    /// <summary>The handle of one series, for hot paths: resolve once, record often. Binding the same values again gives the same handle.</summary>
    /// <param name="tag1">The value of the first tag.</param>
    /// <param name="tag2">The value of the second tag.</param>
    /// <param name="tag3">The value of the third tag.</param>
    /// <param name="tag4">The value of the fourth tag.</param>
    public HistogramSeries Bind(T1 tag1, T2 tag2, T3 tag3, T4 tag4) =>
        HistogramSeries.Of(this, Bound(TaggedCall.Sanitise(this, 0, tag1), TaggedCall.Sanitise(this, 1, tag2), TaggedCall.Sanitise(this, 2, tag3), TaggedCall.Sanitise(this, 3, tag4)), _inner);

    void Forward(double value, T1 tag1, T2 tag2, T3 tag3, T4 tag4)
    {
        TagList tags = default;
        InnerInstrument.AddTag(ref tags, this, 0, tag1);
        InnerInstrument.AddTag(ref tags, this, 1, tag2);
        InnerInstrument.AddTag(ref tags, this, 2, tag3);
        InnerInstrument.AddTag(ref tags, this, 3, tag4);
        try { _inner.Record(value, in tags); }
        catch (Exception) { CountListenerError(); } // I11: a foreign listener's fault stays its own
    }
}
