using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MetricsKit;

/// <summary>Starts the kit with its host, before any user's service, and ends it after them.</summary>
sealed class MetricsKitLifetime(IServiceProvider provider) : IHostedLifecycleService
{
    int _started;
    TimeSpan _budget;
    TimeProvider _time = TimeProvider.System; // of the container, which answers no more when the kit is ended while it is disposed of
    ExporterMonitor? _exporters;
    CollectorMonitor? _collectors;
    Task? _ended;

    /// <summary>The recorder, once somebody has asked for it.</summary>
    internal MetricRecorder? Recorder { get; set; }

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        Start();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        BeginRounds();
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>After every service of the user has stopped, since they record to the last.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken) => EndAsync();

    /// <summary>Starts what has not been started; also for a program without a generic host.</summary>
    internal void Start()
    {
        if (Interlocked.Exchange(ref _started, 1) != 0) return;
        _budget = provider.GetRequiredService<IOptions<MetricsKitOptions>>().Value.Recorder.ShutdownTimeout; // throws what is wrong with the options
        _time = provider.GetRequiredService<TimeProvider>();
        provider.GetRequiredService<SnapshotSource>();
        provider.GetRequiredService<HotConfiguration>().Start();
        _collectors = provider.GetRequiredService<CollectorMonitor>();
        _collectors.Start();
        if (SinkWiring.HasOwnSinks(provider)) provider.GetRequiredService<MetricRecorder>();
        _exporters = ExporterWiring.Start(provider);
        provider.GetRequiredService<KitCollector>().Watch();
    }

    /// <summary>Has the doctor look at the host, now that all of it is there; not at one that is switched off.</summary>
    internal void BeginRounds()
    {
        if (provider.GetRequiredService<IOptions<MetricsKitOptions>>().Value.Enabled) provider.GetRequiredService<DoctorRounds>().Begin();
    }

    /// <summary>
    /// Delivers what was recorded, and exports the last totals, all within the time of the configuration. It comes before the container is disposed of,
    /// since sinks and exporters may use whatever is in it. Again: waits for the first time.
    /// </summary>
    internal Task EndAsync() => _ended ??= StopAsync(_budget);

    /// <summary>Exporters come behind the recorder, whose last samples are in the last totals, but wait for it no longer than half of the time.</summary>
    async Task StopAsync(TimeSpan budget)
    {
        long began = _time.GetTimestamp();
        var recorded = Recorder?.StopAsync(budget) ?? Task.CompletedTask;
        await recorded.WaitAsync(budget / 2, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var left = budget - _time.GetElapsedTime(began);
        _collectors?.Expire();
        if (_exporters is { } exporters) await exporters.StopAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero).ConfigureAwait(false);
        await recorded.ConfigureAwait(false);
    }
}
