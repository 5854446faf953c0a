using Xunit;

namespace MetricsKit.Testing;

/// <summary>A fact that starts a real Prometheus; skipped where there is none, except in continuous integration.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PrometheusFactAttribute : FactAttribute
{
    /// <inheritdoc cref="PrometheusFactAttribute"/>
    public PrometheusFactAttribute() => Skip = PrometheusSkip.Reason();
}
