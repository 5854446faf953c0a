namespace MetricsKit;

/// <summary>Sends a message until it is settled, with pauses that double, as long as there is time. One thread at a time.</summary>
/// <param name="channel">Who carries it.</param>
/// <param name="requestTimeout">How long one request may take.</param>
/// <param name="time">The clock.</param>
/// <remarks>Source: "Retry" of the OpenTelemetry Protocol Exporter specification, and the throttling of the OTLP specification.</remarks>
sealed class OtlpTries(OtlpChannel channel, TimeSpan requestTimeout, TimeProvider time) : IDisposable
{
    /// <summary>A message that is sent and not answered is sent once more, and then the next one has its turn: it may be what the server, or something before it, stumbles over.</summary>
    const int MostDoubts = 2;

    /// <summary>Arbitrary, and what other exporters of OpenTelemetry begin and end with.</summary>
    static readonly Backoff Backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), Jitter.Equal);

    readonly WaitGate _gate = new(time);
    long _notBefore = long.MinValue;

    /// <summary>How long the server still wants to be left alone.</summary>
    internal TimeSpan Embargo => _notBefore == long.MinValue ? TimeSpan.Zero : time.GetElapsedTime(time.GetTimestamp(), _notBefore);

    /// <summary>Sends it. A last answer that is not settled is in doubt if one of the tries was, or may have been taken.</summary>
    /// <param name="framed">The message behind its head room.</param>
    /// <param name="until">The timestamp at which no further try begins.</param>
    /// <param name="by">The timestamp at which each try ends; <see cref="WaitGate.Never"/> when only its own time ends it.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    internal OtlpAnswer Deliver(Memory<byte> framed, long until, long by, CancellationToken cancellationToken)
    {
        int doubts = 0;
        bool mayBeTaken = false;
        for (int failures = 1; ; failures++)
        {
            var answer = Send(framed, by, cancellationToken);
            if (answer.IsSettled) return answer;
            if (answer.Verdict == OtlpVerdict.InDoubt) doubts++;
            mayBeTaken |= answer.MayBeTaken || doubts > 0;
            var pause = Backoff.After(failures, Random.Shared);
            if (answer.RetryAfter is { } asked)
            {
                _notBefore = time.GetTimestamp() + time.TicksOf(asked);
                if (asked > pause) pause = asked;
            }
            if (doubts >= MostDoubts || time.GetTimestamp() + time.TicksOf(pause) >= until || !Wait(pause, cancellationToken)) return answer with { Verdict = mayBeTaken ? OtlpVerdict.InDoubt : answer.Verdict, MayBeTaken = mayBeTaken };
        }
    }

    public void Dispose() => _gate.Close();

    OtlpAnswer Send(Memory<byte> framed, long by, CancellationToken cancellationToken)
    {
        var timeout = Left(by);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = time.CreateTimer(static end => End((CancellationTokenSource)end!), end, timeout, Timeout.InfiniteTimeSpan);
        return channel.Send(framed, timeout, end.Token);
    }

    /// <summary>A request never outlives its export, so that what is told of it is what became of it, and not that somebody stopped waiting.</summary>
    TimeSpan Left(long by)
    {
        if (by == WaitGate.Never) return requestTimeout;
        var left = time.GetElapsedTime(time.GetTimestamp(), by);
        return left >= requestTimeout ? requestTimeout : left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>What a callback of a user's stream throws while it is cancelled must not come out of a timer, where it would end the process.</summary>
    static void End(CancellationTokenSource end)
    {
        try { end.Cancel(); }
        catch (Exception fault) when (fault is AggregateException or ObjectDisposedException) { return; }
    }

    /// <summary>Waits; false when the wait was cancelled.</summary>
    bool Wait(TimeSpan pause, CancellationToken cancellationToken)
    {
        using var pulse = cancellationToken.UnsafeRegister(static gate => Pulse((WaitGate)gate!), _gate);
        lock (_gate)
        {
            long due = _gate.After(pause);
            while (!cancellationToken.IsCancellationRequested && !_gate.Reached(due)) _gate.Wait(due);
        }
        return !cancellationToken.IsCancellationRequested;
    }

    static void Pulse(WaitGate gate)
    {
        lock (gate) gate.PulseAll();
    }
}
