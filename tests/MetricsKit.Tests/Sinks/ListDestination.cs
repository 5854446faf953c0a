namespace MetricsKit.Tests.Sinks;

/// <summary>A destination in memory that can be broken.</summary>
sealed class ListDestination
{
    public static readonly SinkFault Refuses = new("it refuses"), Tears = new("it takes half and breaks"), Silent = new("it is silent", SinkFaultEffect.Stalls), Hangs = new("it hangs", SinkFaultEffect.Hangs);

    readonly Lock _lock = new();
    readonly List<StoredSample> _samples = [];
    SinkFault? _fault;
    TaskCompletionSource _healed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _held;

    public bool IsHolding => Volatile.Read(ref _held) > 0;

    public IReadOnlyList<StoredSample> Samples
    {
        get { lock (_lock) return [.. _samples]; }
    }

    public void Break(SinkFault? fault)
    {
        _fault = fault;
        if (fault is null)
        {
            _healed.SetResult();
            _healed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Stores all samples at once, unless something is in the way.</summary>
    public async ValueTask StoreAsync(IReadOnlyList<StoredSample> samples, CancellationToken cancellationToken)
    {
        var (fault, healed) = (_fault, _healed.Task);
        if (fault == Refuses) throw new IOException("The list refuses.");
        if (fault == Silent || fault == Hangs)
        {
            Interlocked.Increment(ref _held);
            try
            {
                if (fault == Hangs) ((IAsyncResult)healed).AsyncWaitHandle.WaitOne();
                else await healed.WaitAsync(cancellationToken);
            }
            finally { Interlocked.Decrement(ref _held); }
            cancellationToken.ThrowIfCancellationRequested();
        }
        bool torn = fault == Tears;
        lock (_lock) _samples.AddRange(samples.Take(torn ? samples.Count / 2 : samples.Count));
        if (torn) throw new IOException("The list is broken.");
    }
}
