using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MetricsKit;

/// <summary>Starts the kit with its host, before any user's service, and reports what the configuration left unused.</summary>
sealed partial class MetricsKitLifetime(IServiceProvider provider) : IHostedLifecycleService
{
    int _started;
    ExporterMonitor? _exporters;
    TimeSpan _shutdown;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        Start();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>After every user's service: what they recorded while they stopped is among the last totals.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken) => EndAsync();

    /// <summary>Starts what has not been started; also for a program without a generic host.</summary>
    internal void Start()
    {
        if (Interlocked.Exchange(ref _started, 1) != 0) return;
        _shutdown = provider.GetRequiredService<IOptions<MetricsKitOptions>>().Value.Recorder.ShutdownTimeout; // throws what is wrong with the options
        var logger = MetricsKitWiring.LoggerOf(provider);
        foreach (string key in provider.GetRequiredService<MetricsKitConfiguration>().UnknownKeys) LogUnknownKey(logger, key);
        provider.GetRequiredService<SnapshotSource>();
        provider.GetRequiredService<CollectorMonitor>().Start();
        _exporters = ExporterWiring.Start(provider);
    }

    /// <summary>Stops what takes time, within that of the configuration; before the container is disposed of, since exporters may use whatever is in it. Again: waits for the first time.</summary>
    internal Task EndAsync() => _exporters?.StopAsync(_shutdown) ?? Task.CompletedTask;

    [LoggerMessage(10, LogLevel.Warning, "The configuration key {Key} is not known to the packages of MetricsKit that are installed, and sets nothing: correct or remove it.")]
    static partial void LogUnknownKey(ILogger logger, string key);
}
