using MetricsKit.Testing;

namespace MetricsKit.Tests.Peers;

/// <summary>All suites of the peers, in the order of the approved list.</summary>
static class PeerSuites
{
    public static IReadOnlyList<PeerSuite> All { get; } =
    [
        OtelNames.Suite, OtelText.Suite, OtelScrapes.Fuzz,
        OtelNegotiation.Headers, OtelNegotiation.Protocols, OtelNegotiation.Strategies, OtelNegotiation.Escaping,
        OtelScrapes.Collections, OtelScrapes.Events, OtelOptions.Suite, .. HttpPeers.Suites,
        PromNetText.Serializer, PromNetText.Adapter,
        PromNetMetrics.Metrics, PromNetMetrics.Histograms, PromNetMetrics.Counters,
        PromNetLifetimes.Expiration, PromNetLifetimes.Initialization, PromNetLifetimes.Labels, PromNetLifetimes.Others,
    ];
}
