namespace MetricsKit.Testing;

/// <summary>How promtool ended and what it said on both streams: 0 is silence, 3 are complaints of its linter, 1 is a syntax error.</summary>
public sealed record PromToolResult(int ExitCode, string Output);
