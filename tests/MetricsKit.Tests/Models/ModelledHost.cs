using MetricsKit.Tests.Instruments;
using Xunit;

namespace MetricsKit.Tests.Models;

/// <summary>One instrument of each kind, real and modelled, and the handles that were bound.</summary>
sealed class ModelledHost : IDisposable
{
    const int MaxSeries = 4;

    static readonly TagKey<string> A = TagKey.Open("a");
    static readonly InstrumentDefinition<CounterInstrument<string>> CounterRow = Define.Counter("c", "1", "C.", A) with { MaxSeries = MaxSeries };
    static readonly InstrumentDefinition<UpDownCounterInstrument<string>> UpDownRow = Define.UpDownCounter("u", "1", "U.", A) with { MaxSeries = MaxSeries };
    static readonly InstrumentDefinition<GaugeInstrument<string>> GaugeRow = Define.Gauge("g", "1", "G.", A) with { MaxSeries = MaxSeries };
    static readonly InstrumentDefinition<HistogramInstrument<string>> HistogramRow = Define.Histogram("h", "s", "H.", A) with { MaxSeries = MaxSeries, Bounds = [.. ModelInstrument.Bounds] };

    readonly Rig<CounterInstrument<string>> _counter = Rig.Of(CounterRow);
    readonly Rig<UpDownCounterInstrument<string>> _upDown = Rig.Of(UpDownRow);
    readonly Rig<GaugeInstrument<string>> _gauge = Rig.Of(GaugeRow);
    readonly Rig<HistogramInstrument<string>> _histogram = Rig.Of(HistogramRow);
    readonly ModelInstrument _counterModel = new(InstrumentKind.Counter, MaxSeries), _upDownModel = new(InstrumentKind.UpDownCounter, MaxSeries);
    readonly ModelInstrument _gaugeModel = new(InstrumentKind.Gauge, MaxSeries), _histogramModel = new(InstrumentKind.Histogram, MaxSeries);

    // The real handle and the model's series, by the place of the text.
    readonly Dictionary<int, (CounterSeries Handle, ModelSeries Series)> _counters = [];
    readonly Dictionary<int, (UpDownCounterSeries Handle, ModelSeries Series)> _upDowns = [];
    readonly Dictionary<int, (GaugeSeries Handle, ModelSeries? Series)> _gauges = [];
    readonly Dictionary<int, (HistogramSeries Handle, ModelSeries Series)> _histograms = [];

    /// <summary>What to do on the thread that the command names; the model has then already done it.</summary>
    public Action Do(Command command)
    {
        string text = Scripts.Texts[command.Label]!;
        switch (command.Verb)
        {
            case Verb.Add:
                long increment = Scripts.Increments[command.Value];
                _counterModel.Add(_counterModel.Resolve(text)!, increment);
                return () => _counter.Instrument.Add(increment, text);
            case Verb.Move:
                long move = Scripts.Moves[command.Value];
                _upDownModel.Add(_upDownModel.Resolve(text)!, move);
                return () => _upDown.Instrument.Add(move, text);
            case Verb.Set:
                double level = Scripts.Numbers[command.Value];
                _gaugeModel.Set(_gaugeModel.Resolve(text), level);
                return () => _gauge.Instrument.Set(level, text);
            case Verb.Record:
                double measurement = Scripts.Numbers[command.Value];
                _histogramModel.Record(_histogramModel.Resolve(text)!, measurement);
                return () => _histogram.Instrument.Record(measurement, text);
            default:
                return DoBound(command, text);
        }
    }

    /// <summary>The handles, once the host is gone.</summary>
    public Action Orphans()
    {
        var (counters, upDowns, gauges, histograms) = (_counters.Values.ToArray(), _upDowns.Values.ToArray(), _gauges.Values.ToArray(), _histograms.Values.ToArray());
        return () =>
        {
            foreach (var (handle, _) in counters) handle.Add(12345);
            foreach (var (handle, _) in upDowns) handle.Add(-12345);
            foreach (var (handle, _) in gauges) handle.Set(12345);
            foreach (var (handle, _) in histograms) handle.Record(12345);
        };
    }

