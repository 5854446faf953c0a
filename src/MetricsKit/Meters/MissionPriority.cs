namespace MetricsKit;

/// <summary>How urgent a mission is.</summary>
public enum MissionPriority
{
    /// <summary>Exported as <c>high</c>.</summary>
    High,

    /// <summary>Exported as <c>normal</c>.</summary>
    Normal,

    /// <summary>Exported as <c>low</c>.</summary>
    Low,
}
