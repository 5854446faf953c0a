using MetricsKit.Testing;

namespace MetricsKit.Tests.Peers;

/// <summary>All suites of the peers, in the order of the approved list.</summary>
static class PeerSuites
{
    public static IReadOnlyList<PeerSuite> All { get; } =
    [
        OtelNames.Suite,
    ];
}
