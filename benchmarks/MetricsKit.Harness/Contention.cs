using System.Diagnostics;
using System.Runtime.CompilerServices;
using static MetricsKit.Benchmarks.MarkdownReport;
using static MetricsKit.Benchmarks.OrdinaryInstruments;

namespace MetricsKit.Benchmarks;

/// <summary>What a call costs when one, two and four threads record into one series.</summary>
/// <remarks>
/// Each thread works in slices of about 100 µs and the figure is the median slice: a thread that loses its processor for a while spoils a few slices,
/// not the figure. All calls but those of the rows "in a loop" go through a method that is not inlined, as calls of an application do.
/// </remarks>
static class Contention
{
    const int Rounds = 3;
    const string Kit = "MetricsKit", Unheard = "System.Diagnostics.Metrics, no listener", Sdk = "OpenTelemetry SDK";

    static readonly int[] ThreadCounts = [1, 2, 4];
    static readonly string[] Kinds = ["empty call", "counter, handle in a loop", "counter, handle", "counter, two tags", "counter, two tags by 64 pairs", "counter, equal text in other objects", "counter, past the limit", "counter, tag and enum", "histogram, handle", "histogram, two tags", "gauge, handle"];

    internal static string Report()
    {
        string[][] cases = [.. from kind in Kinds from rival in RivalsOf(kind) select new[] { "contention", kind, rival }];
        var medians = Child.Medians(Rounds, cases);
        MarkdownReport report = new("Contention: one series, several threads", $"Nanoseconds for one call on each thread; median of {Rounds} interleaved processes. Rivals have no handles: they are called with two tags. Compare within this run.");
        report.Table("One series", ["call", "library", "1 thread", "2 threads", "4 threads", "4 : 1", "SDK : MetricsKit, 1 thread", "4 threads"], cases.Select((c, i) =>
        {
            var own = medians[i];
            int sdk = Array.FindIndex(cases, s => s[1] == SdkKindOf(c[1]) && s[2] == Sdk);
            bool compared = c[2] == Kit && sdk >= 0;
            return new[] { c[1], c[2], Number(own[0]), Number(own[1]), Number(own[2]), Number(own[3]), compared ? Number(medians[sdk][0] / own[0], "0.0") : "", compared ? Number(medians[sdk][2] / own[2], "0") : "" };
        }));
        return report.ToString();
    }

    internal static string RunChild(string[] arguments)
    {
        var work = WorkOf(arguments[0], arguments[1]);
        WarmUp(work);
        double[] figures = [.. ThreadCounts.Select(threads => Measure(work, threads))];
        return Child.Line([.. figures, figures[^1] / figures[0]]);
    }

    static string[] RivalsOf(string kind) => kind switch
    {
        "empty call" => ["–"],
        "counter, handle" or "histogram, handle" or "counter, handle in a loop" or "counter, two tags by 64 pairs" or "gauge, handle" or "counter, two tags" => SdkKindOf(kind) == kind ? [Kit, Unheard, Sdk] : [Kit],
        _ => [Kit],
    };

    /// <summary>The row whose SDK figure a row is compared with.</summary>
    static string SdkKindOf(string kind) => kind switch
    {
        "counter, handle" or "counter, tag and enum" or "counter, equal text in other objects" => "counter, two tags",
        "histogram, two tags" => "histogram, handle",
        _ => kind,
    };

    static Action<int, int> WorkOf(string kind, string rival)
    {
        if (kind == "empty call") return static (i, end) => { for (; i < end; i++) Nothing(1); };
        if (rival == Kit) return KitWork(kind, BenchmarkMeter.Start());
        return OrdinaryWork(kind, rival == Sdk ? HeardBySdk() : OrdinaryInstruments.Unheard());
    }

    static Action<int, int> KitWork(string kind, BenchmarkMeter meter)
    {
        var counter = meter.Tagged.Bind("door", "north");
        var histogram = meter.Durations.Bind("door", "north");
        var gauge = meter.Level.Bind("door", "north");
        var (tagged, closed, limited, durations) = (meter.Tagged, meter.Closed, meter.Limited, meter.Durations);
        string otherType = Inputs.Copy("door"), otherZone = Inputs.Copy("north");
        foreach (string resident in Inputs.Texts("resident-")) limited.Add(1, resident, "north");
        var values = Inputs.Values();
        string[] types = Inputs.Texts("type-"), zones = Inputs.Texts("zone-");
        return kind switch
        {
            "counter, handle in a loop" => (i, end) => { for (var local = counter; i < end; i++) local.Add(1); },
            "counter, handle" => (i, end) => { for (; i < end; i++) Add(counter, 1); },
            "counter, two tags" => (i, end) => { for (; i < end; i++) Add(tagged, "door", "north"); },
            "counter, two tags by 64 pairs" => (i, end) => { for (; i < end; i++) Add(tagged, types[i & 63], zones[i & 63]); },
            "counter, equal text in other objects" => (i, end) => { for (Add(tagged, "door", "north"); i < end; i++) Add(tagged, otherType, otherZone); },
            "counter, past the limit" => (i, end) => { for (; i < end; i++) Add(limited, types[i & 63], "north"); },
            "counter, tag and enum" => (i, end) => { for (; i < end; i++) Add(closed, "door", Severity.Warning); },
            "histogram, handle" => (i, end) => { for (; i < end; i++) Record(histogram, values[i & Inputs.Mask]); },
            "histogram, two tags" => (i, end) => { for (; i < end; i++) Record(durations, values[i & Inputs.Mask]); },
            "gauge, handle" => (i, end) => { for (; i < end; i++) Set(gauge, i); },
            _ => throw new ArgumentException($"There is no case '{kind}'.", nameof(kind)),
        };
    }