    public void CreateAgain()
    {
        Assert.Same(_counter.Instrument, _counter.Registry.Meters[0].Create(CounterRow));
        Assert.Same(_upDown.Instrument, _upDown.Registry.Meters[0].Create(UpDownRow));
        Assert.Same(_gauge.Instrument, _gauge.Registry.Meters[0].Create(GaugeRow));
        Assert.Same(_histogram.Instrument, _histogram.Registry.Meters[0].Create(HistogramRow));
    }

    public void AssertEqual()
    {
        Assert.Equal(_counterModel.Seen(), Seen(_counter, _counterModel));
        Assert.Equal(_upDownModel.Seen(), Seen(_upDown, _upDownModel));
        Assert.Equal(_gaugeModel.Seen(), Seen(_gauge, _gaugeModel));
        Assert.Equal(_histogramModel.Seen(), Seen(_histogram, _histogramModel));
    }

    public void Dispose()
    {
        _counter.Dispose();
        _upDown.Dispose();
        _gauge.Dispose();
        _histogram.Dispose();
    }

    Action DoBound(Command command, string text)
    {
        switch (command.Verb)
        {
            case Verb.AddBound:
                long increment = Scripts.Increments[command.Value];
                if (!_counters.TryGetValue(command.Label, out var counter)) counter = _counters[command.Label] = (_counter.Instrument.Bind(text), _counterModel.Resolve(text)!);
                _counterModel.Add(counter.Series, increment);
                return () => counter.Handle.Add(increment);
            case Verb.MoveBound:
                long move = Scripts.Moves[command.Value];
                if (!_upDowns.TryGetValue(command.Label, out var upDown)) upDown = _upDowns[command.Label] = (_upDown.Instrument.Bind(text), _upDownModel.Resolve(text)!);
                _upDownModel.Add(upDown.Series, move);
                return () => upDown.Handle.Add(move);
            case Verb.SetBound:
                double level = Scripts.Numbers[command.Value];
                if (!_gauges.TryGetValue(command.Label, out var gauge)) gauge = _gauges[command.Label] = (_gauge.Instrument.Bind(text), _gaugeModel.Resolve(text));
                _gaugeModel.Set(gauge.Series, level);
                return () => gauge.Handle.Set(level);
            case Verb.RecordBound:
                double measurement = Scripts.Numbers[command.Value];
                if (!_histograms.TryGetValue(command.Label, out var histogram)) histogram = _histograms[command.Label] = (_histogram.Instrument.Bind(text), _histogramModel.Resolve(text)!);
                _histogramModel.Record(histogram.Series, measurement);
                return () => histogram.Handle.Record(measurement);
            default:
                throw new ArgumentOutOfRangeException(nameof(command));
        }
    }

    static SortedDictionary<string, string> Seen<TInstrument>(Rig<TInstrument> rig, ModelInstrument model) where TInstrument : Instrument
    {
        SortedDictionary<string, string> seen = new(StringComparer.Ordinal) { ["folded"] = ModelInstrument.Text(rig.Instrument.Table!.Folded) };
        foreach (var entry in Enum.GetValues<LedgerEntry>()) seen[entry.ToString()] = ModelInstrument.Text(rig.Count(entry));
        using var snapshot = rig.Source.GetSnapshotAsync().AsTask().GetAwaiter().GetResult();
        foreach (var series in snapshot.Families.SelectMany(static f => f.Series))
        {
            string name = (series.IsOverflow ? "!" : "") + string.Join(',', series.Tags.Select(static t => $"{t.Key}={t.Value}"));
            bool rough = model.IsRough(name) && double.IsFinite(series.Sum);
            seen.Add("{" + name + "}", series.BucketCounts.IsEmpty ? ModelInstrument.Text(series.Value) : ModelInstrument.Text(series.BucketCounts, rough ? null : series.Sum));
        }
        return seen;
    }
}
