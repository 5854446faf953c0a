using Xunit;

namespace MetricsKit.Tests.Otlp;

/// <summary>One way in which what we send differs, on purpose, from what OpenTelemetry's exporter sends of the same work.</summary>
/// <param name="Why">What differs, and why.</param>
/// <param name="Concerns">Which facts it is about, of those that only one side tells.</param>
sealed record OtlpDifference(string Why, Func<OtlpDifference.Told, bool> Concerns)
{
    /// <summary>A fact that only one side tells, and in which round.</summary>
    internal sealed record Told(OtlpFact Fact, int Round, bool IsOurs);

    /// <summary>That in each round both say the same but for the differences, and that each of these is really one in some round.</summary>
    public static void AssertAllThereIs(IReadOnlyList<OtlpDifference> differences, IEnumerable<(IReadOnlyList<OtlpFact> Ours, IReadOnlyList<OtlpFact> Theirs)> rounds)
    {
        var unequal = rounds.SelectMany(static (r, i) =>
            r.Ours.Except(r.Theirs).Select(f => new Told(f, i, IsOurs: true)).Concat(r.Theirs.Except(r.Ours).Select(f => new Told(f, i, IsOurs: false)))).ToList();
        var unexplained = unequal.Where(told => !differences.Any(d => d.Concerns(told))).Select(static told => told.ToString()).Order(StringComparer.Ordinal).ToList();
        Assert.True(unexplained.Count == 0, $"{unexplained.Count} facts differ:\n{string.Join('\n', unexplained.Take(40))}");
        Assert.All(differences, d => Assert.True(unequal.Exists(told => d.Concerns(told)), $"Not there any more: {d.Why}"));
    }
}
