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
    readonly TimeProvider _time = provider.GetRequiredService<TimeProvider>(); // asked for now: the end may come when the container is gone

    /// <summary>The recorder, once somebody has asked for it.</summary>
    internal MetricRecorder? Recorder { get; set; }

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        Start();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>After every user's service: what they recorded while they stopped is delivered, and among the last totals.</summary>
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
        if (SinkWiring.HasOwnSinks(provider)) provider.GetRequiredService<MetricRecorder>();
        _exporters = ExporterWiring.Start(provider);
    }

    /// <summary>
    /// Stops what takes time, within that of the configuration; before the container is disposed of, since exporters may use whatever is in it.
    /// They come behind the recorder, whose last samples are in the last totals, but wait for it no longer than half of the time. Again: changes nothing.
    /// </summary>
    internal async Task EndAsync()
    {
        if (_exporters is not { } exporters) return;
        long began = _time.GetTimestamp();
        var recorded = Recorder?.StopAsync(_shutdown) ?? Task.CompletedTask;
        await recorded.WaitAsync(_shutdown / 2, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var left = _shutdown - _time.GetElapsedTime(began);
        await exporters.StopAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero).ConfigureAwait(false);
        await recorded.ConfigureAwait(false);
    }

    [LoggerMessage(10, LogLevel.Warning, "The configuration key {Key} is not known to the packages of MetricsKit that are installed, and sets nothing: correct or remove it.")]
    static partial void LogUnknownKey(ILogger logger, string key);
}
