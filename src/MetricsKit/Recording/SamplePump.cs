using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>The thread that carries samples from the blocks of all threads to the sinks: when it sleeps, what wakes it, and what a round does.</summary>
sealed partial class SamplePump
{
    const long Awake = long.MaxValue;

    /// <summary>So long a busy pump lets samples come together: waking it for each block would cost the threads that record more than a nap costs anybody.</summary>
    static readonly TimeSpan _nap = TimeSpan.FromMilliseconds(1);

    /// <summary>While room is short, threads that died are looked for so often: often enough for pools that grow and shrink, and too seldom to cost anything.</summary>
    const int MostLooksASecond = 100;

    readonly MetricRecorder _recorder;
    readonly BatchMaker _batches;
    readonly RecorderClock _clock;
    readonly ILogger _logger;
    readonly OverloadEpisode _overload;
    readonly object _bell = new();
    readonly Thread _thread;

    // Shared with producers: from how much in full blocks on the pump wants to be woken, whether so much came together, and whether somebody found no room.
    long _wakeFrom = Awake;
    bool _sleeps;
    bool _rung;
    bool _isWanted;
    bool _isCrowded;

    // Shared with who asks for a round.
    readonly Lock _asking = new();
    List<TaskCompletionSource> _asked = [];
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile bool _ending;

    // The pump's own.
    bool _wasBusy;
    long _frontsAt;

    long _failures;

    internal SamplePump(MetricRecorder recorder, BatchMaker batches, RecorderClock clock, ILogger logger)
    {
        (_recorder, _batches, _clock, _logger) = (recorder, batches, clock, logger);
        Blocks = new(recorder, batches, clock);
        _overload = new(logger);
        _thread = new(Loop) { IsBackground = true, Name = "MetricsKit recorder" };
    }

    internal BlockReader Blocks { get; }

    /// <summary>Steps of the loop that failed; none ever should.</summary>
    internal long Failures => Volatile.Read(ref _failures);

    /// <summary>Samples that are missing until a flush is due; below 1 while one is.</summary>
    internal int UntilFlush => (int)Math.Max(int.MinValue, _recorder.Options.FlushSize - Blocks.Pending);

    internal void Start() => _thread.Start();

    /// <summary>Takes a full block from its thread, and wakes the pump when enough has come together.</summary>
    internal void HandOver(SampleBlock block)
    {
        long pending = Blocks.Add(block);
        if (pending >= _recorder.Options.FlushSize) Interlocked.Exchange(ref _isWanted, true); // before it is asked whether the pump sleeps; and it stays true when the oldest blocks are dropped meanwhile
        if (pending >= Volatile.Read(ref _wakeFrom)) Wake();
    }

