using System.Diagnostics;

namespace MetricsKit.Stress;

/// <summary>The process on the small disk: it records all the time, does every harm to its files, and settles the accounts after each round.</summary>
sealed class FullDiskChild : IDisposable
{
    const int PerTick = 10;
    static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(5);
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan _resumes = TimeSpan.FromSeconds(5); // what is promised

    readonly StressLedger _ledger;
    readonly string _root, _folder;
    readonly Effort _effort;
    readonly FileRecorder _recorder;
    readonly Lock _gate = new();
    readonly HashSet<long> _acknowledged = [], _found = [];
    readonly Timer _producer;
    readonly Lock _producing = new();
    bool _pauses;
    long _next, _refused, _twice;
    int _away;

    FullDiskChild(StressLedger ledger, Effort effort, string root, bool compress)
    {
        (_ledger, _effort, _root, _folder) = (ledger, effort, root, Path.Join(root, "samples"));
        // The queue is as short as it may be, so that every fault costs samples.
        _recorder = FileRecorder.Open(new() { Directory = _folder, MaxFileBytes = 64 << 10, QueueSamples = 1024, Compress = compress }, Acknowledge);
        _producer = new Timer(_ => Produce(), null, _tick, _tick);
    }

    public static int Run(string root, Effort effort)
    {
        StressLedger ledger = new(Console.Out);
        int unobserved = 0;
        TaskScheduler.UnobservedTaskException += (_, _) => Interlocked.Increment(ref unobserved);
        int count = effort.Of(1, 20);
        foreach (bool compress in new[] { false, true })
        {
            using FullDiskChild child = new(ledger, effort, root, compress);
            ledger.Says("closed files are compressed", compress ? "yes" : "no");
            for (int round = 0; round < count; round++) child.Round();
            child.Settle();
        }
        GC.Collect();
        GC.WaitForPendingFinalizers();
        ledger.Equals("exceptions that nobody saw", unobserved, 0);
        return ledger.Wrong == 0 ? 0 : 1;
    }

    public void Dispose() => _producer.Dispose();

