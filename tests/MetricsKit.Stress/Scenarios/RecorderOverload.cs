using System.Diagnostics;
using System.Globalization;

namespace MetricsKit.Stress;

/// <summary>Threads that record as fast as they can, and a sink that takes 50,000 a second.</summary>
static class RecorderOverload
{
    const int Producers = 4, SinkRate = 50_000, SampleBytes = 24;

    public static void Run(StressLedger ledger, Effort effort)
    {
        foreach (var policy in (OverloadPolicy[])[OverloadPolicy.DropNewest, OverloadPolicy.DropOldest]) Run(ledger, effort, policy);
    }

    static void Run(StressLedger ledger, Effort effort, OverloadPolicy policy)
    {
        ledger.Says(policy.ToString(), "");
        WarmUp(ledger);
        long resident = Machine.ResidentBytes();
        RecorderOptions options = new() { Overload = policy };
        SinkOptions sinkOptions = new();
        RecorderSink sink = new("sink", ledger, Producers) { MayMiss = true, Before = static (batch, token) => token.WaitHandle.WaitOne(TimeSpan.FromSeconds((double)batch.Count / SinkRate)) };
        RecorderRig rig = new(ledger, options, sinkOptions, sink);
        RecorderWriter[] writers = [.. Enumerable.Range(0, Producers).Select(i => new RecorderWriter(rig.Series, i))];
        Overload overload = new(writers);
        Stopwatch clock = Stopwatch.StartNew();
        long most = 0;
        overload.Start();
        while (clock.Elapsed < TimeSpan.FromSeconds(effort.Of(3, 30)))
        {
            most = Math.Max(most, Machine.ResidentBytes());
            if (rig.Recorder.Lanes[0].Ledger.Imbalance != 0) ledger.Complain("the ledger of the sink does not add up");
            if (clock.Elapsed > TimeSpan.FromSeconds(effort.Of(1, 5))) overload.IsSteady = true;
            Thread.Sleep(20);
        }
        double took = clock.Elapsed.TotalSeconds;
        overload.End();
        rig.Carry();
        rig.Account("after the producers", writers);
        rig.AccountDropped(writers);
        rig.AccountRoom();
        // Blocks that are lent and twice as many that are spare; the queue by its samples, and the batch that is being made.
        long blocks = 3L * options.Capacity * SampleBytes, capacities = blocks + (sinkOptions.QueueSamples + BatchMaker.MaxSamples) * SampleBytes;
        overload.Say(ledger, took, blocks);
        ledger.Says("delivered per second", sink.Taken / took);
        ledger.Says("dropped by the recorder, and by the sink's queue", string.Create(CultureInfo.InvariantCulture, $"{rig.Recorder.Pump.Blocks.DroppedOldest:N0}, {rig.Recorder.Lanes[0].Ledger.Dropped:N0}"));
        ledger.AtMost("resident bytes more than before", most - resident, capacities + (32 << 20));
        ledger.Says("of them for capacities", capacities);
        rig.Stop(TimeSpan.Zero);
        rig.Account("after the stop", writers);
        rig.AccountDropped(writers);
        ledger.Equals("waiting after the stop", rig.Recorder.Lanes[0].Ledger.Queued + rig.Recorder.Lanes[0].Ledger.InFlight, 0);
    }

    /// <summary>The same for a second, then all memory is given back to the system: what the compiler and the runtime take does not count as memory of the recorder.</summary>
    static void WarmUp(StressLedger ledger)
    {
        RecorderSink sink = new("warm", ledger, Producers) { MayMiss = true };
        RecorderRig rig = new(ledger, new(), new(), sink);
        Overload overload = new([.. Enumerable.Range(0, Producers).Select(i => new RecorderWriter(rig.Series, i))]);
        overload.Start();
        Thread.Sleep(1_000);
        overload.End();
        rig.Stop(TimeSpan.FromSeconds(5));
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    /// <summary>The flat-out threads; the first of them looks at the clock for each call.</summary>
    sealed class Overload
    {
        /// <summary>A clock that is asked more often would be most of what is measured.</summary>
        const int Burst = 1_024;

        /// <summary>A block of a size that there was none of yet, in hundreds of thousands of calls; none at all would take longer to come to than a run.</summary>
        const double MostBytesPerCall = 0.05;

        readonly RecorderWriter[] _writers;
        readonly Thread[] _threads;
        readonly long[] _steadyCalls, _steadyBytes;
        readonly RecorderLatency _latency = new();
        volatile bool _isOver;
        volatile bool _isSteady;

        public Overload(RecorderWriter[] writers)
        {
            _writers = writers;
            _threads = [.. writers.Select(w => new Thread(() => Work(w)))];
            (_steadyCalls, _steadyBytes) = (new long[writers.Length], new long[writers.Length]);
        }

        /// <summary>From here on allocations are counted: blocks have grown and code is compiled.</summary>
        public bool IsSteady { set => _isSteady = value; }

        public void Start() => Array.ForEach(_threads, static t => t.Start());

        public void End()
        {
            _isOver = true;
            Array.ForEach(_threads, static t => t.Join());
        }

        public void Say(StressLedger ledger, double seconds, long blocks)
        {
            ledger.Says("attempted per second", _writers.Sum(static w => w.Attempted) / seconds);
            ledger.Says("accepted per second", _writers.Sum(static w => (long)w.Accepted) / seconds);
            ledger.Says("one call of Record", _latency.ToString());
            ledger.Says("calls in the steady state", _steadyCalls.Sum());
            ledger.Says("bytes allocated per call then", (double)_steadyBytes.Sum() / _steadyCalls.Sum());
            // When the blocks of each size come into being is the scheduler's doing: all that there may be may come now.
            ledger.AtMost("bytes allocated by all of them", _steadyBytes.Sum(), (long)(_steadyCalls.Sum() * MostBytesPerCall) + blocks);
        }

        void Work(RecorderWriter writer)
        {
            while (!_isSteady && !_isOver) Several(writer);
            long calls = writer.Attempted, bytes = GC.GetAllocatedBytesForCurrentThread();
            while (!_isOver) Several(writer);
            _steadyBytes[writer.Number] = GC.GetAllocatedBytesForCurrentThread() - bytes;
            _steadyCalls[writer.Number] = writer.Attempted - calls;
        }

        void Several(RecorderWriter writer)
        {
            if (writer.Number != 0)
            {
                writer.Record(Burst);
                return;
            }
            for (int i = 0; i < Burst; i++)
            {
                long before = Stopwatch.GetTimestamp();
                writer.Record();
                _latency.Add(Stopwatch.GetTimestamp() - before);
            }
        }
    }
}
