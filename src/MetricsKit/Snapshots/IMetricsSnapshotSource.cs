namespace MetricsKit;

/// <summary>Gives snapshots of all metrics of a host to whoever exports, evaluates or shows them.</summary>
public interface IMetricsSnapshotSource
{
    /// <summary>Takes a snapshot, or joins one that is recent enough. Reads are single flight: callers that wait share one read.</summary>
    /// <param name="maxAge">How long ago the read may have begun. Zero never joins a read that began before the call.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A lease, to be disposed when it is no longer read.</returns>
    /// <exception cref="ObjectDisposedException">The host is gone.</exception>
    ValueTask<MetricsSnapshot> GetSnapshotAsync(TimeSpan maxAge = default, CancellationToken cancellationToken = default);
}
