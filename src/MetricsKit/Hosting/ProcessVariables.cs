namespace MetricsKit;

/// <summary>The variables of the process, which a host without a builder of its own reads behind its configuration.</summary>
/// <param name="Read">The text of a variable; null where it is not set.</param>
sealed record ProcessVariables(Func<string, string?> Read)
{
    internal static ProcessVariables Real { get; } = new(Environment.GetEnvironmentVariable);
}
