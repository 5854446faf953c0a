using System.Runtime.CompilerServices;

namespace MetricsKit.Stress;

/// <summary>Hosts that are made, used and disposed, and handles that outlive them.</summary>
static class Hosts
{
    const int Kept = 20;
    const long Payload = 1_000_000_007;

    public static void Run(StressLedger ledger, Effort effort)
    {
        int hosts = effort.Of(200, 2_000);
        for (int i = 0; i < Kept; i++) UseAndDispose(i, scraped: true); // pools, tables and compiled code have their size
        var witness = StressHost.Open();
        witness.Read();
        ledger.Says("hosts", hosts); // before anything is counted, since the console opens a pipe when it is first written to
        long bytes = Machine.LiveBytes(), cells = CellSpace.Bytes;
        string[] handles = Machine.Handles, threads = Machine.Threads;
        int wrong = 0;
        for (int i = 0; i < hosts; i++) wrong += UseAndDispose(i, scraped: true);
        ledger.Equals("hosts that showed what was not theirs", wrong, 0);
        witness.Read();
        ledger.AtMost("managed bytes more", Machine.LiveBytes() - bytes, 5 << 20);
        ledger.Says("cell bytes more", CellSpace.Bytes - cells);
        More(ledger, "handles", handles, static () => Machine.Handles);
        More(ledger, "threads", threads, static () => Machine.Threads);

        KeepHandles(ledger, witness);
        CellsComeBack(ledger, witness);
        ledger.Equals("witness: what all of this added to it", witness.Read().Stressed().Sum(static s => s.Value.Value), 0);
        witness.Close();
    }

    static void More(StressLedger ledger, string what, string[] before, Func<string[]> count)
    {
        // Nobody waits for the threads of a disposed host, which end by themselves.
        SpinWait.SpinUntil(() => count().Length <= before.Length, TimeSpan.FromSeconds(30));
        var after = count();
        ledger.AtMost(what + " more", after.Length - before.Length, 0);
        if (after.Length > before.Length) ledger.Says(what + " that are new", string.Join(", ", after.CountBy(static name => name)));
    }

    /// <summary>One when a fresh host shows anything before, or anything else after, its own measurements.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static int UseAndDispose(int number, bool scraped)
    {
        var host = StressHost.Open(predefined: true);
        int wrong = 0;
        if (scraped && Visible(host) != 0) wrong = 1;
        var meter = host.Meter();
        host.GetMeter<BusinessMetrics>().StartMission("stress").Dispose();
        host.GetMeter<SafetyMetrics>().EventOccurred("door", Severity.Critical);
        for (int i = 0; i < 100; i++)
        {
            meter.Growing.Add(number + 1, $"series{i}");
            meter.Sizes.Record(i, $"series{i % 10}");
            meter.Heat.Set(i, "here");
        }
        if (scraped && Visible(host) != 100L * (number + 1) + 100) wrong = 1;
        host.Close();
        return wrong;
    }

    /// <summary>What a host shows of counters and histograms of the stress meter.</summary>
    static double Visible(MetricsKitHost host) => host.Read().Stressed()
        .Where(static s => s.Value.Kind is InstrumentKind.Counter or InstrumentKind.Histogram)
        .Sum(static s => s.Value.Value);

    /// <summary>Handles of hosts that are gone go on being used while other hosts come, which must neither see it nor be given the cells.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void KeepHandles(StressLedger ledger, MetricsKitHost witness)
    {
        List<(CounterSeries, HistogramSeries, UpDownCounterSeries, GaugeSeries)> kept = [];
        for (int i = 0; i < Kept; i++) kept.Add(Orphan());
        int seen = 0, thrown = 0;
        for (int round = 0; round < Kept; round++)
        {
            Machine.Collect();
            Machine.Collect();
            witness.Read(); // hands out again whatever came back
            Lanes.Together(2, _ =>
            {
                foreach (var (counter, histogram, level, gauge) in kept)
                {
                    try
                    {
                        counter.Add(Payload);
                        histogram.Record(Payload);
                        level.Add(-Payload);
                        gauge.Set(Payload);
                        counter.Add(-1);
                    }
                    catch (Exception) { Interlocked.Increment(ref thrown); }
                }
            });
            seen += UseAndDispose(round, scraped: true);
        }
        ledger.Equals("orphaned handles: exceptions", thrown, 0);
        ledger.Equals("orphaned handles: hosts that saw them", seen, 0);
        GC.KeepAlive(kept);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static (CounterSeries, HistogramSeries, UpDownCounterSeries, GaugeSeries) Orphan()
    {
        var host = StressHost.Open();
        var meter = host.Meter();
        var handles = (meter.Tagged.Bind("orphan", "orphan"), meter.Sizes.Bind("orphan"), meter.Level.Bind("orphan"), meter.Heat.Bind("orphan"));
        host.Close();
        return handles;
    }

    /// <summary>When the handles are gone their cells serve the next hosts: the space does not grow with the number of hosts.</summary>
    static void CellsComeBack(StressLedger ledger, MetricsKitHost witness)
    {
        for (int i = 0; i < 3; i++) Settle();
        int before = CellSpace.ChunkCount;
        for (int i = 0; i < 2 * Kept; i++)
        {
            UseAndDispose(i, scraped: true);
            Settle();
        }
        ledger.AtMost("cells come back: chunks more after 40 hosts", CellSpace.ChunkCount - before, 0);

        void Settle()
        {
            Machine.Collect();
            Machine.Collect();
            witness.Read();
        }
    }
}
