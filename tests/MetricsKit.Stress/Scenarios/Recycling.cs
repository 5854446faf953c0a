namespace MetricsKit.Stress;

/// <summary>Series leave and return while threads write to them. What is written tells the series, so that a stray write shows.</summary>
static class Recycling
{
    const int Returns = 100;
    const int RecordingThreads = 8, Readers = 2, SeriesInAll = 400, SeriesAtOnce = 20, BoundSeries = 8;

    static readonly long[] Primes = [.. Enumerable.Range(2, 10_000).Where(static n => Enumerable.Range(2, (int)Math.Sqrt(n) - 1).All(d => n % d != 0)).Take(SeriesInAll).Select(static n => (long)n)];
    static readonly string[] Names = [.. Enumerable.Range(0, SeriesInAll).Select(static i => $"passing{i}")];

    public static void Run(StressLedger ledger, Effort effort)
    {
        int lives = effort.Of(40, 1_500), calls = 20_000;
        // Two threads too many, so that the shared cells take part.
        var host = StressHost.Open(static o =>
        {
            StressHost.Recycle(o);
            o.Limits.MaxThreads = RecordingThreads - 2;
        });
        var on = host.Meter();
        Written written = new(RecordingThreads);
        var readers = Enumerable.Range(0, Readers).Select(_ => new RecyclingReader(host, written, ledger)).ToList();
        Lanes.Run(RecordingThreads, lives, (lane, life) => Live(on, written.Of(lane), lane, life, calls));
        readers.ForEach(static r => r.End());
        ledger.Equals("returns of one thread's series that were exported", ReturnsOfOneThread(host), Returns);
        written.Of(0).CountBound(Returns, Written.Elsewhere);
        host.ReadRetired(on.Passing, on.PassingLevel, on.PassingSizes);
        for (int i = 0; i < BoundSeries; i++) on.Passing.Bind(Bound(i)).Add(1); // hidden while they are idle: one more call brings them back with everything that they had
        var read = host.Read();

        ledger.AtLeast("recycled counters", on.Passing.Retired().Series, 1);
        ledger.AtLeast("recycled levels", on.PassingLevel.Retired().Series, 1);
        ledger.AtLeast("recycled histograms", on.PassingSizes.Retired().Series, 1);
        ledger.AtLeast("returns of a series seen by a reader", readers.Max(static r => r.Returns), 1);
        ledger.Equals("counters: exported + retired = written", Total(read, "stress.passing{") + on.Passing.Retired().Count, written.Sum(static w => w.Counts) + BoundSeries);
        ledger.Equals("levels: exported + retired = written", Total(read, "stress.passing.level{") + on.PassingLevel.Retired().Count, 0);
        ledger.Equals("levels that were retired at another number than zero", on.PassingLevel.Retired().Count, 0);
        ledger.Equals("levels that are not back at zero", read.Count(static s => s.Key.StartsWith("stress.passing.level{", StringComparison.Ordinal) && s.Value.Value != 0), 0);
        ledger.Equals("measurements: exported + retired = written", Total(read, "stress.passing.sizes{") + on.PassingSizes.Retired().Count, written.Sum(static w => w.Measurements));
        ledger.Equals("sums: exported + retired = written", read.Where(static s => s.Key.StartsWith("stress.passing.sizes{", StringComparison.Ordinal)).Sum(static s => s.Value.Sum) + on.PassingSizes.Retired().Sum, written.Sum(static w => w.Sums));
        ledger.Equals("bound series that are back with their total", Enumerable.Range(0, BoundSeries).Count(i => read.Of(StressHost.Name("stress.passing", ("a", Bound(i)))) == written.Sum(w => w.BoundAt(i)) + 1), BoundSeries);
        ledger.AtLeast("snapshots in the middle", readers.Sum(static r => r.Snapshots), 2);
        ledger.Says("stores at the end", CellSpace.StoreCount);
        ledger.Says("cell bytes at the end", CellSpace.Bytes);
        host.Close();
    }

    /// <summary>A life is busy with a few neighbours; while it lasts the others are idle, and return when their turn comes.</summary>
    static void Live(StressMetrics on, Written.Ledger written, int lane, int life, int calls)
    {
        int first = (life * SeriesAtOnce + lane * SeriesAtOnce / 2) % SeriesInAll;
        int bound = (lane + life) % BoundSeries;
        var handle = on.Passing.Bind(Bound(bound));
        for (int i = 0; i < calls; i++)
        {
            int series = (first + i % SeriesAtOnce) % SeriesInAll;
            long amount = Primes[series] * (1 + (i & 3));
            written.Count(amount, series);
            on.Passing.Add(amount, Names[series]);
            written.Measure(series + 1);
            on.PassingSizes.Record(series + 1, Names[series]);
            on.PassingLevel.Add(Primes[series], Names[series]);
            on.PassingLevel.Add(-Primes[series], Names[series]);
            if (i % 16 != 0) continue;
            written.CountBound(Primes[bound], bound);
            handle.Add(Primes[bound]);
        }
    }

    /// <summary>The thread that still remembers where its series was must find the new one when it calls again. Counts how often it did.</summary>
    static int ReturnsOfOneThread(MetricsKitHost host)
    {
        int exported = 0;
        string name = StressHost.Name("stress.passing", ("a", "returning"));
        for (int i = 0; i < Returns; i++)
        {
            host.Meter().Passing.Add(1, "returning");
            if (host.Read().Of(name) == 1) exported++;
            // Nobody else reads now, and it is gone when two snapshots have found it idle for long enough.
            while (host.Read().ContainsKey(name)) Machine.Collect();
        }
        return exported;
    }

    static string Bound(int i) => $"bound{i}";

    static double Total(Dictionary<string, SeriesValue> read, string prefix) => read.Where(s => s.Key.StartsWith(prefix, StringComparison.Ordinal)).Sum(static s => s.Value.Value);

    /// <summary>The series' number in its name.</summary>
    public static int NumberOf(string name) => int.Parse(name.AsSpan(name.LastIndexOf("passing", StringComparison.Ordinal) + "passing".Length).TrimEnd('}'), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What every value of a counter or a level must be a multiple of.</summary>
    public static long PrimeOf(int series) => Primes[series];

    public static int Series => SeriesInAll;
}
