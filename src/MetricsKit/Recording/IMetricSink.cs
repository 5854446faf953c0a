namespace MetricsKit;

/// <summary>Takes recorded samples somewhere: a file, a database, a broker. Whoever exports snapshots of instruments is an exporter instead.</summary>
/// <remarks>
/// A recorder calls a sink from a thread that only this sink has, one batch at a time and in order. A sink may therefore block, and needs no lock.
/// It may also implement <see cref="IAsyncDisposable"/> or <see cref="IDisposable"/>; it is disposed after its last batch.
/// </remarks>
public interface IMetricSink
{
    /// <summary>Takes one batch. When it returns, every sample of it is acknowledged: as durable as the sink promises.</summary>
    /// <param name="batch">The samples; valid until the call ends.</param>
    /// <param name="cancellationToken">Ends the attempt at its deadline, and when the host stops.</param>
    /// <exception cref="SamplesRejectedException">The destination took the batch but for some samples that it will never take; the batch is not tried again.</exception>
    /// <remarks>Any other exception means that the batch, or a part of it, may be missing: the very same batch comes again, later and before any other.</remarks>
    ValueTask WriteAsync(SampleBatch batch, CancellationToken cancellationToken);
}
