namespace MetricsKit;

/// <summary>Makes calls that may hang, one at a time: on a worker thread, under a deadline, while the calling thread, the controller, waits.</summary>
/// <param name="name">What the threads are called.</param>
/// <param name="time">The clock of the deadlines.</param>
/// <param name="cameBack">Told, on any thread, when a call that had been given up has ended.</param>
/// <remarks>
/// At the deadline the token is cancelled, by a thread made for it: cancelling runs foreign callbacks, which may hang, may throw (out of a
/// timer of <see cref="CancellationTokenSource"/> that would end the process), and must not wait for a starved pool. After a grace the call is
/// given up: its threads are left to themselves, and the next call gets a new worker. While <see cref="MaxHung"/> calls hang, no further is made.
/// </remarks>
sealed class DeadlineCalls(string name, TimeProvider time, Action cameBack)
{
    /// <summary>So many calls may hang before further ones are not made. Two: one may be an accident, and each costs a thread.</summary>
    internal const int MaxHung = 2;

    /// <summary>A call that was cancelled has so long to return, or the deadline if that is shorter.</summary>
    internal static readonly TimeSpan MaxGrace = TimeSpan.FromSeconds(1);

    /// <summary>The same when its owner stops: short, since it is spent after the budget.</summary>
    internal static readonly TimeSpan StopGrace = TimeSpan.FromMilliseconds(200);

    readonly WaitGate _gate = new(time);

    // Guarded by the gate.
    DeadlineCall? _next;
    bool _hasWorker, _isLast, _stopped;
    long _limit = WaitGate.Never;

    // Written inside the gate, read anywhere.
    int _hung;
    long _late, _cancellationFaults;

    /// <summary>Calls that were given up and have not come back.</summary>
    internal int Hung => Volatile.Read(ref _hung);

    internal bool IsStalled => Hung >= MaxHung;

    /// <summary>Calls that came back after they had been given up.</summary>
    internal long Late => Interlocked.Read(ref _late);

    /// <summary>Cancellations in which a foreign callback threw.</summary>
    internal long CancellationFaults => Interlocked.Read(ref _cancellationFaults);

    /// <summary>Makes a call and waits for it; returns at the latest when the deadline and the grace are over.</summary>
    internal CallResult Run(DeadlineCall call, TimeSpan deadline)
    {
        lock (_gate)
        {
            if (!IsStalled) return Make(call, _gate.After(deadline), deadline < MaxGrace ? deadline : MaxGrace);
            call.IsDone = true; // nobody will ever read what it was given
            return new(CallEnd.Stalled);
        }
    }

    /// <summary>Makes the last call of all, even when others hang, and past the limit of <see cref="EndBy"/>; gives it up at its deadline, without a grace.</summary>
    internal CallResult RunLast(DeadlineCall call, TimeSpan deadline)
    {
        lock (_gate)
        {
            _limit = WaitGate.Never;
            _isLast = true;
            return Make(call, _gate.After(deadline), TimeSpan.Zero);
        }
    }

    /// <summary>No call may go on past this moment, neither the one that is under way nor a later one.</summary>
    internal void EndBy(long moment)
    {
        lock (_gate)
        {
            _limit = Math.Min(_limit, moment);
            _gate.PulseAll();
        }
    }

    /// <summary>Ends the worker; one that hangs ends when its call comes back.</summary>
    internal void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            _gate.PulseAll();
        }
        _gate.Close();
    }

    CallResult Make(DeadlineCall call, long due, TimeSpan grace)
    {
        _next = call;
        try { Hand(); }
        catch (Exception fault) // no thread to be had
        {
            _next = null;
            call.IsDone = true;
            return new(CallEnd.Failed, fault);
        }
        try { return Await(call, due, grace); }
        catch (Exception) // a clock that throws: nobody waits for the call any more
        {
            if (!call.IsOver) Leave(call);
            throw;
        }
    }

    CallResult Await(DeadlineCall call, long due, TimeSpan grace)
    {
        while (!call.IsDone && !_gate.Reached(due) && !_gate.Reached(_limit)) _gate.Wait(Math.Min(due, _limit));
        bool timedOut = !call.IsDone && _gate.Reached(due);
        if (!call.IsDone)
        {
            if (TakeBack(call)) return new(CallEnd.Failed, new TimeoutException("the call did not begin in time"), timedOut);
            BeginCancel(call);
            long given = _gate.After(grace);
            while (!call.IsOver && !_gate.Reached(GraceEnd(given))) _gate.Wait(GraceEnd(given));
            if (!call.IsOver) Leave(call);
        }
        if (!call.IsDone) return new(CallEnd.Abandoned, null, timedOut);
        return call.Fault is { } thrown ? new(CallEnd.Failed, thrown, timedOut) : new(CallEnd.Completed);
    }

    /// <summary>Whether no worker has begun the call, on a machine too busy to run one; then none will. It would hang for ever in the account.</summary>
    bool TakeBack(DeadlineCall call)
    {
        if (_next != call || _isLast) return false; // the last call is made, be it too late: something is to be closed
        _next = null;
        call.IsDone = true;
        return true;
    }

    long GraceEnd(long given)
    {
        long stop = time.TicksOf(StopGrace);
        return _limit > WaitGate.Never - stop ? given : Math.Min(given, _limit + stop);
    }

    void Hand()
    {
        if (!_hasWorker) Start(Work, " calls");
        _hasWorker = true;
        _gate.PulseAll();
    }

    void BeginCancel(DeadlineCall call)
    {
        call.IsCancelling = true;
        try { Start(() => Cancel(call), " cancels"); }
        catch (Exception) { call.IsCancelling = false; } // no thread to be had: as if the call ignored it
    }

    void Cancel(DeadlineCall call)
    {
        if (!call.Cancel()) Interlocked.Increment(ref _cancellationFaults);
        End(call, static call => call.IsCancelling = false);
    }

    void Leave(DeadlineCall call)
    {
        if (TakeBack(call)) return;
        call.IsLeft = true;
        if (!call.IsDone) _hasWorker = false; // its thread is lost to the call
        Interlocked.Increment(ref _hung);
    }

    /// <summary>The loop of a worker. One whose call was given up leaves when the call comes back: another has taken its place.</summary>
    void Work()
    {
        while (Take() is { } call)
        {
            call.Execute();
            if (End(call, static call => call.IsDone = true)) return;
        }
    }

    DeadlineCall? Take()
    {
        lock (_gate)
        {
            while (_next is null)
            {
                if (_stopped) return null;
                _gate.Wait(WaitGate.Never);
            }
            var call = _next;
            _next = null;
            return call;
        }
    }

    /// <summary>Ends a part of a call; true when it had been given up before.</summary>
    bool End(DeadlineCall call, Action<DeadlineCall> part)
    {
        bool left, back;
        lock (_gate)
        {
            left = call.IsLeft;
            part(call);
            back = left && call.IsOver;
            if (back)
            {
                Interlocked.Increment(ref _late);
                Interlocked.Decrement(ref _hung);
            }
            _gate.PulseAll();
        }
        if (back) cameBack();
        return left;
    }

    void Start(ThreadStart work, string role) =>
        // Unsafe: the ambient context of whoever posted first (a request's identity, a trace) is none of a destination's business.
        new Thread(work) { IsBackground = true, Name = name + role }.UnsafeStart();
}
