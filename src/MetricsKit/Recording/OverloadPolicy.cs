namespace MetricsKit;

/// <summary>What becomes of a sample for which the recorder has no room. Either way one is lost and counted; recording never waits.</summary>
public enum OverloadPolicy
{
    /// <summary>The sample itself is refused: <c>Record</c> returns false.</summary>
    DropNewest,

    /// <summary>The oldest full block is dropped for it. Where there is none, or it is being handed on at that moment, the sample is refused.</summary>
    DropOldest,
}
