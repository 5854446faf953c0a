namespace MetricsKit.AcceptanceTests.Quickstart;

/// <summary>A quick start that drives its own routes, after it has been scraped for a while.</summary>
public sealed class BusyQuickstart : ScrapedQuickstart
{
    // Several samples of the derived gauges, which are taken every five seconds.
    public const int Scrapes = 20;

    protected override IEnumerable<string> Arguments => ["--traffic"];

    protected override Task PrepareAsync() =>
        Prometheus.WaitForAsync("sum_over_time(up[5m])", samples => samples is [{ Value: >= Scrapes }], Patience);
}
