using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsKit.Stress;

/// <summary>Meters that are made, used and disposed of, again and again: nothing of them stays, whether somebody reads or not.</summary>
static class ForeignLifetimes
{
    const string Prefix = "Stress.Passing.";

    public static void Run(StressLedger ledger, Effort effort)
    {
        int cycles = effort.Of(10_000, 100_000);
        var host = MetricsKitHost.Create(static kit => kit.AddMeter(Prefix + "*").Services.Configure<MetricsKitOptions>(static o =>
        {
            foreach (string group in (string[])["System", "Process", "Application", "Business", "Safety", "Performance"]) o.Groups[group] = new() { Enabled = false };
        }));
        ledger.Says("cycles of each kind", cycles);
        for (int i = 0; i < 500; i++) Cycle(Distinct(-1 - i)); // tables and compiled code have their size
        double own = host.Read().Of("metricskit.series");
        for (int i = 0; i < 3; i++) own = host.ReadSettled().Of("metricskit.series");
        long before = Machine.LiveBytes(), cells = CellSpace.Bytes;
        for (int i = 0; i < cycles; i++)
        {
            Cycle(Distinct(i));
            CollectNowAndThen(i);
        }
        ledger.AtMost("managed bytes more, names that differ, nobody reads", Machine.LiveBytes() - before, 5 << 20);
        for (int i = 0; i < cycles; i++)
        {
            Cycle("same");
            CollectNowAndThen(i);
            if (i % 1000 == 0) host.Read();
        }
        ledger.AtMost("managed bytes more, one name", Machine.LiveBytes() - before, 5 << 20);
        for (int i = 0; i < 3; i++) host.Read(); // what is left of them is shown a last time
        long wrong = 0;
        for (int i = 0; i < cycles / 100; i++)
        {
            using Meter meter = new(Prefix + Distinct(cycles + i));
            var counter = meter.CreateCounter<long>("calls");
            counter.Add(i + 1, new KeyValuePair<string, object?>("a", "x"));
            meter.Dispose();
            counter.Add(1_000_000, new KeyValuePair<string, object?>("a", "x")); // heard by nobody
            if (host.Read().Where(static s => s.Key.StartsWith("calls", StringComparison.Ordinal)).Sum(static s => s.Value.Value) != i + 1) wrong++;
            host.Read();
            host.Read();
        }
        ledger.Equals("meters whose last total was not shown after their end, alone", wrong, 0);
        ledger.AtMost("managed bytes more, read each time", Machine.LiveBytes() - before, 5 << 20);
        host.Read();
        ledger.AtMost("cell bytes more", CellSpace.Bytes - cells, 4 << 20); // what comes back waits for a collection
        var left = host.ReadSettled();
        ledger.Equals("series that are left", left.Count(static s => !s.Key.StartsWith("metricskit", StringComparison.Ordinal) && !s.Key.StartsWith("target", StringComparison.Ordinal)), 0);
        ledger.Equals("series that are counted, against the beginning", left.Of("metricskit.series"), own);
        host.Close();
    }

    /// <summary>Tables grow with what is gone and not collected yet, which on a machine with large caches may be everything.</summary>
    static void CollectNowAndThen(int cycle)
    {
        if (cycle % 1000 == 999) Machine.Collect();
    }

    static string Distinct(int number) => number.ToString("D6", CultureInfo.InvariantCulture);

    static void Cycle(string name)
    {
        using Meter meter = new(Prefix + name);
        var counter = meter.CreateCounter<long>("calls");
        var sizes = meter.CreateHistogram<double>("sizes", "By");
        var level = meter.CreateUpDownCounter<int>("level");
        counter.Add(1, new("a", name), new KeyValuePair<string, object?>("b", "y"));
        counter.Add(1);
        sizes.Record(1, new KeyValuePair<string, object?>("a", name));
        level.Add(-1);
        meter.CreateObservableGauge("seen", static () => 1.0);
    }
}
