using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;

namespace MetricsKit;

/// <summary>The ordinary instrument behind each of ours, and the tags that a foreign listener is given.</summary>
static class InnerInstrument
{
    /// <summary>A switched-off instrument's inner one belongs to this disposed meter: it exists, is never published and never enabled.</summary>
    static readonly Meter Silent = MakeSilent();

    internal static Counter<long> Counter(Instrument on, InstrumentContext context)
    {
        var row = on.Definition;
        return Told(on, context, Guarded(context, meter => meter.CreateCounter<long>(row.Name, row.Unit, row.Description)));
    }

    internal static UpDownCounter<long> UpDownCounter(InstrumentDefinition row, InstrumentContext context) =>
        Guarded(context, meter => meter.CreateUpDownCounter<long>(row.Name, row.Unit, row.Description));

    internal static Gauge<double> Gauge(InstrumentDefinition row, InstrumentContext context) =>
        Guarded(context, meter => meter.CreateGauge<double>(row.Name, row.Unit, row.Description));

    internal static Histogram<double> Histogram(Instrument on, InstrumentContext context) => Told(on, context, Histogram(on.Definition, context));

    static Histogram<double> Histogram(InstrumentDefinition row, InstrumentContext context) =>
        Guarded(context, meter => meter.CreateHistogram(row.Name, row.Unit, row.Description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = ImmutableCollectionsMarshal.AsArray(context.Settings.Bounds)! }));

    /// <summary>The instrument of a metric whose values are doubles whatever its kind.</summary>
    internal static System.Diagnostics.Metrics.Instrument<double> OfDoubles(InstrumentDefinition row, InstrumentContext context) => row.Kind switch
    {
        InstrumentKind.Counter => Guarded(context, meter => meter.CreateCounter<double>(row.Name, unit: null, row.Description)),
        InstrumentKind.Histogram => Histogram(row, context),
        _ => Gauge(row, context),
    };

    /// <summary>I11: a listener of the process is told of the new instrument here; if it throws, our instrument measures and forwards to nobody.</summary>
    internal static TInner Guarded<TInner>(InstrumentContext context, Func<Meter, TInner> create)
    {
        if (!context.Settings.Recorded) return create(Silent);
        try { return create(context.Meter); }
        catch (Exception)
        {
            context.Registry.Ledger.Count(LedgerEntry.ListenerError);
            return create(Silent);
        }
    }

    /// <summary>Tells who keeps exemplars, so that the instrument is listened to if they are kept and costs what it did if they are not.</summary>
    static TInner Told<TInner>(Instrument on, InstrumentContext context, TInner inner) where TInner : System.Diagnostics.Metrics.Instrument
    {
        context.Registry.Made?.Invoke(on, inner);
        return inner;
    }

    /// <summary>The tags of a bound series, for as long as it lives.</summary>
    internal static KeyValuePair<string, object?>[] TagsOf(Instrument on, SeriesPlace place)
    {
        if (place.Block is not { } block) return [];
        List<KeyValuePair<string, object?>> tags = [];
        for (int k = 0, count = block.Labels.TagsAt(place.At); k < count; k++)
        {
            var (key, value) = block.Labels.TagAt(place.At, k, on.Definition.TagKeys);
            if (value.Length > 0) tags.Add(new(key, value));
        }
        return [.. tags];
    }

    internal static void AddTag<T>(ref TagList tags, Instrument on, int key, T value) where T : notnull
    {
        string text = TaggedCall.Sanitise(on, key, value, out _); // counted where the series was resolved
        if (text.Length > 0) tags.Add(on.Definition.TagKeys[key].Name, text);
    }

    static Meter MakeSilent()
    {
        Meter meter = new("MetricsKit.Silent");
        meter.Dispose();
        return meter;
    }
}
