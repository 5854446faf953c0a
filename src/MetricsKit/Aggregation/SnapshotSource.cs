namespace MetricsKit;

/// <summary>Takes snapshots, one at a time, and lends them out.</summary>
/// <remarks>
/// Single flight: who waits while another reads takes that read if it began after the question, else reads next for all who wait.
/// In steady state one buffer is written again and again; a buffer that is still lent when the next read begins is left to its borrower.
/// </remarks>
sealed class SnapshotSource(SnapshotBuilder builder, CollectorMonitor collectors, TimeProvider time) : IMetricsSnapshotSource, IDisposable
{
    readonly SemaphoreSlim _reading = new(1, 1);
    readonly DateTimeOffset _startTime = time.GetUtcNow();
    readonly List<SnapshotData> _buffers = [];
    readonly Lock _publishing = new();
    SnapshotData? _latest;
    volatile bool _disposed;
    long _reads;
    double _lastSeconds;

    /// <summary>How many buffers are kept for reuse; one more than a slow and a fast reader need.</summary>
    const int KeptBuffers = 3;

    internal long Reads => Interlocked.Read(ref _reads);

    internal double LastSeconds => Volatile.Read(ref _lastSeconds);

    /// <inheritdoc/>
    public async ValueTask<MetricsSnapshot> GetSnapshotAsync(TimeSpan maxAge = default, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxAge, TimeSpan.Zero);
        long asked = time.GetTimestamp();
        if (TryJoin(asked, maxAge) is { } recent) return recent;
        if (ObservationRound.Current is not null)
            throw new InvalidOperationException("A collector or the callback of an observable instrument asked for a snapshot, which waits for it: let it ask for the last one, with a maxAge, or ask elsewhere.");
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (TryJoin(asked, maxAge) is { } shared) return shared;
            ObjectDisposedException.ThrowIf(_disposed, this);
            long startedAt = time.GetTimestamp();
            var started = time.GetUtcNow();
            await collectors.RefreshAsync().ConfigureAwait(false);
            return Read(startedAt, started);
        }
        finally { _reading.Release(); }
    }

    public void Dispose()
    {
        _disposed = true;
        lock (_publishing)
        {
            _latest = null;
            _buffers.Clear();
        }
    }

    MetricsSnapshot? TryJoin(long asked, TimeSpan maxAge)
    {
        // Under the lock, so that a buffer is not taken for the next read between the look and the lease.
        lock (_publishing)
        {
            if (_latest is not { } latest) return null;
            // Zero never joins a read that began before the call: the clock may stand still between the two, then it is read again.
            bool fresh = maxAge == TimeSpan.Zero ? latest.StartedAt > asked : time.GetElapsedTime(latest.StartedAt, asked) <= maxAge;
            return fresh ? new(latest) : null;
        }
    }

    MetricsSnapshot Read(long startedAt, DateTimeOffset started)
    {
        var data = TakeBuffer();
        data.StartedAt = startedAt;
        data.ReadStarted = started;
        data.StartTime = _startTime;
        builder.Build(data);
        data.ReadFinished = time.GetUtcNow();
        Interlocked.Increment(ref _reads);
        Volatile.Write(ref _lastSeconds, time.GetElapsedTime(startedAt).TotalSeconds);
        lock (_publishing)
        {
            if (!_disposed) _latest = data;
            return new(data);
        }
    }

    SnapshotData TakeBuffer()
    {
        lock (_publishing)
        {
            _latest = null; // from here on its buffer may be written
            foreach (var buffer in _buffers)
            {
                if (buffer.IsFree) return buffer;
            }
            SnapshotData made = new();
            if (_buffers.Count == KeptBuffers) _buffers.RemoveAt(0); // still lent, perhaps for ever: its borrower keeps it, we do not
            _buffers.Add(made);
            return made;
        }
    }
}
