namespace MetricsKit;

/// <summary>How a mission ended.</summary>
public enum MissionStatus
{
    /// <summary>Exported as <c>succeeded</c>.</summary>
    Succeeded,

    /// <summary>Exported as <c>failed</c>.</summary>
    Failed,

    /// <summary>Given up on purpose. Exported as <c>aborted</c>.</summary>
    Aborted,
}
