namespace MetricsKit;

/// <summary>One thing that is not as it should be, and what to do about it.</summary>
/// <param name="Code">
/// What it is, for programs: <c>meter-not-selected</c>, <c>bounds-too-wide</c>, <c>bounds-too-narrow</c>, <c>identifier-as-tag</c>, <c>name-conflict</c>, <c>callback-failed</c>,
/// <c>callback-hung</c>, <c>host-file-unreadable</c>, <c>unknown-key</c>, <c>pattern-unmatched</c> or <c>series-limit</c>.
/// </param>
/// <param name="Subject">The meter, instrument, tag, file, key or collector that it is about.</param>
/// <param name="Advice">What was found and what mends it, for people.</param>
public sealed record Finding(string Code, string Subject, string Advice);
