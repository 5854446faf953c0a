using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace MetricsKit.Stress;

/// <summary>Label values without end, and among them a few that come again and again, all of them after the flood began.</summary>
static class Flood
{
    const string ForeignMeter = "Flood.Foreign";
    const int Steady = 20, Limit = 1000, Open = Limit - Limit / 8, Threads = 4;
    const long MostBytes = 64 << 20;

    /// <summary>Each steady label set comes once in as many calls of the flood. Chosen as the seldomest that is asked for.</summary>
    const int Gap = 5_000;

    // Seven such waits, should every kind of fold allocate, end before the watchdog does.
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    static readonly string[] Names = [.. Enumerable.Range(0, Steady).Select(static i => $"steady{i}")];

    public static void Run(StressLedger ledger, Effort effort)
    {
        int strangers = effort.Of(1_000_000, 10_000_000);
        Fight(ledger, "counter", strangers, 1, static t => new("flood.counter", "a", v => t.Own.Counter.Add(1, v)));
        Fight(ledger, "counter", strangers, Threads, static t => new("flood.counter", "a", v => t.Own.Counter.Add(1, v)));
        Fight(ledger, "histogram", strangers, Threads, static t => new("flood.histogram", "a", v => t.Own.Histogram.Record(1, v)));
        Fight(ledger, "gauge", strangers, Threads, static t => new("flood.gauge", "a", v => t.Own.Gauge.Set(1, v)));
        Fight(ledger, "two labels", strangers, Threads, static t => new("flood.pairs", "b", v => t.Own.Pairs.Add(1, "route", v)));
        Fight(ledger, "foreign counter, values", strangers, Threads, static t => new("flood.calls", "b", v => t.Foreign.Add(1, new("a", "route"), new("b", v))));
        Fight(ledger, "foreign counter, keys", strangers, Threads, static t => new("flood.calls", "route", v => t.Foreign.Add(1, new KeyValuePair<string, object?>(v, "x")))
        {
            Again = v => t.Foreign.Add(1, new KeyValuePair<string, object?>("route", v)),
        });
        if (effort.IsLong)
        {
            foreach (int gap in (int[])[1_000, 10_000, 15_000, 20_000, 25_000, 30_000, 40_000]) Search(ledger, strangers, gap);
        }
    }

    /// <summary>What can be recorded into.</summary>
    sealed record Targets(FloodMetrics Own, Counter<long> Foreign);

    /// <summary>What is flooded.</summary>
    /// <param name="Family">The instrument.</param>
    /// <param name="Label">The label of the steady ones.</param>
    /// <param name="Stranger">Records a value that comes once.</param>
    sealed record Target(string Family, string Label, Action<string> Stranger)
    {
        /// <summary>Records a value that comes again; as a stranger, without a word.</summary>
        public Action<string> Again { get; init; } = Stranger;
    }

    static void Fight(StressLedger ledger, string what, int strangers, int threads, Func<Targets, Target> targetOf)
    {
        var host = Start(out var meter, out var targets);
        var target = targetOf(targets);
        long before = Machine.LiveBytes(), began = Stopwatch.GetTimestamp();
        long calls = Pour(target, strangers, threads, Gap);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        long grown = Machine.LiveBytes() - before, resident = Machine.ResidentBytes();
        var table = TableOf(targets.Own.Counter.Registry, target.Family);
        var read = host.Read();
        var family = read.Where(s => IsOf(s.Key, target.Family)).Select(static s => s.Value).ToArray();

        string title = $"{what}, {threads} threads: ";
        ledger.Equals(title + "steady ones with a series", Own(read, target), Steady);
        // Threads that overwrite each other's sightings keep a line from aging, so that a stranger may be taken for a newcomer now and then.
        ledger.AtMost(title + "series of strangers", table.Count - Steady, threads == 1 ? Open : Open + (Limit - Open) / 10);
        if (table.Storage != SeriesStorage.Values)
        {
            ledger.Equals(title + "sum over all series", family.Sum(static s => s.Value), calls);
            if (table.Storage == SeriesStorage.Histograms) ledger.Equals(title + "sum of what was measured", family.Sum(static s => s.Sum), calls);
            ledger.Equals(title + "folds", table.Folded, read.Where(s => s.Key.StartsWith('!') && IsOf(s.Key, target.Family)).Sum(static s => s.Value.Value));
        }
        else ledger.AtLeast(title + "refused", targets.Own.Gauge.Registry.Ledger.Read(LedgerEntry.PastLimit), strangers - Open);
        ledger.AtMost(title + "managed bytes grown", grown, MostBytes);
        ledger.AtMost(title + "bytes of the guard", targets.Own.Counter.Registry.Budget.SightingBytes, 1 << 20);
        ledger.Equals(title + "bytes allocated by a fold", Allocated(target), 0);
        ledger.Says(title + "bytes resident", resident);
        ledger.Says(title + "seconds", seconds.ToString("F2", CultureInfo.InvariantCulture));
        host.Close();
        meter.Dispose();
    }

