namespace MetricsKit.Testing;

/// <summary>One class of a peer's public tests, each of which is accounted for: met, met differently, or not applicable.</summary>
/// <param name="peer">Whose it is.</param>
/// <param name="name">The class.</param>
/// <param name="count">How many tests it has, by which a forgotten one is noticed.</param>
public sealed class PeerSuite(string peer, string name, int count)
{
    readonly List<PeerFact> _facts = [];
    readonly List<(string Why, string[] Tests)> _notApplicable = [];

    /// <summary>Whose tests, and which.</summary>
    public string Name { get; } = $"{peer}: {name}";

    /// <summary>How many tests it has.</summary>
    public int Count { get; } = count;

    /// <summary>What they assert that can be asked of this library.</summary>
    public IReadOnlyList<PeerFact> Facts => _facts;

    /// <summary>Tests that cannot be asked of this library, and why.</summary>
    public IReadOnlyList<(string Why, string[] Tests)> NotApplicable => _notApplicable;

    /// <summary>The distinct tests that are accounted for.</summary>
    public IEnumerable<string> Tests => _facts.SelectMany(static f => f.Tests).Concat(_notApplicable.SelectMany(static n => n.Tests)).Distinct();

    /// <summary>Adds what is done as the peer does it.</summary>
    public PeerSuite Met(string id, string expects, string[] tests, Func<Task>? proof = null) => With(new(id, expects, null, tests, proof));

    /// <summary>Adds what is done otherwise.</summary>
    public PeerSuite Differs(string id, string expects, string instead, string[] tests, Func<Task>? proof = null) => With(new(id, expects, instead, tests, proof));

    /// <summary>Adds tests that have nothing to say about this library.</summary>
    public PeerSuite Skips(string why, params string[] tests)
    {
        _notApplicable.Add((why, tests));
        return this;
    }

    PeerSuite With(PeerFact fact)
    {
        _facts.Add(fact);
        return this;
    }
}
