namespace MetricsKit;

enum BreakerState
{
    /// <summary>Calls may be made.</summary>
    Closed,

    /// <summary>No call is made until the pause is over.</summary>
    Open,

    /// <summary>One call, the probe, is under way; it decides.</summary>
    HalfOpen,
}

/// <summary>Stops calling what fails again and again: opens after some failures in a row, then lets one probe through after each pause. Its owner locks.</summary>
/// <param name="pauses">The first pause and how they grow, with every probe that fails.</param>
/// <param name="time">The clock of the pauses.</param>
/// <param name="random">What jitter is drawn from.</param>
sealed class Breaker(Backoff pauses, TimeProvider time, Random random)
{
    /// <summary>So many failures in a row open it. Chosen, not measured: enough to sit out a lost connection, few enough to spare a server that restarts.</summary>
    internal const int Threshold = 5;

    int _failures, _probes;

    internal BreakerState State { get; private set; }

    /// <summary>The timestamp from which a probe is allowed, while it is open.</summary>
    internal long ProbeAt { get; private set; }

    /// <summary>Whether a call may be made now. If it is the probe, this was the permission, and nobody gets another until the probe has ended.</summary>
    internal bool TryEnter() => State == BreakerState.Closed || (State == BreakerState.Open && time.GetTimestamp() >= ProbeAt && Probe());

    /// <summary>The same without waiting for the end of the pause, for someone who asks to try at once.</summary>
    internal bool TryProbe() => State == BreakerState.Closed || (State == BreakerState.Open && Probe());

    internal void Succeeded()
    {
        State = BreakerState.Closed;
        _failures = _probes = 0;
    }

    internal void Failed()
    {
        if (State == BreakerState.Open) return; // a straggler from before it opened
        if (State == BreakerState.Closed && ++_failures < Threshold) return;
        State = BreakerState.Open;
        ProbeAt = time.GetTimestamp() + time.TicksOf(pauses.After(++_probes, random));
    }

    /// <summary>The call that was let in was not made, or nobody will ever know how it ended: if it was the probe, the next one is. Asks no clock.</summary>
    internal void Forgo()
    {
        if (State == BreakerState.HalfOpen) State = BreakerState.Open;
    }

    bool Probe()
    {
        State = BreakerState.HalfOpen;
        return true;
    }
}
