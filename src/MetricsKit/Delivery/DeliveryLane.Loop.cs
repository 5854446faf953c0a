using System.Globalization;

namespace MetricsKit;

/// <content>The lane's own thread, the controller: it decides, waits and logs, and makes no foreign call but the brief callbacks.</content>
sealed partial class DeliveryLane<T>
{
    /// <summary>What is done last has at least so long, even when the budget is used up: a destination that is well disposes at once.</summary>
    static readonly TimeSpan LeastForLast = TimeSpan.FromMilliseconds(100);

    /// <summary>The pause after a fault of the loop itself, which must not become a busy one.</summary>
    static readonly TimeSpan PauseAfterFault = TimeSpan.FromMilliseconds(100);

    // Only the controller.
    bool _saysOverflow;
    long _saidDropped;

    void Start()
    {
        try { new Thread(Loop) { IsBackground = true, Name = _name }.UnsafeStart(); } // without the ambient context of whoever posted first
        catch (Exception fault) // no thread to be had: the next post tries again, and a stop does without
        {
            CountCallbackFault(fault);
            bool over;
            lock (_gate)
            {
                _isStarted = false;
                over = _isStopping;
            }
            if (over) End(withLast: false);
        }
    }

    void Loop()
    {
        while (true)
        {
            try
            {
                if (Next() is not { } parcel) break;
                Attempt(parcel);
            }
            catch (Exception fault) { Survive(fault); }
        }
        End(withLast: true);
    }

    /// <summary>Waits for the next attempt; null when the lane is to end.</summary>
    Parcel<T>? Next()
    {
        lock (_gate)
        {
            while (true)
            {
                bool isWaiting = _queue.Count > 0, isStalled = _calls.IsStalled;
                if (_isStopping && (!isWaiting || _gate.Reached(_stopBy))) return null;
                if (isWaiting && !isStalled && MayTry())
                {
                    _attempts++;
                    return _queue.TakeOut();
                }
                _isIdle = !isWaiting;
                _gate.Wait(isWaiting && !isStalled ? Math.Min(_tryAt, _stopBy) : _stopBy);
                _isIdle = false;
            }
        }
    }

    bool MayTry()
    {
        if (_gate.Reached(_tryAt)) return _breaker.TryEnter();
        if (!_isNudged) return false;
        _isNudged = false;
        return _breaker.TryProbe();
    }

    void Attempt(Parcel<T> parcel)
    {
        DeadlineCall call = new(token => _deliver(parcel.Item, token));
        CallResult result;
        try { result = _calls.Run(call, _options.Deadline); }
        catch (Exception)
        {
            lock (_gate) parcel.LeftTo(call); // it may still be at it
            throw;
        }
        if (result.End == CallEnd.Completed) Delivered(call, parcel, 0);
        else if (result.Fault is { } fault && RefusedBy(fault) is { } refused) Delivered(call, parcel, Math.Clamp(refused, 0, parcel.Weight));
        else Failed(call, parcel, result);
    }

    void Delivered(DeadlineCall call, Parcel<T> parcel, int refused)
    {
        List<Parcel<T>>? gone;
        lock (_gate)
        {
            if (!call.IsOver) parcel.LeftTo(call); // its cancellation still runs callbacks
            _delivered += parcel.Weight - refused;
            _refusedWeight += refused;
            _queue.Settle();
            _breaker.Succeeded();
            _failuresInARow = 0;
            _tryAt = 0;
            if (refused > 0) _flushes.Lost(parcel.Sequence);
            (_gone ??= []).Add(parcel);
            gone = TakeGone();
        }
        Release(gone);
        Say(_episode.Recovered);
        SayOverflow();
    }

