namespace MetricsKit.Testing;

/// <summary>One exemplar behind a bucket or a counter; the timestamp is in seconds since the epoch.</summary>
public sealed record ExpositionExemplar(IReadOnlyList<KeyValuePair<string, string>> Labels, double Value, string RawValue, double? Timestamp);
