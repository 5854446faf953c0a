namespace MetricsKit;

/// <summary>Counts one more on a sum while it lives: a connection, a request. It ends on the very series it began on, once.</summary>
public sealed class ActiveScope : IDisposable
{
    readonly UpDownCounterSeries _active;
    int _ended;

    internal ActiveScope(UpDownCounterSeries active)
    {
        _active = active;
        active.Increment();
    }

    /// <summary>Ends the scope; calling it again does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0) _active.Decrement();
    }
}
