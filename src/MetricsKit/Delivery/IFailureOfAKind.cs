namespace MetricsKit;

/// <summary>An exception that knows which failures are of its kind, where its type and its error code do not tell.</summary>
interface IFailureOfAKind
{
    /// <summary>What failures with the same cure have in common; null: it goes on with the one before it, and is no news.</summary>
    string? Kind { get; }
}
