using System.Diagnostics.Metrics;
using System.Globalization;

namespace MetricsKit.Tests.Collectors;

/// <summary>A meter without a host, whose collectors run when a test says so and whose series it reads as a foreign listener does.</summary>
sealed class RecordedMeter<TMeter> : IMeterFactory where TMeter : class, ICatalogMeter
{
    readonly MeterListener _listener = new();
    readonly List<Meter> _meters = [];
    readonly Dictionary<ICollector, CollectorRound> _rounds = [];
    readonly Dictionary<string, double> _observed = [];
    readonly Dictionary<string, (long Count, double Sum)> _histograms = [];

    public RecordedMeter(Func<Instruments<TMeter>, TMeter> make)
    {
        // Tests run beside each other: only meters that this factory made are heard.
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, this))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
        Meter = make(TestInstruments.Of<TMeter>(this));
    }

    public TMeter Meter { get; }

    /// <summary>Runs one round and gives its series as <c>name{key=value,…}</c>, with the keys in order.</summary>
    public Dictionary<string, double> Collect(ICollector collector)
    {
        if (!_rounds.TryGetValue(collector, out var round))
            _rounds[collector] = round = new CollectorRound();
        round.Run(collector);
        _observed.Clear();
        _listener.RecordObservableInstruments();
        return new Dictionary<string, double>(_observed);
    }

    /// <summary>What was recorded into a histogram without tags.</summary>
    public (long Count, double Sum) Histogram(string name) => _histograms.GetValueOrDefault(name);

    Meter IMeterFactory.Create(MeterOptions options)
    {
        options.Scope = this;
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meters.ForEach(static meter => meter.Dispose());
    }

    void Note(System.Diagnostics.Metrics.Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!instrument.IsObservable)
        {
            var (count, sum) = _histograms.GetValueOrDefault(instrument.Name);
            _histograms[instrument.Name] = (count + 1, sum + value);
            return;
        }
        var labels = tags.ToArray().Select(static tag => string.Create(CultureInfo.InvariantCulture, $"{tag.Key}={tag.Value}")).Order(StringComparer.Ordinal);
        _observed[$"{instrument.Name}{{{string.Join(',', labels)}}}"] = value;
    }
}
