namespace MetricsKit.AcceptanceTests.Quickstart;

/// <summary>A request that a test has sent, and when its answer was there.</summary>
/// <param name="Endpoint">The route template.</param>
/// <param name="Mission">The type of the mission; null for other requests.</param>
/// <param name="Status">The status code that was answered.</param>
/// <param name="Slow">It was told to take its time.</param>
/// <param name="Ended">When the answer was there.</param>
public sealed record DrivenRequest(string Endpoint, string? Mission, int Status, bool Slow, DateTimeOffset Ended)
{
    public bool Failed => Status >= 400;
}
