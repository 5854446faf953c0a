using MetricsKit.Testing;

namespace MetricsKit.Tests.Peers;

/// <summary>All suites of the peers, in the order of the approved list.</summary>
static class PeerSuites
{
    public static IReadOnlyList<PeerSuite> All { get; } =
    [
        OtelNames.Suite,
        OtelText.Suite, OtelScrapes.Fuzz, OtelScrapes.Collections, OtelScrapes.Events,
        OtelNegotiation.Headers, OtelNegotiation.Protocols, OtelNegotiation.Strategies, OtelNegotiation.Escaping,
        PromNetText.Serializer, PromNetText.Adapter, PromNetMetrics.Metrics, PromNetMetrics.Histograms, PromNetMetrics.Counters,
        PromNetLifetimes.Expiration, PromNetLifetimes.Initialization, PromNetLifetimes.Labels, PromNetLifetimes.Others,
    ];
}