    /// <summary>How seldom a label set may come and still be found.</summary>
    static void Search(StressLedger ledger, int strangers, int gap)
    {
        var host = Start(out var meter, out var targets);
        Target target = new("flood.counter", "a", v => targets.Own.Counter.Add(1, v));
        Pour(target, strangers, 1, gap);
        ledger.Says($"once in {gap} calls of the flood: found", $"{Own(host.Read(), target)} of {Steady}");
        host.Close();
        meter.Dispose();
    }

    /// <summary>The first tenth is flood alone. Returns the calls.</summary>
    static long Pour(Target target, int strangers, int threads, int gap)
    {
        long calls = 0;
        int share = strangers / threads, alone = share / 10, every = gap / Steady;
        Lanes.Together(threads, lane =>
        {
            long mine = share;
            for (int i = 0; i < share; i++)
            {
                target.Stranger(string.Create(CultureInfo.InvariantCulture, $"stranger{lane}:{i}"));
                if (i < alone || i % every != 0) continue;
                target.Again(Names[i / every % Steady]);
                mine++;
            }
            Interlocked.Add(ref calls, mine);
        });
        return calls;
    }

    static int Own(Dictionary<string, SeriesValue> read, Target target) =>
        Names.Count(name => read.Keys.Any(key => !key.StartsWith('!') && IsOf(key, target.Family) && key.EndsWith($"{target.Label}={name}}}", StringComparison.Ordinal)));

    static bool IsOf(string name, string family) => name.TrimStart('!').Split('{')[0] == family;

    /// <summary>Bytes a call that folds allocates, when the runtime has compiled it for good: the least of the rounds of a while. With one processor it waits ten times as long before it does.</summary>
    static long Allocated(Target target)
    {
        long least = long.MaxValue, began = Stopwatch.GetTimestamp();
        string[] strangers = [.. Enumerable.Range(0, 1000).Select(static i => $"other{i}")];
        for (int round = 0; round == 0 || least > 0 && Stopwatch.GetElapsedTime(began) < _patience; round++)
        {
            for (int i = 0; i < strangers.Length; i++) strangers[i] = $"other{round}:{i}";
            long before = GC.GetAllocatedBytesForCurrentThread();
            foreach (string stranger in strangers) target.Stranger(stranger);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }

    static MetricsKitHost Start(out Meter meter, out Targets targets)
    {
        var host = StressHost.Open(static o => o.Meters.Add(ForeignMeter));
        meter = new(ForeignMeter);
        targets = new(host.GetMeter<FloodMetrics>(), meter.CreateCounter<long>("flood.calls"));
        return host;
    }

    static SeriesTable TableOf(InstrumentRegistry registry, string family)
    {
        foreach (var meter in registry.Meters)
        {
            foreach (var instrument in meter.All)
            {
                if (instrument?.Definition.Name == family) return instrument.Table!;
            }
        }
        throw new ArgumentException($"There is no instrument '{family}'.");
    }
}
