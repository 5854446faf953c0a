namespace MetricsKit;

/// <summary>Takes snapshots of all instruments somewhere, at an interval. What takes single recorded samples is a sink instead.</summary>
/// <remarks>It is called by a thread that only this exporter has, one snapshot at a time. It may also implement <see cref="IAsyncDisposable"/> or <see cref="IDisposable"/>.</remarks>
public interface IMetricExporter
{
    /// <summary>Exports one snapshot.</summary>
    /// <param name="snapshot">All metrics; valid until the call ends.</param>
    /// <param name="cancellationToken">Ends the attempt at its deadline, and when the host stops.</param>
    /// <remarks>An exception is counted; the next interval has a new snapshot, which holds all that this one held, since totals are cumulative.</remarks>
    ValueTask ExportAsync(MetricsSnapshot snapshot, CancellationToken cancellationToken);
}
