namespace MetricsKit.Stress;

/// <summary>Everything at once, and then an account to the last unit.</summary>
static class MixedLedger
{
    const int RecordingThreads = 8, Readers = 2, OperationsOfALife = 50_000;

    public static void Run(StressLedger ledger, Effort effort)
    {
        int lives = effort.Of(10, 150); // 4 million operations, or 60
        var host = StressHost.Open(StressHost.Recycle);
        SecondHost second = new(ledger);
        SharedCount grown = new();
        MixedTally total = new();
        FillToTheLimits(host.Meter(), total);

        var readers = Enumerable.Range(0, Readers).Select(_ => Reader.Start(host, ledger)).ToList();
        Lanes.Run(RecordingThreads, lives, (lane, life) =>
        {
            // Every fourth life has company that is not followed by anybody: its store is folded.
            if (life % 4 == 3) Lanes.Together(2, extra => Live(OperationsOfALife / 10, lane + 100 * extra + 1000 * life));
            Live(OperationsOfALife, lane + 1_000_000 + 1000 * life);
        });
        readers.ForEach(static r => r.End());
        second.End();

        void Live(int operations, int seed)
        {
            MixedWork work = new(host.Meter(), second, grown, (ulong)seed);
            work.Do(operations);
            lock (total) work.Tally.AddTo(total);
        }

        Account(ledger, host, total);
        ledger.AtLeast("snapshots in the middle", readers.Sum(static r => r.Snapshots), 2);
        ledger.AtLeast("second hosts disposed in the middle", second.Hosts, 1);
        ledger.AtLeast("times that ended threads were folded", readers.Max(static r => r.Folds), 1);
        ledger.Says("series that were made in the middle", total.Growing.Count);
        ledger.AtMost("most cell bytes", readers.Max(static r => r.MostBytes), CellSpace.MaxBytes);
        Dismiss(ledger, host);
    }

    /// <summary>From here on every other name of these instruments folds or is refused: the account knows which without asking the kit.</summary>
    static void FillToTheLimits(StressMetrics on, MixedTally total)
    {
        // To the last place: of a limit that has been met nothing is left to be kept back for names that come again.
        on.Folding.Table!.MaxSeries = on.Heat.Table!.MaxSeries = int.MaxValue;
        for (int i = 0; i < StressMetrics.FoldingSeries; i++) on.Folding.Add(1, MixedWork.FirstName(i), Severity.Warning);
        total.Folding.AsSpan().Fill(1);
        foreach (string label in MixedTally.Labels) on.Heat.Set(0, label);
        (on.Folding.Table.MaxSeries, on.Heat.Table.MaxSeries) = (StressMetrics.FoldingSeries, StressMetrics.GaugeSeries);
        total.Attempted = total.Accepted = StressMetrics.FoldingSeries + MixedTally.Texts;
    }

    static void Account(StressLedger ledger, MetricsKitHost host, MixedTally total)
    {
        // The second reading has folded the last threads' stores, which must not show.
        for (int reading = 1; reading <= 3; reading++) Compare(ledger, host.Read(), total, reading);
        foreach (string label in MixedTally.Labels) host.Meter().Heat.Set(label.Length, label);
        var passing = host.Meter().Passing;
        double exported = host.ReadRetired(passing).Where(static s => IsPassing(s.Key)).Sum(static s => s.Value.Value);
        ledger.AtLeast("recycled series", passing.Retired().Series, 1);
        ledger.Equals("passing: exported + retired = recorded", exported + passing.Retired().Count, total.Passing);
        var read = host.ReadSettled();
        ledger.Equals("gauges that show what was set last", MixedTally.Labels.Count(l => read.Of("stress.heat", ("a", l)) == l.Length), MixedTally.Texts);
        double rejected = read.Where(static s => s.Key.StartsWith("metricskit.measurements.rejected", StringComparison.Ordinal)).Sum(static s => s.Value.Value);
        ledger.Equals("attempted = accepted + rejected + to the second host", total.Attempted, total.Accepted + rejected + total.Elsewhere);
        ledger.Equals("rejected: not finite", read.Of("metricskit.measurements.rejected", ("reason", "not_finite")), total.NotFinite);
        ledger.Equals("rejected: negative", read.Of("metricskit.measurements.rejected", ("reason", "negative")), total.Negative);
        ledger.Equals("rejected: past the limit", read.Of("metricskit.measurements.rejected", ("reason", "past_limit")), total.PastLimit);
        ledger.Equals("folded: calls and bindings", read.Of("metricskit.series.folded", ("instrument", "stress.folding")), total.FoldedCalls);
    }

    static void Compare(StressLedger ledger, Dictionary<string, SeriesValue> read, MixedTally total, int reading)
    {
        var counts = total.Counts();
        var histograms = total.Histograms();
        foreach (var (name, expected) in counts)
        {
            double found = read.Of(name);
            if (found != expected) ledger.Complain($"{name} is {found}, expected {expected}");
        }
        foreach (var (name, (buckets, sum, rounding)) in histograms)
        {
            if (!read.TryGetValue(name, out var found)) ledger.Complain($"{name} is not there");
            else if (!found.Buckets.SequenceEqual(buckets) || Math.Abs(found.Sum - sum) > rounding) ledger.Complain($"{name} is [{string.Join(' ', found.Buckets)}] {found.Sum:R}, expected [{string.Join(' ', buckets)}] {sum:R}");
        }
        string at = $", reading {reading}";
        ledger.Equals("series" + at, read.Stressed().Count(static s => !IsPassing(s.Key)), counts.Count + histograms.Count + MixedTally.Texts);
        ledger.Equals("counted: read back = recorded" + at, Sum(read, InstrumentKind.Counter) + Sum(read, InstrumentKind.UpDownCounter), counts.Values.Sum());
        ledger.Equals("measured: read back = recorded" + at, Sum(read, InstrumentKind.Histogram), histograms.Values.Sum(static h => h.Buckets.Sum()));
    }

    static bool IsPassing(string name) => name.Contains("passing", StringComparison.Ordinal);

    static double Sum(Dictionary<string, SeriesValue> read, InstrumentKind kind) =>
        read.Stressed().Where(s => s.Value.Kind == kind && !IsPassing(s.Key)).Sum(static s => s.Value.Value);

    static void Dismiss(StressLedger ledger, MetricsKitHost host)
    {
        ledger.AtMost("stores at the end", CellSpace.StoreCount, 4);
        ledger.Says("cell bytes at the end", CellSpace.Bytes);
        ledger.Says("managed bytes at the end", Machine.LiveBytes());
        host.Close();
    }
}
