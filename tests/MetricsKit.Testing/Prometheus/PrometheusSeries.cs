namespace MetricsKit.Testing;

/// <summary>One series over a range, oldest sample first.</summary>
public sealed record PrometheusSeries(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<PrometheusSample> Samples);
