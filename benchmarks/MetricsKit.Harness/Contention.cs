using System.Diagnostics;
using System.Runtime;
using static MetricsKit.Benchmarks.MarkdownReport;
using static MetricsKit.Benchmarks.Rivals;

namespace MetricsKit.Benchmarks;

/// <summary>What a call costs when one, two and four threads record into one series.</summary>
/// <remarks>
/// Each thread works in slices of about 100 µs and the figure is the median slice: a thread that loses its processor for a while spoils a few slices,
/// not the figure. All calls but those of the rows "in a loop" go through a method that is not inlined, as calls of an application do.
/// </remarks>
static class Contention
{
    const int Rounds = 3;

    static readonly int[] ThreadCounts = [1, 2, 4];

    // A call, who makes it, and the call of the SDK that it is compared with: the SDK has no handles, so that a handle stands beside a call with two tags.
    static readonly (string Kind, string[] Rivals, string SdkKind)[] OneSeries =
    [
        ("empty call", [Nobody], ""),
        ("handle", [HandWritten], ""),
        ("handle that asks who listens", [HandWritten], ""),
        ("counter, handle in a loop", [Kit, Unheard, OtelSdk], "counter, handle in a loop"),
        ("counter, handle", [Kit], "counter, two tags"),
        ("counter, two tags", [Kit, Unheard, OtelSdk], "counter, two tags"),
        ("counter, tag and enum", [Kit], "counter, two tags"),
        ("counter, 64 pairs in turn", [Kit, Unheard, OtelSdk], "counter, 64 pairs in turn"),
        ("counter, 64 pairs at random", [Kit, OtelSdk], "counter, 64 pairs at random"),
        ("counter, equal text in other objects", [Kit, OtelSdk], "counter, equal text in other objects"),
        ("counter, past the limit", [Kit, OtelSdk], "counter, past the limit"),
        ("counter, flood past the limit", [Kit, OtelSdk], "counter, flood past the limit"),
        ("histogram, handle", [Kit], "histogram, two tags"),
        ("histogram, two tags", [Kit, Unheard, OtelSdk], "histogram, two tags"),
        ("gauge, handle", [Kit, Unheard, OtelSdk], "gauge, handle"),
    ];

    static readonly (string Kind, string[] Rivals, string SdkKind)[] SharedCells =
    [
        ("counter, handle", [KitStriped, KitFull], "counter, two tags"),
        ("counter, two tags", [KitStriped, KitFull], "counter, two tags"),
        ("histogram, handle", [KitStriped, KitFull], "histogram, two tags"),
    ];

    static readonly (string Kind, string[] Rivals, string SdkKind)[] Listened =
    [
        ("counter, handle", [KitHeard], "counter, two tags"),
        ("counter, two tags", [KitHeard, Heard], "counter, two tags"),
        ("histogram, handle", [KitHeard], "histogram, two tags"),
        ("histogram, two tags", [KitHeard, Heard], "histogram, two tags"),
        ("gauge, handle", [KitHeard, Heard], "gauge, handle"),
    ];

    internal static string Report() => Report("Contention: one series, several threads", "Rivals have no handles: they are called with two tags.",
        ("One series", OneSeries), ("Without cells of their own", SharedCells), ("With a foreign listener", Listened));

    /// <summary>A report of tables of calls with one, two and four threads.</summary>
    internal static string Report(string title, string preface, params (string Heading, (string Kind, string[] Rivals, string SdkKind)[] Rows)[] tables)
    {
        MarkdownReport report = new(title, $"Nanoseconds for one call on each thread; median of {Rounds} interleaved processes. {preface} \"Processors\" is how many the four threads had on average: with fewer than they could use, they hardly met and the figures for four threads flatter all rivals. Compare within this run.");
        Tables(report, tables);
        return report.ToString();
    }

