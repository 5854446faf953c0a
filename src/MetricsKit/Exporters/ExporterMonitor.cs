using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>Runs the exporters of a host, each by its own pump, so that one that fails or hangs harms only itself.</summary>
/// <param name="source">Where snapshots come from.</param>
/// <param name="time">The clock of the schedules and deadlines.</param>
/// <param name="logger">Where failures are told, once an episode.</param>
/// <param name="budget">How long all exporters together may take to stop when nobody says otherwise.</param>
sealed class ExporterMonitor(IMetricsSnapshotSource source, TimeProvider time, ILogger logger, TimeSpan budget) : IAsyncDisposable, IDisposable
{
    ImmutableArray<ExporterPump> _pumps = [];

    /// <summary>All exporters, also while some are being added.</summary>
    internal ImmutableArray<ExporterPump> Pumps => _pumps;

    /// <summary>Begins the rounds of an exporter, which is the monitor's from now on; the first one is an interval away.</summary>
    internal void Start(string name, IMetricExporter exporter, ExporterOptions options)
    {
        ExporterPump pump = new(name, exporter, options, source, time, logger);
        ImmutableInterlocked.Update(ref _pumps, static (all, one) => all.Add(one), pump);
        pump.Start();
    }

    /// <summary>Has each exporter take the last totals, all of them at once, and disposes of them. Asked again, it waits for the first time.</summary>
    /// <param name="within">The time for all of it; a little more goes into what must end even then.</param>
    internal Task StopAsync(TimeSpan within)
    {
        var pumps = _pumps;
        foreach (var pump in pumps) pump.Stop(within);
        return Task.WhenAll(pumps.Select(static pump => pump.Ended));
    }

    public ValueTask DisposeAsync() => new(StopAsync(budget));

    public void Dispose() => StopAsync(budget).GetAwaiter().GetResult();
}
