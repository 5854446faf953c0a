namespace MetricsKit;

/// <summary>How bad a safety event is.</summary>
public enum Severity
{
    /// <summary>Exported as <c>info</c>.</summary>
    Info,

    /// <summary>Exported as <c>warning</c>.</summary>
    Warning,

    /// <summary>Exported as <c>critical</c>.</summary>
    Critical,
}
