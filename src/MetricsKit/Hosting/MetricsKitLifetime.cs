using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MetricsKit;

/// <summary>Starts the kit with its host, before any user's service, and reports what the configuration left unused.</summary>
sealed partial class MetricsKitLifetime(IServiceProvider provider) : IHostedLifecycleService
{
    int _started;

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

    /// <summary>After every service of the user has stopped, since they record to the last: delivers what was recorded, and exports the last totals, all within one time.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken) => StopAsync(provider.GetRequiredService<IOptions<MetricsKitOptions>>().Value.Recorder.ShutdownTimeout);

    /// <summary>Exporters come behind the recorder, whose last samples are in the last totals, but wait for it no longer than half of the time.</summary>
    async Task StopAsync(TimeSpan budget)
    {
        var time = provider.GetRequiredService<TimeProvider>();
        long began = time.GetTimestamp();
        var recorded = Recorder?.StopAsync(budget) ?? Task.CompletedTask;
        await recorded.WaitAsync(budget / 2, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var left = budget - time.GetElapsedTime(began);
        await provider.GetRequiredService<ExporterMonitor>().StopAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero).ConfigureAwait(false);
        await recorded.ConfigureAwait(false);
    }

    /// <summary>Starts what has not been started; also for a program without a generic host.</summary>
    internal void Start()
    {
        if (Interlocked.Exchange(ref _started, 1) != 0) return;
        _ = provider.GetRequiredService<IOptions<MetricsKitOptions>>().Value; // throws what is wrong with it
        var logger = MetricsKitWiring.LoggerOf(provider);
        foreach (string key in provider.GetRequiredService<MetricsKitConfiguration>().UnknownKeys) LogUnknownKey(logger, key);
        provider.GetRequiredService<SnapshotSource>();
        provider.GetRequiredService<CollectorMonitor>().Start();
        if (SinkWiring.HasOwnSinks(provider)) provider.GetRequiredService<MetricRecorder>();
        ExporterWiring.Start(provider);
    }

    [LoggerMessage(10, LogLevel.Warning, "The configuration key {Key} is not known to the packages of MetricsKit that are installed, and sets nothing: correct or remove it.")]
    static partial void LogUnknownKey(ILogger logger, string key);
}
