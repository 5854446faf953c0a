using System.Globalization;
using static MetricsKit.Benchmarks.MarkdownReport;
using static MetricsKit.Benchmarks.Rivals;

namespace MetricsKit.Benchmarks;

/// <summary>Instructions and cycles of a call, and where they are spent.</summary>
/// <remarks>
/// A long run less a short one, so that neither the start of a run nor its end is in the figure. The rows above the product's take a call apart:
/// what a call costs, what looking the thread up adds, what a cell adds to that.
/// </remarks>
static class Paths
{
    const int Rounds = 3, Short = 1 << 21, Long = 1 << 25, LargestShares = 4;
    const double LeastShare = 0.5;

    static readonly (string Kind, string Rival)[] Cases =
    [
        ("empty call", Nobody),
        ("thread looked up", HandWritten),
        ("handle", HandWritten),
        ("handle that asks who listens", HandWritten),
        ("counter, handle", Kit),
        ("counter, two tags", Kit),
        ("counter, tag and enum", Kit),
        ("counter, past the limit", Kit),
        ("counter, flood past the limit", Kit),
        ("histogram, handle", Kit),
        ("counter, two tags", Unheard),
        ("counter, two tags", KitForeign),
        ("histogram, two tags", KitForeign),
        ("counter, two tags", OtelSdk),
        ("histogram, two tags", OtelSdk),
    ];

    internal static string Report()
    {
        const string Title = "Paths: what a call executes";
        if (PerfCounters.WhyMissing() is { } why) return new MarkdownReport(Title, $"Nothing was counted: {why}.").ToString();

        var counted = Enumerable.Range(0, Rounds).Select(round => { var all = Cases.Select(Count).ToArray(); Console.Error.WriteLine($"paths: round {round + 1} of {Rounds}"); return all; }).ToArray();
        double[][] medians = [.. Cases.Select((_, i) => Enumerable.Range(0, 2).Select(f => Child.Median(counted.Select(round => round[i][f]))).ToArray())];
        MarkdownReport report = new(Title, $"User mode, counted by `perf stat -e instructions:u,cycles:u` as the difference of {Long.ToString("N0", CultureInfo.InvariantCulture)} and {Short.ToString("N0", CultureInfo.InvariantCulture)} calls on one thread; median of {Rounds} interleaved rounds. The loop around a call is in every row. Rivals have no handles. \"Thread looked up\" reads one thread static and nothing else; \"handle\" by hand adds the cell and two checks to it.");
        report.Table("A call", ["call", "library", "instructions", "cycles", "instructions over an empty call", "cycles over an empty call"], Cases.Select((c, i) =>
            new[] { c.Kind, c.Rival, Number(medians[i][0], "0.0"), Number(medians[i][1], "0.0"), i == 0 ? "" : Number(medians[i][0] - medians[0][0], "0.0"), i == 0 ? "" : Number(medians[i][1] - medians[0][1], "0.0") }));
        report.Table("Where the cycles of a call are spent", ["call", "library", "symbol", "% of cycles"], Cases.Where(static c => c.Rival is Kit or KitForeign or OtelSdk).SelectMany(static c =>
            PerfCounters.Profile("paths", c.Kind, c.Rival, (Long * 2).ToString(CultureInfo.InvariantCulture)).Where(static s => s.Share >= LeastShare).Take(LargestShares).Select(s => new[] { c.Kind, c.Rival, $"`{Shortened(s.Symbol)}`", Number(s.Share, "0.0") })));
        return report.ToString();
    }

    internal static string RunChild(string[] arguments)
    {
        var work = Work.Of(arguments[0], arguments[1]);
        int calls = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        Contention.WarmUp(work);
        PerfCounters.Enable();
        for (int done = 0; done < calls; done += Inputs.Count / 4) work(done & Inputs.Mask, (done & Inputs.Mask) + Inputs.Count / 4);
        PerfCounters.Disable();
        return Child.Line(Environment.ProcessId);
    }

    static double[] Count((string Kind, string Rival) c)
    {
        double[] few = Counted(Short), many = Counted(Long);
        return [.. many.Zip(few, static (m, f) => (m - f) / (Long - Short))];

        double[] Counted(int calls) => PerfCounters.Stat("paths", c.Kind, c.Rival, calls.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The name of a compiled method without its module, its parameters and its tier.</summary>
    static string Shortened(string symbol)
    {
        int parameters = symbol.IndexOf('(', StringComparison.Ordinal);
        string name = parameters < 0 ? symbol : symbol[..parameters];
        return name[(name.LastIndexOf(' ') + 1)..].Replace("[MetricsKit.Harness]", "", StringComparison.Ordinal).Replace("|", "/", StringComparison.Ordinal);
    }
}
