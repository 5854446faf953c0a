namespace MetricsKit;

/// <summary>One call under a deadline: what is called, its token, and what has become of it.</summary>
/// <remarks>
/// A call has up to two parts: the call itself, on a worker, and its cancellation, on a thread of its own, since cancelling runs what
/// users registered on the token. It is over when both have ended; until then somebody may still read what it was given.
/// The flags are written inside the gate of <see cref="DeadlineCalls"/>.
/// </remarks>
#pragma warning disable CA1001 // The source owns neither a timer nor a link, and a call that is late may still register on its token: it is left to the collector.
sealed class DeadlineCall(Func<CancellationToken, ValueTask> body)
#pragma warning restore CA1001
{
    readonly CancellationTokenSource _source = new();
    volatile bool _isDone, _isCancelling;

    /// <summary>What it threw; meaningful when it is done.</summary>
    internal Exception? Fault { get; private set; }

    /// <summary>Whether the call itself has ended.</summary>
    internal bool IsDone { get => _isDone; set => _isDone = value; }

    /// <summary>Whether the thread that cancels it is still inside callbacks.</summary>
    internal bool IsCancelling { get => _isCancelling; set => _isCancelling = value; }

    /// <summary>Whether the controller has given up waiting.</summary>
    internal bool IsLeft { get; set; }

    internal bool IsOver => _isDone && !_isCancelling;

    /// <summary>Makes the call, on the worker, and waits for its end there: a dedicated thread may block.</summary>
    internal void Execute()
    {
        try { body(_source.Token).AsTask().GetAwaiter().GetResult(); }
        catch (Exception fault) { Fault = fault; }
    }

    /// <summary>Cancels the token and runs what was registered on it; true when none of that threw.</summary>
    internal bool Cancel()
    {
        try { _source.Cancel(); }
        catch (Exception) { return false; }
        return true;
    }
}
