namespace MetricsKit.Testing;

/// <summary>What the parser lets pass although MetricsKit never writes it; nothing by default.</summary>
public sealed record ExpositionRules
{
    /// <summary>Every rule holds.</summary>
    public static ExpositionRules Strict { get; } = new();

    /// <summary>Lets <c>le="1"</c> and <c>quantile="0"</c> pass, which client_golang writes in text 0.0.4 and OpenMetrics forbids.</summary>
    /// <value><see langword="false"/>.</value>
    public bool AllowIntegerBounds { get; init; }

    /// <summary>
    /// Lets families pass that collide only in OpenMetrics, such as the gauge <c>x</c> beside the counter <c>x_total</c>, which client_golang
    /// writes for the memory of Go; repeated families and duplicate samples are still refused.
    /// </summary>
    /// <value><see langword="false"/>.</value>
    public bool AllowNameCollisions { get; init; }
}
