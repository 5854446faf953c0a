using Xunit;

namespace MetricsKit.Testing;

/// <summary>A theory that starts a real Prometheus; skipped where there is none, except in continuous integration.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PrometheusTheoryAttribute : TheoryAttribute
{
    /// <inheritdoc cref="PrometheusTheoryAttribute"/>
    public PrometheusTheoryAttribute() => Skip = PrometheusSkip.Reason();
}
