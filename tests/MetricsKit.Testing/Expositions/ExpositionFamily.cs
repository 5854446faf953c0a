namespace MetricsKit.Testing;

/// <summary>One family under the name that its metadata lines carry: with <c>_total</c> for a counter in text, without it in OpenMetrics.</summary>
public sealed record ExpositionFamily(string Name, ExpositionType Type, string? Help, string? Unit, IReadOnlyList<ExpositionSample> Samples);
