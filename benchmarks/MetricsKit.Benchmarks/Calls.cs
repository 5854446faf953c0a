using System.Runtime.CompilerServices;
using static MetricsKit.Benchmarks.OrdinaryInstruments;

namespace MetricsKit.Benchmarks;

/// <summary>Call sites as an application has them: methods that are not inlined, with everything that a call costs.</summary>
static class Calls
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Nothing(object series, long delta) { }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Add(CounterSeries series, long delta) => series.Add(delta);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Add(CounterInstrument<string, string> counter, string type, string zone) => counter.Add(1, type, zone);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Add(CounterInstrument<string, Severity> counter, string type, Severity severity) => counter.Add(1, type, severity);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Record(HistogramSeries series, double value) => series.Record(value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Set(GaugeSeries series, double value) => series.Set(value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Add(System.Diagnostics.Metrics.Counter<long> counter) => counter.Add(1);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Add(System.Diagnostics.Metrics.Counter<long> counter, string type, string zone) => counter.Add(1, Type(type), Zone(zone));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Record(System.Diagnostics.Metrics.Histogram<double> histogram, double value) => histogram.Record(value, Type("door"), Zone("north"));

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Set(System.Diagnostics.Metrics.Gauge<double> gauge, double value) => gauge.Record(value, Type("door"), Zone("north"));
}
