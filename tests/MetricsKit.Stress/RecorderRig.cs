using Microsoft.Extensions.Logging.Abstractions;

namespace MetricsKit.Stress;

/// <summary>A recorder with checking sinks, and the account of what became of everything.</summary>
sealed class RecorderRig
{
    /// <summary>A call is never given up here, however slow the machine is: what is delivered twice would be no fault.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    readonly StressLedger _ledger;
    readonly RecorderSink[] _sinks;

    public RecorderRig(StressLedger ledger, RecorderOptions options, SinkOptions sinkOptions, params RecorderSink[] sinks)
    {
        (_ledger, _sinks) = (ledger, sinks);
        sinkOptions.Timeout = Patience;
        options.ShutdownTimeout = Patience;
        Recorder = new(options, [.. sinks.Select(s => SinkLanes.Make(s.Name, s, sinkOptions, TimeProvider.System, NullLogger.Instance))], null, TimeProvider.System, NullLogger.Instance);
        Series = RecorderPayload.SeriesOf(Recorder);
        foreach (var sink in sinks) sink.Series = Series;
    }

    public MetricRecorder Recorder { get; }

    public SampleSeries[] Series { get; }

    public bool Flush() => Recorder.FlushAsync(Patience).AsTask().GetAwaiter().GetResult();

    /// <summary>Has the pump carry on what is in blocks; what the sinks do with it is theirs.</summary>
    public void Carry() => Recorder.Pump.RoundAsync().GetAwaiter().GetResult();

    public void Stop(TimeSpan budget) => Recorder.StopAsync(budget).GetAwaiter().GetResult();

    /// <summary>Every sum of the ledger against what the threads themselves have counted; nobody records meanwhile.</summary>
    public void Account(string when, IReadOnlyCollection<RecorderWriter> writers, bool quiet = false)
    {
        long attempted = writers.Sum(static w => w.Attempted), accepted = writers.Sum(static w => (long)w.Accepted);
        var read = Recorder.ReadLedger();
        Equal("attempted = accepted + rejected", read.Accepted + read.Rejected, attempted);
        Equal("accepted = what threads saw accepted", read.Accepted, accepted);
        Equal("accepted = posted + dropped oldest + buffered", read.Posted + read.DroppedOldest + read.Buffered, accepted);
        Equal("failed rounds of the pump", Recorder.Pump.Failures, 0);
        foreach (var lane in Recorder.Lanes)
        {
            var lanes = lane.Ledger;
            Equal($"{lane.Name}: posted by the recorder", lanes.Posted, read.Posted);
            Equal($"{lane.Name}: posted - delivered - dropped - queued - in flight", lanes.Imbalance, 0);
        }

        void Equal(string what, long found, long expected)
        {
            if (!quiet) _ledger.Equals($"{what}, {when}", found, expected);
            else if (found != expected) _ledger.Complain($"{what}, {when}: {found}, expected {expected}");
        }
    }

    /// <summary>Everything that was accepted has come to every sink.</summary>
    public void AccountDelivered(IReadOnlyCollection<RecorderWriter> writers)
    {
        long accepted = writers.Sum(static w => (long)w.Accepted);
        foreach (var sink in _sinks)
        {
            _ledger.Equals($"{sink.Name}: samples", sink.Taken, accepted);
            _ledger.Equals($"{sink.Name}: threads that are complete", writers.Count(w => sink.UpTo(w.Number) == w.Accepted), writers.Count);
        }
    }

    /// <summary>What sinks did not see was dropped by the recorder or by the sink's queue, and counted.</summary>
    public void AccountDropped(IReadOnlyCollection<RecorderWriter> writers)
    {
        long accepted = writers.Sum(static w => (long)w.Accepted);
        for (int i = 0; i < _sinks.Length; i++)
        {
            var sink = _sinks[i];
            var lane = Recorder.Lanes[i];
            long all = 0, missing = 0, taken = 0;
            // The sink may be in the middle of a batch, of which one number is known before another; what does not add up never does.
            SpinWait.SpinUntil(() => { Read(); return all == accepted && missing == accepted - taken; }, TimeSpan.FromSeconds(10));
            _ledger.Equals($"{sink.Name}: seen + dropped + waiting", all, accepted);
            _ledger.Equals($"{sink.Name}: gaps + what is missing at the end", missing, accepted - taken);

            void Read()
            {
                var read = lane.Ledger;
                taken = sink.Taken;
                all = taken + read.Dropped + read.Queued + read.InFlight + Recorder.Pump.Blocks.DroppedOldest + Recorder.ReadLedger().Buffered;
                missing = sink.Missing + writers.Sum(w => w.Accepted - (long)sink.UpTo(w.Number));
            }
        }
    }

    /// <summary>When all threads have ended and their blocks were read, all room is free: none was lost, none made up.</summary>
    public void AccountRoom(bool quiet = false)
    {
        // The room of what dead threads left comes back with a round; a thread may be dead for its joiner a moment before it is for the pump.
        for (int rounds = 0; rounds < 1_000 && Recorder.Space.Lent != 0; rounds++) Carry();
        if (!quiet) _ledger.Equals("room that is lent when all threads have ended", Recorder.Space.Lent, 0);
        else if (Recorder.Space.Lent != 0) _ledger.Complain($"room for {Recorder.Space.Lent} is lent when all threads have ended");
    }
}
