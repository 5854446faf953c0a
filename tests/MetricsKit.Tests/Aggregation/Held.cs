namespace MetricsKit.Tests.Aggregation;

/// <summary>Where calls wait until a test lets them go.</summary>
sealed class Held
{
    readonly TaskCompletionSource _gate = new();
    int _count;

    /// <summary>How many have come so far.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Wait()
    {
        Interlocked.Increment(ref _count);
        ((IAsyncResult)_gate.Task).AsyncWaitHandle.WaitOne();
    }

    public void Open() => _gate.TrySetResult();
}
