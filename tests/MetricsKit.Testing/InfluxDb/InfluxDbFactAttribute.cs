using Xunit;

namespace MetricsKit.Testing;

/// <summary>A fact that starts a real InfluxDB; skipped where there is none, except in continuous integration.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class InfluxDbFactAttribute : FactAttribute
{
    /// <inheritdoc cref="InfluxDbFactAttribute"/>
    public InfluxDbFactAttribute() => Skip = InfluxDbSkip.Reason();
}
