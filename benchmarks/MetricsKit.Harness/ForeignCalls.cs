using static MetricsKit.Benchmarks.Rivals;

namespace MetricsKit.Benchmarks;

/// <summary>What a call on an ordinary instrument costs that somebody else made: with nobody listening, with a listener that only counts, with the kit, and with the SDK.</summary>
static class ForeignCalls
{
    static readonly (string Kind, string[] Rivals, string SdkKind)[] OneSeries =
    [
        Row("counter, no tags"),
        Row("counter, two tags", Unheard, Heard, KitForeign, KitForeignOff, OtelSdk),
        Row("counter, 64 pairs in turn"),
        Row("counter, 64 pairs at random"),
        Row("counter, 900 pairs at random"),
        Row("counter, equal text in other objects"),
        Row("counter, past the limit"),
        Row("histogram, two tags", Unheard, Heard, KitForeign, OtelSdk),
        Row("histogram, five tags"),
        Row("gauge, handle"),
    ];

    internal static string Report() => Contention.Report("Foreign meters: a call on an ordinary instrument", "Everybody calls the same `Counter<long>`, `Histogram<double>` or `Gauge<double>` of `System.Diagnostics.Metrics`; the listener that only counts is the floor of whoever listens. Five tags are those of `http.server.request.duration`, one of them a number.", ("One series", OneSeries));

    static (string Kind, string[] Rivals, string SdkKind) Row(string kind, params string[] rivals) => (kind, rivals is [] ? [KitForeign, OtelSdk] : rivals, kind);
}