    void Round()
    {
        Await("samples are written", Writes());
        Fault("the disk is full", mustFail: true, FillUp, () => File.Delete(Path.Join(_root, "ballast")));
        Fault("the directory is moved away", mustFail: false, MoveAway, static () => { });
        Fault("the directory is a file", mustFail: true, PutAFile, () => File.Delete(_folder));
        Fault("the permission is lost", mustFail: true, () => SetMode(UnixFileMode.UserRead), () => SetMode(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        Pause(true);
        _recorder.Flush(_patience); // what it says is about the drops, which the ledger knows
        Harvest();
        Delete(_folder); // for good
        Pause(false);
        Await("samples are written after the directory was deleted", Writes());
    }

    /// <summary>Lets a fault happen until it has cost something, takes it away, and measures until samples are written again.</summary>
    void Fault(string what, bool mustFail, Action harm, Action heal)
    {
        var before = _recorder.Lane.Ledger;
        harm();
        if (mustFail)
        {
            // Writing fails, goes on failing until the queue runs over, and so long that the pauses between attempts are at their longest.
            Await($"{what}: it fails", () => _recorder.Lane.Ledger is var now && now.Failures >= before.Failures + 5 && now.DroppedQueueFull > before.DroppedQueueFull);
        }
        var delivers = Writes();
        bool Resumes() => delivers() && WrittenFiles.In(_folder).Length > 0; // there, and not into a file that was moved away
        long healed = Stopwatch.GetTimestamp();
        heal();
        Await($"{what}: it is over", Resumes);
        double seconds = Stopwatch.GetElapsedTime(healed).TotalSeconds;
        string resumed = $"{what}: seconds until samples are written again";
        if (_effort.IsLong) _ledger.AtMost(resumed, Math.Round(seconds, 3), _resumes.TotalSeconds);
        else _ledger.Says(resumed, Math.Round(seconds, 3)); // a machine that does other things as well proves nothing by its pace
        if (mustFail) _ledger.AtLeast($"{what}: samples that it cost", _recorder.Lane.Ledger.DroppedQueueFull - before.DroppedQueueFull, 1);
    }

    /// <summary>Stops, and compares every sample that was ever recorded with what is in the files.</summary>
    void Settle()
    {
        Pause(true);
        _recorder.Stop(_patience);
        Harvest();
        Delete(_folder);
        var lane = _recorder.Lane.Ledger;
        var recorder = _recorder.Recorder.ReadLedger();
        _ledger.Equals("recorded = posted + refused at the recorder", recorder.Posted + _refused, _next);
        _ledger.Equals("posted = acknowledged + dropped", lane.Delivered + lane.Dropped, lane.Posted);
        _ledger.Equals("queued and in flight after the stop", lane.Queued + lane.InFlight, 0);
        _ledger.Equals("acknowledged: the sink's count = the lane's", _acknowledged.Count, lane.Delivered);
        _ledger.Says("dropped", lane.Dropped);
        _ledger.Says("failed attempts", lane.Failures);
        _ledger.Equals("acknowledged and not in the files", _acknowledged.Except(_found).Count(), 0);
        _ledger.Equals("in the files and not acknowledged", _found.Except(_acknowledged).Count(), 0);
        _ledger.Equals("twice in the files", _twice, 0);
        _ledger.Equals("calls that hang", lane.Hung, 0);
    }

    void Harvest()
    {
        string[] folders = [.. Enumerable.Range(1, _away).Select(n => Path.Join(_root, $"away{n}")), _folder];
        foreach (string folder in folders)
        {
            foreach (string file in WrittenFiles.In(folder))
            {
                try
                {
                    foreach (long value in WrittenFiles.Values(file))
                    {
                        if (!_found.Add(value)) _twice++;
                    }
                }
                catch (Exception broken) when (broken is FormatException or System.Text.Json.JsonException or InvalidDataException) { _ledger.Complain($"{file}: {broken.Message}"); }
            }
            if (folder != _folder) Delete(folder);
        }
        _away = 0;
    }

    void Delete(string folder) => Await($"{folder} is deleted", () =>
    {
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (IOException) { return false; } // closed files are compressed in the background: one was just made there, or taken away
    });

    void FillUp()
    {
        using FileStream ballast = new(Path.Join(_root, "ballast"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (int block in new[] { 64 << 10, 4 << 10, 1 })
        {
            try
            {
                byte[] bytes = new byte[block];
                while (true) ballast.Write(bytes);
            }
            catch (IOException) { } // full, but for a smaller block
        }
    }

    void MoveAway() => Directory.Move(_folder, Path.Join(_root, $"away{++_away}"));

    void PutAFile()
    {
        while (!File.Exists(_folder))
        {
            if (Directory.Exists(_folder)) MoveAway();
            try { File.WriteAllText(_folder, ""); }
            catch (UnauthorizedAccessException) { } // the sink was quicker, and has made it again
        }
    }

    void SetMode(UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder, mode);
    }

    void Produce()
    {
        if (!_producing.TryEnter()) return; // the last tick is still at it
        try
        {
            for (int i = 0; i < PerTick && !_pauses; i++)
            {
                if (!_recorder.Sequence.Record(_next++)) _refused++;
            }
        }
        finally { _producing.Exit(); }
    }

    void Pause(bool pauses)
    {
        lock (_producing) _pauses = pauses;
    }

    void Acknowledge(long first, long last)
    {
        lock (_gate)
        {
            for (long value = first; value <= last; value++) _acknowledged.Add(value);
        }
    }

    Func<bool> Writes()
    {
        long before = _recorder.Lane.Ledger.Delivered;
        return () => _recorder.Lane.Ledger.Delivered > before;
    }

    void Await(string what, Func<bool> condition)
    {
        long began = Stopwatch.GetTimestamp();
        SpinWait wait = default;
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(began) > _patience)
            {
                _ledger.Complain($"not within {_patience.TotalSeconds} s: {what}");
                return;
            }
            wait.SpinOnce();
        }
    }
}
