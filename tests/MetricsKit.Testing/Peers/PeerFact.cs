namespace MetricsKit.Testing;

/// <summary>One thing that a peer's public tests assert, and what this library does.</summary>
/// <param name="Id">A short name that stays.</param>
/// <param name="Expects">What the peer's tests expect, as a sentence.</param>
/// <param name="Instead">What is done here instead, and why, as a sentence; null: the same.</param>
/// <param name="Tests">The peer's tests that say so.</param>
/// <param name="Proof">Asserts it; null: another project does.</param>
public sealed record PeerFact(string Id, string Expects, string? Instead, IReadOnlyList<string> Tests, Func<Task>? Proof)
{
    /// <summary>Whether this library does what the peer's tests expect.</summary>
    public bool IsMet => Instead is null;

    /// <inheritdoc/>
    public override string ToString() => Id;
}
