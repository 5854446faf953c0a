using System.Diagnostics;
using System.Globalization;

namespace MetricsKit.Stress;

/// <summary>Where no cells are left, threads share: nothing is lost, and the bytes stay where the limit is.</summary>
static class Limits
{
    const int Threads = 8, LateCalls = 100_000;
    const string Last = "late511";

    public static void RunOutOfBytes(StressLedger ledger, Effort effort)
    {
        const long MaxCellBytes = 1 << 20;
        int counters = 15_000, histograms = 1_500, rounds = effort.Of(10, 200);
        var host = StressHost.Open(static o => o.Limits.MaxCellBytes = MaxCellBytes);
        var names = Enumerable.Range(0, counters).Select(static i => $"series{i}").ToArray();
        var on = host.Meter();
        // All cells are numbered before threads fight for chunks: a number that comes past the limit takes the bytes beyond it, and those are counted below.
        foreach (string name in names) on.Growing.Bind(name);
        foreach (string name in names.AsSpan(0, histograms)) on.Sizes.Bind(name);
        ledger.Says("ns a call before the limit", Nanoseconds(on.Growing.Bind("early")));
        long most = 0;
        string pastTheLimit = "";
        int chunks = 0;
        CounterSeries? late = null;
        using Barrier together = new(Threads);
        using (Watch watch = new(host))
        {
            Lanes.Together(Threads, lane =>
            {
                for (int round = 0; round < rounds; round++)
                {
                    for (int i = 0; i < counters; i++)
                    {
                        int at = (i + lane * counters / Threads) % counters; // threads meet everywhere, in no common order
                        on.Growing.Add(at % 7 + 1, names[at]);
                        if (at < histograms) on.Sizes.Record(at & 63, names[at]);
                    }
                }
                together.SignalAndWait(); // every thread lives and holds what it has
                if (lane == 0) chunks = CellSpace.ChunkCount;
                if (lane == 0) pastTheLimit = Nanoseconds(late = NewChunk(on));
                together.SignalAndWait();
                for (int i = 0; i < LateCalls; i++) late!.Add(); // one cell for all of them
                together.SignalAndWait();
            });
            most = watch.MostBytes();
        }
        ledger.Says("ns a call past the limit", pastTheLimit);
        // I6: stripe 0 is where everybody goes when nothing is left, so it gets a chunk for each number that comes after the limit was reached.
        int lateChunks = CellSpace.ChunkCount - chunks;
        ledger.Says("chunk numbers that came past the limit", lateChunks);
        ledger.AtMost("most metricskit_cell_bytes", most, MaxCellBytes + (long)lateChunks * CellChunk.Bytes);
        ledger.AtLeast("cell bytes that would be wanted", (long)CellSpace.ChunkCount * CellChunk.Bytes * (Threads + 1), MaxCellBytes + 1);
        ledger.Equals("calls on one cell that all share", host.Read().Of(StressHost.Name("stress.growing", ("a", Last))), Threads * LateCalls);
        long times = (long)Threads * rounds;
        for (int reading = 1; reading <= 3; reading++)
        {
            var read = host.Read();
            ledger.Equals($"counters with the exact total, reading {reading}", Enumerable.Range(0, counters).Count(i => read.Of("stress.growing", ("a", names[i])) == times * (i % 7 + 1)), counters);
            ledger.Equals($"histograms with the exact count and sum, reading {reading}", Enumerable.Range(0, histograms).Count(i => read[StressHost.Name("stress.sizes", ("a", names[i]))] is var h && h.Value == times && h.Sum == times * (i & 63)), histograms);
        }
        Settle(ledger, host, MaxCellBytes);
    }

    public static void RunOutOfThreads(StressLedger ledger, Effort effort)
    {
        const int MaxThreads = 4;
        var host = StressHost.Open(static o => o.Limits.MaxThreads = MaxThreads);
        ledger.Says("ns a call before the limit", Nanoseconds(host.Meter().Plain.Bind()));
        Crowd(ledger, effort, host, MaxThreads, 16);
    }

    public static void RunWithoutStores(StressLedger ledger, Effort effort)
    {
        var host = StressHost.Open(static o => o.Limits.MaxThreads = 0);
        Crowd(ledger, effort, host, 0, 16);
    }

