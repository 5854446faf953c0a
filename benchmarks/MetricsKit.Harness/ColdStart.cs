using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using static MetricsKit.Benchmarks.MarkdownReport;

namespace MetricsKit.Benchmarks;

/// <summary>From the start of a process to its end: an empty program, one with dependency injection, and with us and with the SDK one that scrapes, one that is ready to export and one that has exported.</summary>
/// <remarks>
/// One program with a verb for each, so that all rivals pay the same for the host, its list of assemblies and the start of the runtime;
/// a verb loads nothing of the others. Compiled ahead of time it runs a second time, since most of a cold start is the compiler.
/// </remarks>
static class ColdStart
{
    const int Warm = 3, Runs = 21, Counted = 3;

    static readonly (string Verb, string Name)[] Programs =
    [
        ("empty", "empty program"),
        ("injection", "dependency injection, options and meters, without us"),
        ("kit", "MetricsKit: `MetricsKitHost.Create`, an event, a scrape"),
        ("sdk", "OpenTelemetry SDK: a provider, an event, a collection without text"),
        (KitReady, "MetricsKit with its OTLP exporter: a host, an event"),
        (SdkReady, "OpenTelemetry SDK with its OTLP exporter: a provider, an event"),
        ("http", "one POST by `HttpClient` and nothing else"),
        (KitExported, "MetricsKit with its OTLP exporter: a host, an event, the export of its end"),
        (SdkExported, "OpenTelemetry SDK with its OTLP exporter: a provider, an event, an export"),
    ];

    const string KitReady = "kit-otlp", SdkReady = "sdk-otlp", KitExported = "kit-otlp-export", SdkExported = "sdk-otlp-export";

    /// <summary>Who is told where to export.</summary>
    static bool Exports(string verb) => verb is KitReady or SdkReady or "http" or KitExported or SdkExported;

    internal static string Report()
    {
        string compiled = BesideUs("MetricsKit.ColdStart");
        string? packed = Packed(compiled), ahead = Publish();
        bool counts = PerfCounters.WhyMissing() is null;
        using OtlpSink sink = new();
        MarkdownReport report = new("Cold start", $"Milliseconds from the start of a process to its end; median of {Runs} interleaved runs. All rows are one program with a verb for each, which share its list of assemblies. As built, MetricsKit.dll is the library alone; with the package it is what NuGet takes from our package for this machine, which is compiled ahead of time, and all other files are the same: the packages of .NET and of the SDK have nothing of the kind. The SDK has no stable exporter for Prometheus, so its row lacks the text. Instructions in user mode repeat to within a hundredth where milliseconds do not.");
        Table("As built", compiled);
        if (packed is not null) Table("With the package", packed);
        if (ahead is not null) Table("Published with PublishReadyToRun", ahead);
        return report.ToString();

        void Table(string heading, string program)
        {
            double[] medians = Medians(program, sink);
            double[] instructions = [.. Programs.Select(p => counts ? Child.Median(Enumerable.Range(0, Counted).Select(_ => PerfCounters.Instructions(program, Words(p.Verb, sink)) / 1e6)) : double.NaN)];
            report.Table(heading, ["program", "ms", "over the empty program", "over dependency injection", "million instructions"], Programs.Select((p, i) =>
                new[] { p.Name, Number(medians[i], "0.0"), i == 0 ? "" : Number(medians[i] - medians[0], "0.0"), i < 2 ? "" : Number(medians[i] - medians[1], "0.0"), Number(instructions[i], "0") }));
        }
    }

    static string[] Words(string verb, OtlpSink sink) => Exports(verb) ? [verb, sink.Http] : [verb];

    static double[] Medians(string program, OtlpSink sink)
    {
        List<double>[] times = [.. Programs.Select(static _ => new List<double>())];
        for (int run = -Warm; run < Runs; run++)
        {
            for (int i = 0; i < Programs.Length; i++)
            {
                double time = Time(program, Words(Programs[i].Verb, sink));
                if (run >= 0) times[i].Add(time);
            }
        }
        Console.Error.WriteLine($"cold start: {Runs} runs of {Path.GetFileName(Path.GetDirectoryName(program))}");
        return [.. times.Select(Child.Median)];
    }

    static double Time(string program, string[] words)
    {
        long began = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(program, words))!;
        process.WaitForExit();
        double milliseconds = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        return process.ExitCode == 0 ? milliseconds : throw new InvalidOperationException($"The cold start of '{words[0]}' failed.");
    }

    /// <summary>The program as built with the library that its package has for this machine; null where the package has none.</summary>
    static string? Packed(string compiled)
    {
        string to = Path.Combine(Projects(), "MetricsKit.ColdStart", "bin", "packed"), library = $"runtimes/{RuntimeInformation.RuntimeIdentifier}/lib/net10.0/MetricsKit.dll";
        if (Directory.Exists(to)) Directory.Delete(to, recursive: true);
        Directory.CreateDirectory(to);
        if (Run("pack", Path.Combine(Projects(), "..", "src", "MetricsKit"), "-c", "Release", "-v", "q", "-o", to))
        {
            using var package = ZipFile.OpenRead(Directory.GetFiles(to, "*.nupkg").Single());
            if (package.GetEntry(library) is { } image)
            {
                foreach (string file in Directory.GetFiles(Path.GetDirectoryName(compiled)!)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
                image.ExtractToFile(Path.Combine(to, "MetricsKit.dll"), overwrite: true);
                return Path.Combine(to, Path.GetFileName(compiled));
            }
        }
        Console.Error.WriteLine($"cold start: there is no package with {library}");
        return null;
    }

    /// <summary>The same program compiled ahead of time; null where the feed has no compiler for it.</summary>
    static string? Publish()
    {
        string project = Path.Combine(Projects(), "MetricsKit.ColdStart"), to = Path.Combine(project, "bin", "ahead");
        if (Run("publish", project, "-c", "Release", "--use-current-runtime", "--self-contained", "false", "-p:PublishReadyToRun=true", "-v", "q", "-o", to)) return Path.Combine(to, Executable("MetricsKit.ColdStart"));
        Console.Error.WriteLine("cold start: this feed has no compiler ahead of time");
        return null;
    }

    static bool Run(params string[] verb)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", verb) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    /// <summary>bin/Release/net10.0 of another project of this folder, which the build of this one has built.</summary>
    internal static string BesideUs(string project) =>
        Path.Combine(Projects(), project, Path.GetRelativePath(Path.Combine(Projects(), "MetricsKit.Harness"), AppContext.BaseDirectory), Executable(project));

    static string Projects() => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", ".."));

    static string Executable(string name) => OperatingSystem.IsWindows() ? name + ".exe" : name;
}
