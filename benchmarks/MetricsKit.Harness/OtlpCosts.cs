using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using static MetricsKit.Benchmarks.MarkdownReport;
using static MetricsKit.Benchmarks.Rivals;

namespace MetricsKit.Benchmarks;

/// <summary>What OTLP costs: the calls beside it, an export, and the bytes of one.</summary>
/// <remarks>
/// Everybody exports to one process that takes all and says yes; what it costs is not counted. An export is from reading the totals to the answer, again and again in a
/// process that is warm, and all threads of that process count. Instructions are the difference of a long run and a short one.
/// </remarks>
static class OtlpCosts
{
    const int Rounds = 3;
    const string Http = "HTTP/protobuf", Grpc = "gRPC", Plain = "no", Gzip = "yes";

    static readonly (string Kind, string[] Rivals, string SdkKind)[] Calls =
    [
        ("counter, handle", [Kit, KitOtlp, KitOneSdkReader, KitTwoSdkReaders], ""),
        ("counter, two tags", [Kit, KitOtlp, KitOneSdkReader, KitTwoSdkReaders], ""),
        ("histogram, two tags", [Kit, KitOtlp, KitOneSdkReader, KitTwoSdkReaders], ""),
    ];

    static readonly (string Kind, int Series)[] Sizes = [("counters", 1000), ("counters", 10_000), ("counters", 100_000), ("histograms", 1000), ("histograms", 10_000)];

    internal static string Report()
    {
        MarkdownReport report = new("OTLP: what exporting costs", $"Medians of {Rounds} interleaved processes. Two tags a series, 14 bounds a histogram, cumulative. The server is a process of its own that takes everything, and what it costs is not counted.");
        Contention.Tables(report, [("A call while the kit exports every 100 ms, and while readers of the OpenTelemetry SDK listen to the same meters: nanoseconds", Calls)]);
        using OtlpSink sink = new();
        var exports = Measure(sink, [.. from size in Sizes from protocol in new[] { Http, Grpc } from rival in new[] { Kit, OtelSdk } select new Case(size.Kind, size.Series, protocol, Plain, rival)], counts: PerfCounters.WhyMissing() is null);
        report.Table("Processor time of one export", ["series", "protocol", "library", "ms", "SDK : MetricsKit", "million instructions", "SDK : MetricsKit, instructions", "KB allocated"], exports.Select(e =>
            (string[])[e.Case.Title, e.Case.Protocol, e.Case.Rival, Number(e.Milliseconds), Beside(e, static x => x.Milliseconds), Number(e.MillionInstructions), Beside(e, static x => x.MillionInstructions), Number(e.Bytes / 1e3, "0.#")]));
        var compressed = Measure(sink, [.. from size in Sizes from rival in new[] { Kit, OtelSdk } select new Case(size.Kind, size.Series, Http, Gzip, rival)], counts: false);
        report.Table("Bytes of one export over HTTP", ["series", "gzip", "library", "requests", "bytes", "bytes a series", "ms"], exports.Where(static e => e.Case.Protocol == Http).Concat(compressed).Select(static e =>
            (string[])[e.Case.Title, e.Case.Gzip, e.Case.Rival, Number(e.Requests, "0"), e.Sent.ToString("N0", CultureInfo.InvariantCulture), Number(e.Sent / e.Case.Series, "0.0"), Number(e.Milliseconds)]));
        return report.ToString();

        string Beside(Export kit, Func<Export, double> figure) =>
            kit.Case.Rival != Kit ? "" : Number(figure(exports.First(e => e.Case == kit.Case with { Rival = OtelSdk })) / figure(kit), "0.0");
    }

    /// <summary>Medians of what children measure, and instructions of one child each.</summary>
    static Export[] Measure(OtlpSink sink, Case[] cases, bool counts)
    {
        string[][] arguments = [.. cases.Select(c => c.Arguments(sink))];
        var medians = Child.Medians(Rounds, arguments);
        return [.. cases.Select((c, i) => new Export(c, medians[i][0], counts ? InstructionsOf(arguments[i], c.Series) / 1e6 : double.NaN, medians[i][1], medians[i][2], medians[i][3]))];
    }

    /// <summary>The middle of three: in one of them the compiler may have been at work.</summary>
    static double InstructionsOf(string[] arguments, int series)
    {
        int few = Math.Clamp(100_000 / series, 8, 100); // small exports are lost in what else a process does
        return Enumerable.Range(0, 3).Select(_ => (Counted(3 * few) - Counted(few)) / (2 * few)).Order().ElementAt(1);

        double Counted(int exports) => PerfCounters.Stat([.. arguments, exports.ToString(CultureInfo.InvariantCulture)])[0];
    }

    /// <summary>Measures one case; with a last argument it lets perf count so many exports instead.</summary>
    internal static async Task<string> RunChildAsync(string[] arguments)
    {
        bool isKit = arguments[4] == Kit, isGrpc = arguments[2] == Grpc;
        int series = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        await using var source = OtlpSource.Of(isKit, arguments[0] == "histograms", series, isGrpc, arguments[3] == Gzip, isGrpc ? arguments[6] : arguments[5]);
        await WarmUpAsync(source);
        if (arguments is [.., _, _, _, _, _, _, _, var counted])
        {
            PerfCounters.Enable();
            for (int i = int.Parse(counted, CultureInfo.InvariantCulture); i > 0; i--) await source.ExportAsync();
            PerfCounters.Disable();
            return Child.Line(Environment.ProcessId);
        }
        int exports = Math.Clamp(400_000 / series, 20, 400);
        var before = await OtlpSink.TakenAsync(arguments[5]);
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        var used = Environment.CpuUsage.TotalTime;
        for (int i = 0; i < exports; i++) await source.ExportAsync();
        double milliseconds = (Environment.CpuUsage.TotalTime - used).TotalMilliseconds / exports;
        double bytes = (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / exports;
        var after = await OtlpSink.TakenAsync(arguments[5]);
        return Child.Line(milliseconds, bytes, (double)(after.Requests - before.Requests) / exports, (double)(after.Bytes - before.Bytes) / exports);
    }

    /// <summary>Past tiering: until the compiler, which works in the background, has had nothing to do for a while.</summary>
    static async Task WarmUpAsync(OtlpSource source)
    {
        TimeSpan least = TimeSpan.FromSeconds(1), quiet = TimeSpan.FromSeconds(0.5), most = TimeSpan.FromSeconds(8);
        long began = Stopwatch.GetTimestamp(), changed = began, compiled = 0;
        while (Stopwatch.GetElapsedTime(began) < most && (Stopwatch.GetElapsedTime(began) < least || Stopwatch.GetElapsedTime(changed) < quiet))
        {
            await source.ExportAsync();
            if (JitInfo.GetCompiledMethodCount() == compiled) continue;
            compiled = JitInfo.GetCompiledMethodCount();
            changed = Stopwatch.GetTimestamp();
        }
    }

    readonly record struct Case(string Kind, int Series, string Protocol, string Gzip, string Rival)
    {
        internal string Title => Series.ToString("N0", CultureInfo.InvariantCulture) + " " + Kind;

        internal string[] Arguments(OtlpSink sink) => ["otlp", Kind, Series.ToString(CultureInfo.InvariantCulture), Protocol, Gzip, Rival, sink.Http, sink.Grpc];
    }

    readonly record struct Export(Case Case, double Milliseconds, double MillionInstructions, double Bytes, double Requests, double Sent);
}