    static void Crowd(StressLedger ledger, Effort effort, MetricsKitHost host, int maxThreads, int threads)
    {
        int calls = effort.Of(50_000, 1_000_000), mostStores = 0;
        var on = host.Meter();
        using Barrier together = new(threads + 1);
        using (Watch watch = new(host))
        {
            Thread crowd = new(() => Lanes.Together(threads, lane =>
            {
                Mixed(on, lane, 1);
                together.SignalAndWait(); // all have recorded, none has ended
                together.SignalAndWait();
                Mixed(on, lane, calls - 1);
            }));
            crowd.Start();
            together.SignalAndWait();
            mostStores = CellSpace.StoreCount;
            ledger.Says("ns a call of a thread that shares", NanosecondsOfANewThread(on.Plain.Bind()));
            together.SignalAndWait();
            crowd.Join();
        }
        ledger.Equals("stores while all threads live", mostStores, maxThreads);
        for (int reading = 1; reading <= 3; reading++)
        {
            var read = host.Read();
            ledger.Equals($"plain: recorded = read back, reading {reading}", read.Of("stress.plain"), (long)threads * calls);
            ledger.Equals($"tagged: recorded = read back, reading {reading}", MixedTally.Labels.Sum(l => read.Of("stress.tagged", ("a", l), ("b", "x"))), (long)threads * calls * 3);
            ledger.Equals($"level: recorded = read back, reading {reading}", MixedTally.Labels.Sum(l => read.Of("stress.level", ("a", l))), -(long)threads * calls);
            ledger.Equals($"measured: recorded = read back, reading {reading}", MixedTally.Labels.Sum(l => read[StressHost.Name("stress.sizes", ("a", l))].Value), (long)threads * calls);
            ledger.Equals($"measured: sums, reading {reading}", MixedTally.Labels.Sum(l => read[StressHost.Name("stress.sizes", ("a", l))].Sum), Enumerable.Range(0, threads).Sum(t => (double)t * calls));
        }
        ledger.AtMost("stores at the end", CellSpace.StoreCount, maxThreads);
        Settle(ledger, host, CellSpace.MaxBytes);
    }

    static void Mixed(StressMetrics on, int lane, int calls)
    {
        string label = MixedTally.Labels[lane % MixedTally.Texts];
        var handle = on.Plain.Bind();
        for (int i = 0; i < calls; i++)
        {
            handle.Add();
            on.Tagged.Add(3, label, "x");
            on.Level.Add(-1, label);
            on.Sizes.Record(lane, label);
        }
    }

    static void Settle(StressLedger ledger, MetricsKitHost host, long maxBytes)
    {
        for (int i = 0; i < 3; i++) host.Read();
        ledger.AtMost("cell bytes at the end", CellSpace.Bytes, maxBytes);
        host.Close();
    }

    static string NanosecondsOfANewThread(CounterSeries handle)
    {
        string measured = "";
        Lanes.Once(() => measured = Nanoseconds(handle));
        return measured;
    }

    /// <summary>A series of whose cells nobody has a chunk.</summary>
    static CounterSeries NewChunk(StressMetrics on)
    {
        for (int i = 0; i < 2 * CellChunk.Size; i++) on.Growing.Bind($"late{i}");
        return on.Growing.Bind(Last);
    }

    /// <summary>The best of several rounds; a figure to be read, never judged.</summary>
    static string Nanoseconds(CounterSeries handle)
    {
        const int Calls = 100_000, Rounds = 100; // enough for the code to be compiled for good on the way
        double best = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long began = Stopwatch.GetTimestamp();
            for (int i = 0; i < Calls; i++) handle.Add(0); // takes the same way as any other number
            best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalNanoseconds / Calls);
        }
        return best.ToString("F1", CultureInfo.InvariantCulture);
    }

    /// <summary>Reads again and again what the kit says about its own cells.</summary>
    sealed class Watch : IDisposable
    {
        readonly MetricsKitHost _host;
        readonly Thread _thread;
        volatile bool _ended;
        double _most;

        public Watch(MetricsKitHost host)
        {
            _host = host;
            _thread = new(() => { do _most = Math.Max(_most, _host.Read().Of("metricskit.cell")); while (!_ended); });
            _thread.Start();
        }

        public long MostBytes()
        {
            Dispose();
            return (long)_most;
        }

        public void Dispose()
        {
            _ended = true;
            _thread.Join();
        }
    }
}
