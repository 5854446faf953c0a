using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.AcceptanceTests.Quickstart;

/// <summary>A quick start that a real Prometheus scrapes every second; nothing is started where there is no Prometheus.</summary>
public abstract class ScrapedQuickstart : IAsyncLifetime
{
    protected static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    QuickstartProcess? _quickstart;
    PrometheusServer? _prometheus;

    public HttpClient Http => _quickstart!.Http;

    public PrometheusServer Prometheus => _prometheus!;

    protected virtual IEnumerable<string> Arguments => [];

    public async Task InitializeAsync()
    {
        // xunit makes fixtures of skipped tests too.
        if (new PrometheusFactAttribute().Skip is not null)
        {
            return;
        }

        try
        {
            _quickstart = await QuickstartProcess.StartAsync(Arguments);
            _prometheus = await PrometheusServer.StartAsync(new ScrapeTarget("quickstart", _quickstart.Metrics, _interval));
            await PrepareAsync();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async Task DisposeAsync()
    {
        // Prometheus first, or its last scrape would find nobody.
        if (_prometheus is not null)
        {
            await _prometheus.DisposeAsync();
        }

        if (_quickstart is not null)
        {
            await _quickstart.DisposeAsync();
        }
    }

    /// <summary>The value of an expression that has exactly one.</summary>
    public async Task<double> ValueAsync(string promql) => Assert.Single(await Prometheus.QueryAsync(promql)).Value;

    /// <summary>What must have happened before the first test asks.</summary>
    protected abstract Task PrepareAsync();
}
