using System.Diagnostics;
using System.Runtime.CompilerServices;
using static MetricsKit.Benchmarks.OrdinaryInstruments;

namespace MetricsKit.Benchmarks;

/// <summary>Call sites as an application has them: methods that are not inlined, with everything that a call costs.</summary>
static class Calls
{
    [MethodImpl(MethodImplOptions.NoInlining)] internal static void Nothing(object series, long delta) { }
    [MethodImpl(MethodImplOptions.NoInlining)] internal static void LookUp(HandWrittenSeries series, long delta) => series.LookUp(delta);
    [MethodImpl(MethodImplOptions.NoInlining)] internal static void Add(HandWrittenSeries series, long delta) => series.Add(delta);
    [MethodImpl(MethodImplOptions.NoInlining)] internal static void AddAndAsk(HandWrittenSeries series, long delta) => series.AddAndAsk(delta);

    [MethodImpl(MethodImplOptions.NoInlining)] internal static void Add(CounterSeries series, long delta) => series.Add(delta);
    [MethodImpl(MethodImplOptions.NoInlining)] internal static void Add(CounterInstrument<string, string> counter, string type, string zone) => counter.Add(1, type, zone);
    [MethodImpl(MethodImplOptions.NoInlining)] internal static void Add(CounterInstrument<string, Severity> counter, string type, Severity severity) => counter.Add(1, type, severity);
    [MethodImpl(MethodImplOptions.NoInlining)] internal static void Record(HistogramSeries series, double value) => series.Record(value);
    [MethodImpl(MethodImplOptions.NoInlining)] internal static void Record(HistogramInstrument<string, string> histogram, double value) => histogram.Record(value, "door", "north");
    [MethodImpl(MethodImplOptions.NoInlining)] internal static void Set(GaugeSeries series, double value) => series.Set(value);

    [MethodImpl(MethodImplOptions.NoInlining)] internal static void Add(OrdinaryInstruments rival) => rival.Untagged.Add(1);
    [MethodImpl(MethodImplOptions.NoInlining)] internal static void Add(OrdinaryInstruments rival, string type, string zone) => rival.Tagged.Add(1, Type(type), Zone(zone));
    [MethodImpl(MethodImplOptions.NoInlining)] internal static void AddLimited(OrdinaryInstruments rival, string type, string zone) => rival.Limited.Add(1, Type(type), Zone(zone));
    [MethodImpl(MethodImplOptions.NoInlining)] internal static void Record(OrdinaryInstruments rival, double value) => rival.Durations.Record(value, Type("door"), Zone("north"));
    /// <summary>As ASP.NET Core measures a request: four texts and a number.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void RecordFive(OrdinaryInstruments rival, double value, object status)
    {
        TagList tags = new() { { "url.scheme", "http" }, { "http.request.method", "GET" }, { "network.protocol.version", "1.1" }, { "http.response.status_code", status }, { "http.route", "/missions/{type}" } };
        rival.Durations.Record(value, in tags);
    }

    [MethodImpl(MethodImplOptions.NoInlining)] internal static void Set(OrdinaryInstruments rival, double value) => rival.Level.Record(value, Type("door"), Zone("north"));
}
