namespace MetricsKit;

/// <summary>The rounds of one source of observations: what a call reports is shown all at once when it ends, and nothing of it when it failed or was given up before.</summary>
/// <remarks>
/// Two rounds of one source never run at the same time: who calls again waits until the call before has ended, however late. So what a late call
/// still reports meets its own round, which is given up, and never a newer one.
/// </remarks>
abstract class ObservationRound
{
    [ThreadStatic] static ObservationRound? _current;

    readonly Lock _showing = new();
    volatile bool _abandoned, _closed;

    /// <summary>The round that runs on the calling thread.</summary>
    internal static ObservationRound? Current => _current;

    /// <summary>Whether nobody waits for the round any more: what it reports is dropped.</summary>
    internal bool IsAbandoned => _abandoned || _closed;

    /// <summary>Makes ready for the next call. Its caller keeps out who may give the call up, or that could be undone here.</summary>
    internal void Ready() => _abandoned = false;

    /// <summary>Calls the source; <see cref="Ready"/> comes before.</summary>
    internal void Run(ICollector collector)
    {
        Begin();
        var outer = _current;
        _current = this;
        bool whole = false;
        try
        {
            collector.Collect();
            whole = true;
        }
        finally
        {
            _current = outer;
            if (whole) End();
            else Forget(); // what was not read whole is not known, nor does what was read before still hold
        }
    }

    /// <summary>Makes everything absent that the source reported, and drops what the call that runs reports.</summary>
    internal void Abandon()
    {
        lock (_showing)
        {
            _abandoned = true;
            Hide();
        }
    }

    /// <summary>Makes everything absent that the source reported, until a round ends.</summary>
    internal void Forget()
    {
        lock (_showing) Hide();
    }

    /// <summary>The source is gone: nothing is shown again.</summary>
    internal void Close()
    {
        lock (_showing)
        {
            _closed = true;
            Hide();
        }
    }

    /// <summary>Forgets what the last call reported; on the thread that calls.</summary>
    private protected abstract void Begin();

    /// <summary>Shows what the call reported, and nothing else of this source.</summary>
    private protected abstract void Show();

    /// <summary>Shows nothing of this source.</summary>
    private protected abstract void Hide();

    void End()
    {
        lock (_showing) // giving up comes before or after all of it
        {
            if (!IsAbandoned) Show();
        }
    }
}