    void Failed(DeadlineCall call, Parcel<T> parcel, CallResult result)
    {
        List<Parcel<T>>? gone;
        bool isCut;
        lock (_gate)
        {
            if (!call.IsOver) parcel.LeftTo(call);
            _failures++;
            if (result.TimedOut) _timeouts++;
            _queue.GiveBack();
            _breaker.Failed();
            _tryAt = _breaker.State == BreakerState.Open ? _breaker.ProbeAt : _gate.After(_backoff.After(++_failuresInARow, _random));
            _lastFailure = _time.GetUtcNow();
            isCut = !result.TimedOut && _gate.Reached(_stopBy);
            gone = TakeGone();
        }
        Release(gone);
        if (!isCut) Say(() => _episode.Failed(FaultOf(result))); // what the stop itself cut short is said with the stop
        SayOverflow();
    }

    /// <summary>What the log says of a call: that it took too long, where its own words would only be that it was cancelled.</summary>
    Exception FaultOf(CallResult result) =>
        result.Fault is { } fault && !(result.TimedOut && fault is OperationCanceledException) ? fault
        : new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"no answer within {_options.Deadline.TotalSeconds:0.##} s{(result.End == CallEnd.Abandoned ? ", and none to its cancellation" : "")}"));

    int? RefusedBy(Exception fault)
    {
        try { return _refused(fault); }
        catch (Exception second)
        {
            CountCallbackFault(second);
            return null;
        }
    }

    /// <summary>Goes on after a fault of the loop itself, such as a clock that throws; so nothing in here asks for the time.</summary>
    void Survive(Exception fault)
    {
        CountCallbackFault(fault);
        lock (_gate)
        {
            _queue.GiveBack();
            _breaker.Forgo(); // else the probe would be under way for ever
            Monitor.Wait(_gate, PauseAfterFault);
        }
    }

    void End(bool withLast)
    {
        long undelivered;
        List<Parcel<T>>? gone;
        lock (_gate)
        {
            while (_queue.Dequeue() is { } parcel) Drop(parcel, DropReason.Shutdown);
            undelivered = _droppedShutdown;
            gone = TakeGone();
        }
        Release(gone);
        if (undelivered > 0) Say(() => LaneMessages.LogUndelivered(_logger, _subject, undelivered));
        try
        {
            if (withLast && _last is not null) Last(_last);
            _calls.Stop();
            _gate.Close();
        }
        catch (Exception fault) { CountCallbackFault(fault); }
        _ended.TrySetResult();
    }

    void Last(Func<CancellationToken, ValueTask> last)
    {
        var rest = _stopBy == WaitGate.Never ? TimeSpan.MaxValue : _time.GetElapsedTime(_time.GetTimestamp(), _stopBy);
        var result = _calls.RunLast(new(last), rest > LeastForLast ? rest : LeastForLast);
        if (result.End != CallEnd.Completed) Say(() => LaneMessages.LogLast(_logger, _subject, result.Fault?.GetType().Name ?? nameof(TimeoutException)));
    }

    void Wake()
    {
        lock (_gate) _gate.PulseAll();
    }

    /// <summary>Says once that the queue is full, and once that it is no longer.</summary>
    void SayOverflow()
    {
        var ledger = Ledger;
        bool isEmpty = ledger.Queued == 0;
        if (!_saysOverflow && !isEmpty && ledger.DroppedQueueFull > _saidDropped)
        {
            _saysOverflow = true;
            Say(() => LaneMessages.LogOverflow(_logger, _mention));
        }
        else if (_saysOverflow && isEmpty)
        {
            _saysOverflow = false;
            long dropped = ledger.DroppedQueueFull - _saidDropped;
            _saidDropped = ledger.DroppedQueueFull;
            Say(() => LaneMessages.LogRoom(_logger, _mention, dropped));
        }
    }

    void CountCallbackFault(Exception fault)
    {
        if (Interlocked.Increment(ref _callbackFaults) == 1) Say(() => LaneMessages.LogCallbackFault(_logger, _mention, fault.GetType().Name, fault.Message));
    }

    /// <summary>A log that throws must not end the lane's thread.</summary>
    void Say(Action log)
    {
        try { log(); }
        catch (Exception) { Interlocked.Increment(ref _callbackFaults); }
    }
}
