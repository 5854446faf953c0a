using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace MetricsKit;

/// <summary>What the type of an ordinary instrument says about it.</summary>
/// <param name="Kind">What it measures.</param>
/// <param name="Storage">Where its values are kept: whole numbers stay exact.</param>
readonly record struct ForeignKind(InstrumentKind Kind, SeriesStorage Storage)
{
    /// <summary>Null for an instrument that somebody derived himself: its type says nothing about what it measures.</summary>
    internal static ForeignKind? Of(System.Diagnostics.Metrics.Instrument source) => source switch
    {
        Counter<byte> or Counter<short> or Counter<int> or Counter<long> => new(InstrumentKind.Counter, SeriesStorage.Counts),
        Counter<float> or Counter<double> or Counter<decimal> => new(InstrumentKind.Counter, SeriesStorage.Sums),
        UpDownCounter<byte> or UpDownCounter<short> or UpDownCounter<int> or UpDownCounter<long> => new(InstrumentKind.UpDownCounter, SeriesStorage.Counts),
        UpDownCounter<float> or UpDownCounter<double> or UpDownCounter<decimal> => new(InstrumentKind.UpDownCounter, SeriesStorage.Sums),
        Gauge<byte> or Gauge<short> or Gauge<int> or Gauge<long> or Gauge<float> or Gauge<double> or Gauge<decimal> => new(InstrumentKind.Gauge, SeriesStorage.Values),
        Histogram<byte> or Histogram<short> or Histogram<int> or Histogram<long> or Histogram<float> or Histogram<double> or Histogram<decimal> => new(InstrumentKind.Histogram, SeriesStorage.Histograms),
        ObservableCounter<byte> or ObservableCounter<short> or ObservableCounter<int> or ObservableCounter<long> or ObservableCounter<float> or ObservableCounter<double> or ObservableCounter<decimal> => new(InstrumentKind.Counter, SeriesStorage.Values),
        ObservableUpDownCounter<byte> or ObservableUpDownCounter<short> or ObservableUpDownCounter<int> or ObservableUpDownCounter<long> or ObservableUpDownCounter<float> or ObservableUpDownCounter<double> or ObservableUpDownCounter<decimal> => new(InstrumentKind.UpDownCounter, SeriesStorage.Values),
        ObservableGauge<byte> or ObservableGauge<short> or ObservableGauge<int> or ObservableGauge<long> or ObservableGauge<float> or ObservableGauge<double> or ObservableGauge<decimal> => new(InstrumentKind.Gauge, SeriesStorage.Values),
        _ => null,
    };

    /// <summary>The bounds that a histogram advises; default when it advises none.</summary>
    internal static ImmutableArray<double> AdviceOf(System.Diagnostics.Metrics.Instrument source) => source switch
    {
        System.Diagnostics.Metrics.Instrument<double> of => Bounds(of.Advice),
        System.Diagnostics.Metrics.Instrument<float> of => Bounds(of.Advice),
        System.Diagnostics.Metrics.Instrument<decimal> of => Bounds(of.Advice),
        System.Diagnostics.Metrics.Instrument<long> of => Bounds(of.Advice),
        System.Diagnostics.Metrics.Instrument<int> of => Bounds(of.Advice),
        System.Diagnostics.Metrics.Instrument<short> of => Bounds(of.Advice),
        System.Diagnostics.Metrics.Instrument<byte> of => Bounds(of.Advice),
        _ => default,
    };

    static ImmutableArray<double> Bounds<T>(InstrumentAdvice<T>? advice) where T : struct, IConvertible =>
        advice?.HistogramBucketBoundaries is { } bounds ? [.. bounds.Select(static b => b.ToDouble(CultureInfo.InvariantCulture))] : default;
}
