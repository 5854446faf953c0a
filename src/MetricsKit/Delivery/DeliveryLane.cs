using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>Brings items to one destination that may be slow, fail or hang, from a bounded queue and threads of its own.</summary>
/// <remarks>
/// <para>D1, conservation: in every ledger, posted = delivered + refused + dropped + queued + in flight. What changes one term changes another inside the gate.</para>
/// <para>D2, bounds: what waits and what is inside an attempt fit the options; the oldest that is not inside an attempt leaves for what comes (see <see cref="BoundedQueue{T}"/>).</para>
/// <para>D3, order: items are attempted in the order in which they were posted; one that failed comes again before any other, until it is delivered, refused or pushed out.</para>
/// <para>D4, posting: never throws, and waits for nothing but the gate, inside which no foreign code runs.</para>
/// <para>D5, calls: one at a time, each under the deadline. One that ignores its cancellation is given up, and the same item is tried again by a new
/// worker while the old call may still be at it: delivery is at least once. While two calls hang no further one is made.</para>
/// <para>D6, release: every posted item is released exactly once, outside the gate, when the lane has let go of it; it is reusable unless a call that was given up may still read it.</para>
/// <para>D7, flush: true only when everything posted before was delivered whole; see <see cref="FlushWaits"/>. It has the lane try once more at once, and never waits past its time.</para>
/// <para>D8, stop: after the budget and at most half a second more everything is settled and the threads have ended but for those inside calls that hang.</para>
/// <para>D9, survival: the loop ends by a stop and by nothing else.</para>
/// </remarks>
sealed partial class DeliveryLane<T>
{
    /// <summary>The pause after a first failure: long enough for a connection that was reset, too short to notice.</summary>
    static readonly TimeSpan FirstRetryDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>The first pause of an open breaker.</summary>
    static readonly TimeSpan FirstBreakerPause = TimeSpan.FromSeconds(1);

    readonly string _name, _subject, _mention;
    readonly DeliveryOptions _options;
    readonly Func<T, CancellationToken, ValueTask> _deliver;
    readonly Func<Exception, int?> _refused;
    readonly Action<T, bool> _released;
    readonly Func<CancellationToken, ValueTask>? _last;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Random _random;
    readonly Backoff _backoff;
    readonly DeadlineCalls _calls;
    readonly FailureEpisode _episode;
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly WaitGate _gate;

    // Guarded by the gate.
    readonly BoundedQueue<T> _queue;
    readonly FlushWaits _flushes = new();
    readonly Breaker _breaker;
    List<Parcel<T>>? _gone; // settled, to be released once outside the gate
    bool _isStarted, _isStopping, _isIdle, _isNudged;
    long _sequence, _tryAt, _stopBy = WaitGate.Never;
    int _failuresInARow;
    long _posted, _delivered, _refusedWeight, _attempts, _failures, _timeouts;
    long _droppedQueueFull, _droppedShutdown, _droppedStopped;
    DateTimeOffset? _lastFailure;

    long _callbackFaults; // interlocked: callbacks run on any thread

    /// <summary>A lane without threads: they start with the first post.</summary>
    /// <param name="name">What the ledger, the metrics and the threads call it.</param>
    /// <param name="options">Bounds and times.</param>
    /// <param name="deliver">Delivers one item, on a thread that may block. Returning is success; throwing means that the item comes again.</param>
    /// <param name="refused">How much of an item's weight an exception says was refused for good, the rest being delivered; null when the item is to be tried again.</param>
    /// <param name="released">Called once for each posted item, with whether its memory may be used again. On the lane's thread or on the one that posts; brief.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where failures, recoveries and losses are said, once an episode.</param>
    /// <param name="last">What is done after the last item, on the worker, within the rest of the stop's budget; the destination is disposed here.</param>
    /// <param name="random">What jitter is drawn from; one of its own when null.</param>
    /// <param name="noun">What the log calls it, with an article of its own in front, such as <c>sink file</c>; the name as it is when null.</param>
    internal DeliveryLane(string name, DeliveryOptions options, Func<T, CancellationToken, ValueTask> deliver, Func<Exception, int?> refused, Action<T, bool> released,
        TimeProvider time, ILogger logger, Func<CancellationToken, ValueTask>? last = null, Random? random = null, string? noun = null)
    {
        (_name, _options, _deliver, _refused, _released, _last, _time, _logger) = (name, options, deliver, refused, released, last, time, logger);
        (_subject, _mention) = noun is null ? (name, name) : ("The " + noun, "the " + noun);
        _random = random ?? new();
        _backoff = new(FirstRetryDelay, options.MaxRetryDelay, Jitter.Equal);
        _breaker = new(new(FirstBreakerPause, options.MaxRetryDelay, Jitter.Equal), time, _random);
        _episode = new(_subject, logger, time);
        _queue = new(options.MaxWeight, options.MaxBytes, parcel => Drop(parcel, DropReason.QueueFull));
        _gate = new(time);
        _calls = new(name, time, Wake);
    }

    internal string Name => _name;