    /// <summary>The tables alone, for a report that has others too.</summary>
    internal static void Tables(MarkdownReport report, params (string Heading, (string Kind, string[] Rivals, string SdkKind)[] Rows)[] tables)
    {
        string[][] cases = [.. from table in tables from row in table.Rows from rival in row.Rivals select new[] { "contention", row.Kind, rival }];
        var medians = Child.Medians(Rounds, cases);
        foreach (var (heading, rows) in tables)
            report.Table(heading, ["call", "library", "1 thread", "2 threads", "4 threads", "4 : 1", "SDK : MetricsKit, 1 thread", "SDK : MetricsKit, 4 threads", "bytes allocated a call", "processors"], from row in rows from rival in row.Rivals select Row(row.Kind, rival, row.SdkKind));

        double[]? Of(string kind, string rival) => Array.FindIndex(cases, c => c[1] == kind && c[2] == rival) is >= 0 and var at ? medians[at] : null;

        string[] Row(string kind, string rival, string sdkKind)
        {
            double[] own = Of(kind, rival)!;
            double[]? sdk = IsKit(rival) ? Of(sdkKind, OtelSdk) : null;
            return [kind, rival, Number(own[0]), Number(own[1]), Number(own[2]), Number(own[3]), sdk is null ? "" : Number(sdk[0] / own[0], "0.0"), sdk is null ? "" : Number(sdk[2] / own[2], "0.0"), Number(own[4], "0.##"), Number(own[5], "0.0")];
        }
    }

    internal static string RunChild(string[] arguments)
    {
        var work = Work.Of(arguments[0], arguments[1]);
        WarmUp(work);
        Figures[] figures = [.. ThreadCounts.Select(threads => Measure(work, threads))];
        if (arguments[1] is KitHeard or Heard) ForeignListener.ThrowUnlessHeard();
        return Child.Line([.. figures.Select(static f => f.Nanoseconds), figures[^1].Nanoseconds / figures[0].Nanoseconds, figures[^1].Bytes, figures[^1].Processors]);
    }

    /// <summary>Past tiering: the loop, the call and what is inlined into them are compiled for good, with what the first rounds taught.</summary>
    /// <remarks>The compiler works in the background and waits until nothing new is called, which exports beside the calls put off: warm is when it has had nothing to do for a while.</remarks>
    internal static void WarmUp(Action<int, int> work)
    {
        TimeSpan least = TimeSpan.FromSeconds(0.5), quiet = TimeSpan.FromSeconds(1), most = TimeSpan.FromSeconds(15);
        long began = Stopwatch.GetTimestamp(), changed = began, compiled = 0;
        while (Stopwatch.GetElapsedTime(began) < most && (Stopwatch.GetElapsedTime(began) < least || Stopwatch.GetElapsedTime(changed) < quiet))
        {
            work(0, 1000);
            if (JitInfo.GetCompiledMethodCount() == compiled) continue;
            compiled = JitInfo.GetCompiledMethodCount();
            changed = Stopwatch.GetTimestamp();
        }
    }

    /// <param name="Nanoseconds">Of the median slice, for one call.</param>
    /// <param name="Bytes">Allocated in the measured slices, for one call, by the thread that allocated most.</param>
    /// <param name="Processors">Processor time over time.</param>
    readonly record struct Figures(double Nanoseconds, double Bytes, double Processors);

    static Figures Measure(Action<int, int> work, int threads)
    {
        const int Calibration = 10_000;
        long began = Stopwatch.GetTimestamp();
        work(0, Calibration);
        int slice = Math.Clamp((int)(Calibration * 100.0 / Stopwatch.GetElapsedTime(began).TotalMicroseconds), 100, Inputs.Count);
        List<double>[] slices = [.. Enumerable.Range(0, threads).Select(static _ => new List<double>(10_000))];
        double[] bytes = new double[threads];
        began = Stopwatch.GetTimestamp();
        var used = Environment.CpuUsage.TotalTime;
        using Barrier start = new(threads);
        Thread[] all = [.. Enumerable.Range(0, threads).Select(t => new Thread(() => Run(t)))];
        foreach (var thread in all) thread.Start();
        foreach (var thread in all) thread.Join();
        double processors = (Environment.CpuUsage.TotalTime - used) / Stopwatch.GetElapsedTime(began);
        return new(Child.Median(slices.SelectMany(static s => s)), bytes.Max(), processors);

        void Run(int thread)
        {
            int from = thread * 50_021;
            work(from, from + slice); // the cells of the thread are made
            start.SignalAndWait();
            for (long end = Stopwatch.GetTimestamp() + Stopwatch.Frequency * 3 / 10; ;)
            {
                long allocated = GC.GetAllocatedBytesForCurrentThread();
                long before = Stopwatch.GetTimestamp();
                if (before > end) break;
                work(from, from + slice);
                slices[thread].Add(Stopwatch.GetElapsedTime(before).TotalNanoseconds / slice);
                bytes[thread] += GC.GetAllocatedBytesForCurrentThread() - allocated;
                from = from + slice & Inputs.Mask;
            }
            bytes[thread] /= (double)slice * slices[thread].Count;
        }
    }
}
