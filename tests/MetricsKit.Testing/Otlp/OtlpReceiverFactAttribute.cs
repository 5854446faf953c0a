using Xunit;

namespace MetricsKit.Testing;

/// <summary>A fact that sends OTLP to the receiver; skipped where Node or its modules are missing, except in continuous integration.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OtlpReceiverFactAttribute : FactAttribute
{
    /// <inheritdoc cref="OtlpReceiverFactAttribute"/>
    public OtlpReceiverFactAttribute() => Skip = OtlpReceiverSkip.Reason();
}
