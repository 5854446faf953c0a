using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>An instrument that was met while measuring: its values are doubles whatever its kind, and each of its series carries its own tags.</summary>
/// <remarks>
/// Measuring and forwarding are two calls, since whoever measures for others decides when foreign code may run. The ordinary instrument, which the listeners
/// of the process are told of, is made by <see cref="Publish"/> for the same reason.
/// </remarks>
sealed class DynamicInstrument : Instrument
{
    readonly DynamicKeys _keys;
    readonly InstrumentContext _context;
    volatile Instrument<double>? _inner;
    int _published;

    internal DynamicInstrument(DynamicDefinition row, InstrumentContext context) : base(row, context, StorageOf(row.Kind))
    {
        _context = context;
        StartTime = Registry.Time.GetUtcNow();
        _keys = new(Registry.Budget, Salt);
    }

    /// <summary>Whether anybody but the kit listens.</summary>
    internal bool IsListenedTo => _inner is { Enabled: true };

    /// <summary>The handle of the series with these tags, or of the one that it folds into at the limit (I8); null when a gauge found no room.</summary>
    /// <param name="tags">Sanitised tags, none of them empty, in any order.</param>
    /// <param name="folded">Whether there was no room for a series of these tags.</param>
    internal DynamicSeries? Bind(ReadOnlySpan<KeyValuePair<string, string>> tags, out bool folded)
    {
        TagPairs few = default;
        Span<string> pairs = tags.Length <= TagPairs.MaxTags ? few : new string[2 * tags.Length];
        int length = _keys.Arrange(tags, pairs);
        folded = true;
        var place = length >= 0 ? Place(pairs[..length], out folded, SeriesHold.Bound) : Table!.Fold([]);
        return place.Block is null ? null : DynamicSeries.Of(this, place);
    }

    /// <summary>Makes the ordinary instrument. Who comes second does not wait: a listener may hang when it is told.</summary>
    internal void Publish()
    {
        if (Volatile.Read(ref _published) == 0 && Interlocked.Exchange(ref _published, 1) == 0) _inner = InnerInstrument.OfDoubles(Definition, _context); // I11: foreign code runs
    }

    /// <summary>Gives a measurement to whoever listens, with the tags as they were spelled.</summary>
    internal void Forward(double value, ReadOnlySpan<KeyValuePair<string, string>> tags)
    {
        ForwardedTags few = default;
        Span<KeyValuePair<string, object?>> all = tags.Length <= TagPairs.MaxTags ? few : new KeyValuePair<string, object?>[tags.Length];
        for (int i = 0; i < tags.Length; i++) all[i] = new(tags[i].Key, tags[i].Value);
        ReadOnlySpan<KeyValuePair<string, object?>> given = all[..tags.Length];
        try
        {
            switch (_inner)
            {
                case Counter<double> counter: counter.Add(value, given); break;
                case Histogram<double> histogram: histogram.Record(value, given); break;
                case Gauge<double> gauge: gauge.Record(value, given); break;
            }
        }
        catch (Exception) { CountListenerError(); } // I11: a foreign listener's fault stays its own
    }

    static SeriesStorage StorageOf(InstrumentKind kind) => kind switch
    {
        InstrumentKind.Counter => SeriesStorage.Sums,
        InstrumentKind.Histogram => SeriesStorage.Histograms,
        _ => SeriesStorage.Values,
    };

    [InlineArray(TagPairs.MaxTags)]
    struct ForwardedTags
    {
        KeyValuePair<string, object?> _first;
    }
}
