namespace MetricsKit.Testing;

/// <summary>What a <see cref="PrometheusServer"/> scrapes: one address with its path, as one job.</summary>
public sealed record ScrapeTarget(string JobName, Uri Address, TimeSpan Interval)
{
    /// <summary>Parameters of the query string.</summary>
    /// <value>None.</value>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>The token of an <c>Authorization: Bearer</c> header.</summary>
    /// <value>None.</value>
    public string? BearerToken { get; init; }
}
