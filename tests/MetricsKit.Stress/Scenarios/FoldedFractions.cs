namespace MetricsKit.Stress;

/// <summary>I3: folding regroups a sum, which may lose an ulp while nobody records. Prometheus would take that for a reset.</summary>
static class FoldedFractions
{
    const int Rounds = 50, Threads = 6;

    public static void Run(StressLedger ledger, MetricsKitHost host)
    {
        int fell = 0;
        var last = host.Read();
        for (int round = 1; round <= Rounds; round++)
        {
            using Barrier recorded = new(Threads + 1);
            using ManualResetEventSlim end = new();
            // A reader adds store by store. Who ends first is folded in front of the others, in another order than before: so every second one does.
            var threads = Enumerable.Range(0, Threads).Select(lane => new Thread(() =>
            {
                foreach (string label in MixedTally.Labels) host.Meter().Fractions.Record(0.1 * round * (lane + 1), label);
                recorded.SignalAndWait();
                if (lane % 2 == 0) end.Wait();
            })).ToList();
            threads.ForEach(static t => t.Start());
            recorded.SignalAndWait();
            for (int lane = 1; lane < Threads; lane += 2) threads[lane].Join();
            Scrape();
            end.Set();
            threads.ForEach(static t => t.Join());
            Scrape();
        }
        ledger.Equals("sums that fell when their threads were folded", fell, 0);

        void Scrape()
        {
            // The first finds the stores dead, the second has folded them.
            for (int scrape = 0; scrape < 3; scrape++)
            {
                var now = host.Read();
                fell += MixedTally.Labels.Select(static l => StressHost.Name("stress.fractions", ("a", l))).Count(name => last.TryGetValue(name, out var before) && now[name].Sum < before.Sum);
                last = now;
            }
        }
    }
}
