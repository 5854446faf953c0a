using Xunit;

namespace MetricsKit.Testing;

/// <summary>A theory that sends OTLP to the receiver; skipped where Node or its modules are missing, except in continuous integration.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OtlpReceiverTheoryAttribute : TheoryAttribute
{
    /// <inheritdoc cref="OtlpReceiverTheoryAttribute"/>
    public OtlpReceiverTheoryAttribute() => Skip = OtlpReceiverSkip.Reason();
}
