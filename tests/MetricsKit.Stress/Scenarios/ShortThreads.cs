using System.Runtime.CompilerServices;

namespace MetricsKit.Stress;

/// <summary>Threads that live for a moment.</summary>
static class ShortThreads
{
    const int AtOnce = 8, FewStores = 4;

    public static void RunUnderCollections(StressLedger ledger, Effort effort)
    {
        int threads = effort.Of(4_000, 40_000), calls = effort.Of(50, 500);
        var host = StressHost.Open();
        using ManualResetEventSlim ended = new();
        Thread collector = new(() => { while (!ended.IsSet) Machine.Collect(); });
        collector.Start();
        int most = 0;
        Lanes.Run(AtOnce, threads / AtOnce, (lane, life) =>
        {
            Record(host.Meter(), lane, calls);
            if (CellSpace.StoreCount is var stores && stores > Volatile.Read(ref most)) Volatile.Write(ref most, stores); // a figure to be read: a lost race does not matter
        });
        ended.Set();
        collector.Join();
        ledger.Says("threads", threads);
        ledger.Says("collections", GC.CollectionCount(2));
        ledger.Says("most stores seen", most);
        Account(ledger, host, threads, calls, AtOnce);
    }

    public static void RunUnscraped(StressLedger ledger, Effort effort)
    {
        const int Crowd = 50;
        int threads = effort.Of(10_000, 100_000);
        var host = StressHost.Open();
        // Crowds of growing size, all alive at once, so that there is always a store more to be made.
        for (int started = 0, size = 1; started < threads; started += size, size = size % Crowd + 1)
        {
            if (threads - started < size) size = threads - started;
            using Barrier together = new(size);
            Lanes.Together(size, lane =>
            {
                Record(host.Meter(), lane & (AtOnce - 1), 10);
                together.SignalAndWait();
            });
        }
        ledger.Says("threads", threads);
        // The stores of a crowd are adopted by the next one, and twice as many may come together before somebody looks for dead ones.
        ledger.AtMost("stores, unscraped", CellSpace.StoreCount, 2 * Crowd);
        ledger.AtMost("cell bytes, unscraped", CellSpace.Bytes, 2 * Crowd * 16 * CellChunk.Bytes);
        AccountSum(ledger, host, threads * 10L, "at the first scrape");
        Settle(ledger, host);
    }

    public static void RunOnManySeries(StressLedger ledger, Effort effort)
    {
        const int Series = 1_000;
        int threads = effort.Of(200, 2_000);
        var host = StressHost.Open();
        var names = Enumerable.Range(0, Series).Select(static i => $"series{i}").ToArray();
        foreach (string name in names) host.Meter().Growing.Bind(name);
        int touched = WarmUp(Touch);
        host.Read();
        long before = Machine.LiveBytes(), allocatedBefore = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < threads; i++) Lanes.Once(Touch);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore;
        ledger.AtMost("bytes allocated, one after the other", allocated, effort.Of(1, 10) * 1_000_000);
        Lanes.Run(AtOnce, threads / AtOnce, (_, _) => Touch());
        ledger.Says("bytes allocated, eight at a time", GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore - allocated);
        ledger.Equals("series with the exact total", Exact(), Series);
        host.Read();
        ledger.Equals("the same after folding", Exact(), Series);
        ledger.AtMost("managed bytes more than before", Machine.LiveBytes() - before, 256 * 1024);
        Settle(ledger, host);

        void Touch()
        {
            foreach (string name in names) host.Meter().Growing.Add(1, name);
        }

        // A reading of its own, which is as large as all that is judged below and must not be reachable then.
        [MethodImpl(MethodImplOptions.NoInlining)]
        int Exact()
        {
            var read = host.Read();
            return names.Count(n => read.Of("stress.growing", ("a", n)) == 2 * threads + touched);
        }
    }

    /// <summary>Repeats a thread's work until it allocates next to nothing, as it does once its code is compiled for good; how often that was.</summary>
    static int WarmUp(Action work)
    {
        const int Enough = 20, Most = 10_000, ThreadStatics = 1_000; // if it never stops allocating, the ledger will say so
        int times = 0;
        for (int quiet = 0; quiet < Enough && times < Most; times++)
        {
            long allocated = 0;
            Lanes.Once(() =>
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                work();
                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            });
            quiet = allocated <= ThreadStatics ? quiet + 1 : 0;
        }
        return times;
    }

    static void Record(StressMetrics on, int lane, int calls)
    {
        string label = MixedTally.Labels[lane];
        var bound = on.Tagged.Bind(label, label);
        for (int i = 0; i < calls; i++)
        {
            on.Plain.Add(1);
            bound.Add(2);
            on.Sizes.Record(lane, label);
        }
    }

    static void Account(StressLedger ledger, MetricsKitHost host, int threads, int calls, int lanes)
    {
        AccountSum(ledger, host, (long)threads * calls, "at the first scrape");
        host.Read();
        var read = AccountSum(ledger, host, (long)threads * calls, "after folding");
        long each = (long)threads / lanes * calls;
        ledger.Equals("tagged series with the exact total", MixedTally.Labels.Count(l => read.Of("stress.tagged", ("a", l), ("b", l)) == 2 * each), lanes);
        ledger.Equals("histogram series with the exact sum", Enumerable.Range(0, lanes).Count(i => read[StressHost.Name("stress.sizes", ("a", MixedTally.Labels[i]))].Sum == i * each), lanes);
        FoldedFractions.Run(ledger, host);
        Settle(ledger, host);
    }

    static Dictionary<string, SeriesValue> AccountSum(StressLedger ledger, MetricsKitHost host, long calls, string when)
    {
        var read = host.Read();
        ledger.Equals("plain: recorded = read back " + when, read.Of("stress.plain"), calls);
        ledger.Equals("tagged: recorded = read back " + when, Total(read, "stress.tagged"), 2 * calls);
        ledger.Equals("measured: recorded = read back " + when, Total(read, "stress.sizes"), calls);
        return read;
    }

    static void Settle(StressLedger ledger, MetricsKitHost host)
    {
        for (int i = 0; i < 3; i++) host.Read();
        ledger.AtMost("stores after scrapes", CellSpace.StoreCount, FewStores);
        ledger.Says("cell bytes after scrapes", CellSpace.Bytes);
        host.Close();
    }

    static double Total(Dictionary<string, SeriesValue> read, string instrument) =>
        read.Where(s => s.Key.StartsWith(instrument + "{", StringComparison.Ordinal)).Sum(static s => s.Value.Value);
}
