using Xunit;

namespace MetricsKit.Tests.Otlp;

/// <summary>One way in which what we send differs, on purpose, from what OpenTelemetry's exporter sends of the same work.</summary>
/// <param name="Why">What differs, and why.</param>
/// <param name="Concerns">Which facts, of either side, it is about.</param>
sealed record OtlpDifference(string Why, Func<OtlpFact, bool> Concerns)
{
    /// <summary>That two tellings are equal but for the differences, and that each of these is really one.</summary>
    public static void AssertAllThereIs(IReadOnlyList<OtlpFact> ours, IReadOnlyList<OtlpFact> theirs, IReadOnlyList<OtlpDifference> differences)
    {
        var unexplained = Unequal(ours, theirs).Where(found => !differences.Any(d => d.Concerns(found.Fact))).ToList();
        Assert.True(unexplained.Count == 0, $"{unexplained.Count} facts differ:\n{string.Join('\n', unexplained.OrderBy(static f => f.Fact.Subject, StringComparer.Ordinal).ThenBy(static f => f.Fact.Aspect, StringComparer.Ordinal).Take(20))}");
        Assert.All(differences, d => Assert.True(Unequal(ours, theirs).Any(found => d.Concerns(found.Fact)), $"Not there any more: {d.Why}"));
    }

    static IEnumerable<(string Whose, OtlpFact Fact)> Unequal(IReadOnlyList<OtlpFact> ours, IReadOnlyList<OtlpFact> theirs) =>
        ours.Except(theirs).Select(static f => ("ours", f)).Concat(theirs.Except(ours).Select(static f => ("theirs", f)));
}
