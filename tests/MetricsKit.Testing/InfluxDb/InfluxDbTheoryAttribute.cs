using Xunit;

namespace MetricsKit.Testing;

/// <summary>A theory that starts a real InfluxDB; skipped where there is none, except in continuous integration.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class InfluxDbTheoryAttribute : TheoryAttribute
{
    /// <inheritdoc cref="InfluxDbTheoryAttribute"/>
    public InfluxDbTheoryAttribute() => Skip = InfluxDbSkip.Reason();
}
