namespace MetricsKit;

/// <summary>Takes snapshots of all instruments somewhere, at an interval. What takes single recorded samples is a sink instead.</summary>
/// <remarks>
/// It is called by a thread that only this exporter has, so it may block, and one snapshot at a time. A call that goes on after its token was cancelled is given up
/// after a while, with its snapshot; the next call may then come from another thread while the old one still hangs. While two calls hang no further one is made.
/// The exporter may also implement <see cref="IAsyncDisposable"/> or <see cref="IDisposable"/>: it is disposed of after its last snapshot, which it is given when the host stops.
/// </remarks>
public interface IMetricExporter
{
    /// <summary>Exports one snapshot.</summary>
    /// <param name="snapshot">All metrics; valid until the call ends.</param>
    /// <param name="cancellationToken">Ends the attempt at its deadline, and when the host stops.</param>
    /// <remarks>An exception is counted; the next interval has a new snapshot, which holds all that this one held, since totals are cumulative.</remarks>
    ValueTask ExportAsync(MetricsSnapshot snapshot, CancellationToken cancellationToken);
}
