using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>Finds the instrument and the series of samples, and makes them as long as there is room. Not for use by two threads at once.</summary>
sealed class SampleTargets(MeterInstruments meter, InstrumentsSinkOptions options, HostTags hostTags)
{
    /// <summary>Most series that are remembered by reference, some 2 MB. Chosen above what a recorder remembers; past it all are forgotten, which costs each a search.</summary>
    const int Most = 32_768;

    readonly ImmutableArray<double> _bounds = [.. options.Bounds];
    readonly Dictionary<SampleSeries, SampleTarget> _known = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<(string Name, SampleKind Kind), DynamicInstrument?> _metrics = []; // null: the name belongs to another

    internal SampleTarget Of(SampleSeries series) => _known.TryGetValue(series, out var known) ? known : Find(series);

    SampleTarget Find(SampleSeries series)
    {
        var tags = hostTags.Strip(series.Tags);
        bool folded = false;
        var target = InstrumentOf(series, out var refusal) is { } instrument
            ? instrument.Bind(tags.AsSpan(), out folded) is { } bound ? new SampleTarget(bound, Refusal.None, tags) : new(null, Refusal.SeriesLimit, tags)
            : new(null, refusal, tags);
        if (folded) return target; // I8: asked again each time, it may come often enough for a series of its own
        if (_known.Count >= Most) _known.Clear();
        _known.Add(series, target);
        return target;
    }

    DynamicInstrument? InstrumentOf(SampleSeries series, out Refusal refusal)
    {
        refusal = Refusal.NameTaken;
        if (_metrics.TryGetValue((series.Name, series.Kind), out var there)) return there;
        refusal = Refusal.MetricLimit;
        if (_metrics.Count >= options.MaxMetrics) return null;
        refusal = Refusal.NameTaken;
        var kind = series.Kind switch
        {
            SampleKind.Counter => InstrumentKind.Counter,
            SampleKind.Histogram => InstrumentKind.Histogram,
            _ => InstrumentKind.Gauge,
        };
        InstrumentSettings settings = new(Recorded: true, Exported: true, options.MaxSeries, kind == InstrumentKind.Histogram ? _bounds : [], Declared: null);
        return _metrics[(series.Name, series.Kind)] = meter.TryCreate(new(series.Name, kind), settings);
    }
}