    /// <summary>Ends when everything that was recorded before the call was handed to the lanes.</summary>
    internal Task RoundAsync()
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_asking)
        {
            if (_ending) return _ended.Task;
            _asked.Add(asked);
        }
        Wake();
        return asked.Task;
    }

    /// <summary>Revokes all blocks, hands on what is in them and ends the thread. The recorder is closed before.</summary>
    internal Task EndAsync()
    {
        lock (_asking) _ending = true;
        Wake();
        return _ended.Task;
    }

    internal void Wake()
    {
        if (Interlocked.Exchange(ref _wakeFrom, Awake) == Awake) return; // it is awake, or somebody else is waking it
        lock (_bell)
        {
            _rung = true;
            Monitor.Pulse(_bell);
        }
    }

    /// <summary>Room runs short: full blocks that are too few for a flush and blocks of dead threads are read all the same, or everybody would be refused until one is due.</summary>
    internal void MakeRoom()
    {
        if (!Volatile.Read(ref _isCrowded)) Volatile.Write(ref _isCrowded, true);
        if (Volatile.Read(ref _sleeps)) Wake(); // a nap ends by itself
    }

    void Loop()
    {
        long interval = (long)(_recorder.Options.FlushInterval.TotalSeconds * _clock.Frequency);
        long due = _clock.Ticks + interval;
        while (!_ending)
        {
            Sleep(due);
            _clock.Set();
            long now = _clock.Ticks;
            bool isDue = now >= due;
            if (isDue) due = Math.Max(due + interval, now); // an absolute schedule; what was missed is not made up for
            Guarded(() => Round(isDue));
            if (isDue) Guarded(() => _overload.Look(_recorder.LostForRoom));
        }
        Guarded(() => Round(isDue: true));
        Guarded(Blocks.End);
        Guarded(_batches.Post);
        lock (_asking) _asked.ForEach(static one => one.TrySetResult());
        _ended.TrySetResult();
    }

    /// <summary>The loop survives whatever a step meets, a log that throws included; the next one finds what this one left.</summary>
    void Guarded(Action step)
    {
        try { step(); }
        catch (Exception e)
        {
            if (Interlocked.Increment(ref _failures) > 1) return;
            try { LogFailure(_logger, e); }
            catch (Exception) { Interlocked.Increment(ref _failures); } // the log is what fails
        }
    }

    /// <summary>Sleeps until enough is pending, somebody asks, or a round is due.</summary>
    /// <remarks>To wake a thread costs its waker microseconds. While samples come fast, the pump therefore naps, and is woken only when room may run short.</remarks>
    void Sleep(long due)
    {
        long flushSize = _recorder.Options.FlushSize;
        if (_wasBusy && WaitFor(Math.Max(flushSize, _recorder.Options.Capacity / 4), null)) return;
        if (Volatile.Read(ref _isWanted)) return;
        Volatile.Write(ref _sleeps, true);
        WaitFor(flushSize, due);
        Volatile.Write(ref _sleeps, false);
    }

    /// <summary>Waits until a round is due, or for a nap; true when there is a reason not to wait longer.</summary>
    bool WaitFor(long pending, long? due)
    {
        Volatile.Write(ref _wakeFrom, pending);
        Interlocked.MemoryBarrier(); // a producer adds to what is pending, then looks whether it has to wake; here it is the other way round
        bool woken;
        lock (_asking) woken = _asked.Count > 0 || _ending;
        woken |= Blocks.Pending >= pending || due is not null && (Volatile.Read(ref _isWanted) || Volatile.Read(ref _isCrowded));
        lock (_bell)
        {
            if (!woken && !_rung) woken = Monitor.Wait(_bell, due is { } at ? Until(at) : _nap);
            woken |= _rung;
            _rung = false;
        }
        Volatile.Write(ref _wakeFrom, Awake);
        return woken;
    }

    /// <summary>Nobody records: nothing falls due until somebody enters, who wakes only a pump that has said that it sleeps. So it is asked behind that.</summary>
    TimeSpan Until(long due)
    {
        if (_recorder.Producers.Length > 0) return _clock.UntilOrTick(due);
        _clock.Rest();
        return Timeout.InfiniteTimeSpan;
    }

    void Round(bool isDue)
    {
        List<TaskCompletionSource> asked;
        lock (_asking) (asked, _asked) = (_asked, []);
        try
        {
            bool isAsked = asked.Count > 0, isCrowded = Interlocked.Exchange(ref _isCrowded, false);
            _wasBusy = Interlocked.Exchange(ref _isWanted, false) | isCrowded;
            if (_wasBusy || isDue || isAsked) Blocks.TakeFull(Blocks.Full);
            if (!isDue && !isAsked && !(isCrowded && _clock.Ticks - _frontsAt > _clock.Frequency / MostLooksASecond)) return;
            _frontsAt = _clock.Ticks;
            Blocks.TakeFronts(revoking: isDue && Volatile.Read(ref _recorder.Space.WasRefused));
        }
        finally
        {
            _batches.Post();
            foreach (var one in asked) one.TrySetResult();
        }
    }

    [LoggerMessage(30, LogLevel.Error, "A round of the recorder failed; samples that it was about to hand on may be lost.")]
    static partial void LogFailure(ILogger logger, Exception exception);
}