    /// <summary>What became of everything, at this moment.</summary>
    internal DeliveryLedger Ledger
    {
        get
        {
            lock (_gate)
            {
                return new()
                {
                    Posted = _posted,
                    Delivered = _delivered,
                    Refused = _refusedWeight,
                    DroppedQueueFull = _droppedQueueFull,
                    DroppedShutdown = _droppedShutdown,
                    DroppedStopped = _droppedStopped,
                    Queued = _queue.Weight,
                    QueuedBytes = _queue.Bytes,
                    InFlight = _queue.Out?.Weight ?? 0,
                    InFlightBytes = _queue.Out?.Bytes ?? 0,
                    Attempts = _attempts,
                    Failures = _failures,
                    Timeouts = _timeouts,
                    Hung = _calls.Hung,
                    Late = _calls.Late,
                    CallbackFaults = Interlocked.Read(ref _callbackFaults) + _calls.CancellationFaults,
                    IsBreakerOpen = _breaker.State != BreakerState.Closed,
                    LastFailure = _lastFailure,
                };
            }
        }
    }

    /// <summary>Takes an item over. It may push out older ones; after a stop it is dropped itself.</summary>
    /// <param name="item">The item; nobody may write to it until it is released.</param>
    /// <param name="weight">What it counts in the ledger and against the bound, such as its samples. Not negative.</param>
    /// <param name="bytes">The memory that it holds. Not negative.</param>
    internal void Post(T item, int weight, long bytes)
    {
        Parcel<T> parcel = new(item, weight, bytes);
        List<Parcel<T>>? gone;
        bool starts;
        lock (_gate)
        {
            parcel.Sequence = ++_sequence;
            _posted += weight;
            starts = !_isStopping && !_isStarted;
            if (_isStopping) Drop(parcel, DropReason.Stopped);
            else
            {
                _isStarted = true;
                _queue.Add(parcel);
                if (_isIdle) _gate.PulseAll();
            }
            gone = TakeGone();
        }
        if (starts) Start();
        Release(gone);
    }

    /// <summary>Waits until everything that was posted before the call has left the lane.</summary>
    /// <returns>True when all of it was delivered; false when some was dropped or refused, and when the time is over first.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    internal async ValueTask<bool> FlushAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        FlushWaits.Wait wait;
        lock (_gate)
        {
            wait = _flushes.Begin(_sequence);
            AdvanceFlushes();
            if (!wait.Answered.IsCompleted) Nudge();
        }
        await ((Task)wait.Answered.WaitAsync(Waitable(timeout), _time, cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            bool unheard = cancellationToken.IsCancellationRequested && !wait.Answered.IsCompleted;
            if (unheard) _flushes.Forget(wait);
            else _flushes.GiveUp(wait);
            SettleNudge();
        }
        if (!wait.Answered.IsCompleted) cancellationToken.ThrowIfCancellationRequested();
        return await wait.Answered.ConfigureAwait(false);
    }

    /// <summary>Ends the lane: takes nothing more, delivers what it can within the budget, cancels, drops the rest and counts it.</summary>
    /// <returns>Ends with the lane, at most half a second after the budget. A further call changes nothing and returns the same.</returns>
    internal Task StopAsync(TimeSpan budget)
    {
        bool starts;
        lock (_gate)
        {
            if (_isStopping) return _ended.Task;
            _isStopping = true;
            _stopBy = _gate.After(budget < TimeSpan.Zero && budget != Timeout.InfiniteTimeSpan ? TimeSpan.Zero : budget);
            _calls.EndBy(_stopBy);
            Nudge();
            starts = !_isStarted && (_last is not null || _queue.Count > 0); // there are items without a thread when none was to be had
            if (!starts && !_isStarted) _ended.TrySetResult();
            _isStarted |= starts;
        }
        if (starts) Start();
        return _ended.Task;
    }

    /// <summary>Any span as one that a task can be awaited for: weeks are for ever, and less than nothing is nothing.</summary>
    internal static TimeSpan Waitable(TimeSpan timeout) =>
        timeout == Timeout.InfiniteTimeSpan || timeout.TotalMilliseconds >= int.MaxValue ? Timeout.InfiniteTimeSpan
        : timeout < TimeSpan.Zero ? TimeSpan.Zero : timeout;

    /// <summary>Has a lane that pauses try once more at once.</summary>
    void Nudge()
    {
        _isNudged = true;
        _gate.PulseAll();
    }

    /// <summary>A nudge serves those who wait now, and not a failure that comes when they have long gone.</summary>
    void SettleNudge() => _isNudged &= _isStopping || _flushes.Any;

    void AdvanceFlushes()
    {
        if (!_flushes.Any) return;
        _flushes.Advance(_queue.Oldest?.Sequence ?? long.MaxValue);
        SettleNudge();
    }

    /// <summary>The place where what is not delivered is counted out; <see cref="DropReason.QueueFull"/> comes out of the queue's overflow.</summary>
    void Drop(Parcel<T> parcel, DropReason reason)
    {
        if (reason == DropReason.QueueFull) _droppedQueueFull += parcel.Weight;
        else if (reason == DropReason.Shutdown) _droppedShutdown += parcel.Weight;
        else _droppedStopped += parcel.Weight;
        _flushes.Lost(parcel.Sequence);
        (_gone ??= []).Add(parcel);
    }

    List<Parcel<T>>? TakeGone()
    {
        var gone = _gone;
        _gone = null;
        if (gone is not null) AdvanceFlushes();
        return gone;
    }

    void Release(List<Parcel<T>>? gone)
    {
        if (gone is null) return;
        foreach (var parcel in gone)
        {
            try { _released(parcel.Item, parcel.IsReusable); }
            catch (Exception fault) { CountCallbackFault(fault); }
        }
    }
}