    static Action<int, int> OrdinaryWork(string kind, OrdinaryInstruments rival)
    {
        var values = Inputs.Values();
        string[] types = Inputs.Texts("type-"), zones = Inputs.Texts("zone-");
        return kind switch
        {
            "counter, handle in a loop" => (i, end) => { for (; i < end; i++) rival.Tagged.Add(1, Type("door"), Zone("north")); },
            "counter, two tags" => (i, end) => { for (; i < end; i++) Add(rival, "door", "north"); },
            "counter, two tags by 64 pairs" => (i, end) => { for (; i < end; i++) Add(rival, types[i & 63], zones[i & 63]); },
            "histogram, handle" => (i, end) => { for (; i < end; i++) Record(rival, values[i & Inputs.Mask]); },
            "gauge, handle" => (i, end) => { for (; i < end; i++) Set(rival, i); },
            _ => throw new ArgumentException($"There is no case '{kind}'.", nameof(kind)),
        };
    }

    /// <summary>Past tiering: the loop, the call and what is inlined into them are compiled for good, with what the first rounds taught.</summary>
    static void WarmUp(Action<int, int> work)
    {
        for (long end = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 2; Stopwatch.GetTimestamp() < end;) work(0, 1000);
    }

    static double Measure(Action<int, int> work, int threads)
    {
        const int Calibration = 10_000;
        long began = Stopwatch.GetTimestamp();
        work(0, Calibration);
        int slice = Math.Clamp((int)(Calibration * 100.0 / Stopwatch.GetElapsedTime(began).TotalMicroseconds), 100, Inputs.Count);
        List<double>[] slices = [.. Enumerable.Range(0, threads).Select(static _ => new List<double>(10_000))];
        using Barrier start = new(threads);
        Thread[] all = [.. Enumerable.Range(0, threads).Select(t => new Thread(() => Run(t)))];
        foreach (var thread in all) thread.Start();
        foreach (var thread in all) thread.Join();
        return Child.Median(slices.SelectMany(static s => s));

        void Run(int thread)
        {
            int from = thread * 50_021;
            start.SignalAndWait();
            for (long end = Stopwatch.GetTimestamp() + Stopwatch.Frequency * 3 / 10; ;)
            {
                long before = Stopwatch.GetTimestamp();
                if (before > end) return;
                work(from, from + slice);
                slices[thread].Add(Stopwatch.GetElapsedTime(before).TotalNanoseconds / slice);
                from = from + slice & Inputs.Mask;
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)] static void Nothing(long delta) { }
    [MethodImpl(MethodImplOptions.NoInlining)] static void Add(CounterSeries series, long delta) => series.Add(delta);
    [MethodImpl(MethodImplOptions.NoInlining)] static void Add(CounterInstrument<string, string> counter, string type, string zone) => counter.Add(1, type, zone);
    [MethodImpl(MethodImplOptions.NoInlining)] static void Add(CounterInstrument<string, Severity> counter, string type, Severity severity) => counter.Add(1, type, severity);
    [MethodImpl(MethodImplOptions.NoInlining)] static void Record(HistogramSeries series, double value) => series.Record(value);
    [MethodImpl(MethodImplOptions.NoInlining)] static void Record(HistogramInstrument<string, string> histogram, double value) => histogram.Record(value, "door", "north");
    [MethodImpl(MethodImplOptions.NoInlining)] static void Set(GaugeSeries series, double value) => series.Set(value);
    [MethodImpl(MethodImplOptions.NoInlining)] static void Add(OrdinaryInstruments rival, string type, string zone) => rival.Tagged.Add(1, Type(type), Zone(zone));
    [MethodImpl(MethodImplOptions.NoInlining)] static void Record(OrdinaryInstruments rival, double value) => rival.Durations.Record(value, Type("door"), Zone("north"));
    [MethodImpl(MethodImplOptions.NoInlining)] static void Set(OrdinaryInstruments rival, double value) => rival.Level.Record(value, Type("door"), Zone("north"));
}
