using System.Globalization;
using System.Text;
using MetricsKit.Testing;
using MetricsKit.Tests.Approved;
using Xunit;

namespace MetricsKit.Tests.Peers;

/// <summary>What the public tests of OpenTelemetry's Prometheus exporter and of prometheus-net assert, asked of this library through a real meter, a snapshot and its text.</summary>
/// <remarks>Ported as facts: the peers' tests were read, and what they say is written here anew. Their repositories were read at the commits that the approved list names.</remarks>
public sealed class PeerTests
{
    const string Read = "opentelemetry-dotnet at 63d9cd17298d, prometheus-net at 60e9106a83ff";

    static IEnumerable<PeerFact> Facts => PeerSuites.All.SelectMany(static s => s.Facts);

    public static TheoryData<string> Ids => [.. Facts.Where(static f => f.Proof is not null).Select(static f => f.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public Task Peer_Fact_IsMetOrDiffersAsItSays(string id) => Facts.Single(f => f.Id == id).Proof!();

    [Fact]
    public void Facts_OfAllSuites_AreDistinctSentences()
    {
        Assert.Equal(Facts.Select(static f => f.Id).Distinct(), Facts.Select(static f => f.Id));
        Assert.All(Facts, static f =>
        {
            Assert.EndsWith(".", f.Expects, StringComparison.Ordinal);
            if (f.Instead is not null) Assert.EndsWith(".", f.Instead, StringComparison.Ordinal);
            Assert.NotEmpty(f.Tests);
        });
    }

    [Fact]
    public void Suites_EveryTestOfThePeer_IsAccountedFor() =>
        Assert.All(PeerSuites.All, static s => Assert.Equal((s.Name, s.Count), (s.Name, s.Tests.Count())));

    [Fact]
    public void Facts_MetAndMetDifferently_AreAsApproved()
    {
        StringBuilder text = new();
        var skipped = PeerSuites.All.SelectMany(static s => s.NotApplicable);
        text.Append(CultureInfo.InvariantCulture, $"What the public tests of two peers assert, and what is done here. Read: {Read}.\n");
        text.Append(CultureInfo.InvariantCulture, $"{Facts.Count()} facts from {PeerSuites.All.Sum(static s => s.Count)} tests: {Facts.Count(static f => f.IsMet)} met, {Facts.Count(static f => !f.IsMet)} met differently; ");
        text.Append(CultureInfo.InvariantCulture, $"{skipped.Sum(static n => n.Tests.Length)} tests are not applicable.\n");
        foreach (var suite in PeerSuites.All) Describe(suite, text);
        Approval.Matches("peers.txt", text.ToString());
    }

    static void Describe(PeerSuite suite, StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n{suite.Name}, {suite.Count} tests: {suite.Facts.Count(static f => f.IsMet)} met, {suite.Facts.Count(static f => !f.IsMet)} met differently\n");
        foreach (var fact in suite.Facts)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {(fact.IsMet ? "met    " : "DIFFERS")} {fact.Id}: {fact.Expects}\n");
            if (fact.Instead is not null) text.Append(CultureInfo.InvariantCulture, $"          here: {fact.Instead}\n");
        }
        foreach (var (why, tests) in suite.NotApplicable) text.Append(CultureInfo.InvariantCulture, $"  not applicable: {why} ({string.Join(", ", tests)})\n");
    }
}
