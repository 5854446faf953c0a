using System.Diagnostics;
using System.Globalization;

namespace MetricsKit.Benchmarks;

/// <summary>The processor's own counters by <c>perf</c>, which a child switches on when it is warm.</summary>
static class PerfCounters
{
    /// <summary>Null where perf is missing or may not count.</summary>
    internal static string? WhyMissing()
    {
        try
        {
            var (code, text) = Run("perf", ["stat", "-x", ",", "-e", "instructions:u,cycles:u", "true"]);
            return code == 0 && Parse(text) is [> 0, > 0] ? null : "perf may not count instructions here";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "perf is not installed";
        }
    }

    /// <summary>Instructions and cycles in user mode between <see cref="Enable"/> and <see cref="Disable"/> of a child.</summary>
    internal static double[] Stat(params IReadOnlyList<string> child) =>
        Controlled(child, ["stat", "-x", ",", "-e", "instructions:u,cycles:u"], static text => Parse(text) is [> 0, > 0] counted ? counted : throw new InvalidOperationException("perf counted nothing: " + text));

    /// <summary>The share of each symbol in the cycles between <see cref="Enable"/> and <see cref="Disable"/> of a child.</summary>
    internal static (string Symbol, double Share)[] Profile(params IReadOnlyList<string> child)
    {
        string data = Path.GetTempFileName();
        try
        {
            Controlled(child, ["record", "-q", "-e", "cycles:u", "-F", "5000", "-o", data], static _ => Array.Empty<double>());
            string report = Run("perf", ["report", "-i", data, "--stdio", "--no-children", "--sort", "symbol", "-F", "overhead,symbol", "-w", "8,400", "-t", "|"]).Output;
            return [.. from line in report.Split('\n') where !line.StartsWith('#') let parts = line.Split('|') where parts.Length == 2 select (parts[1].Replace("[.]", "", StringComparison.Ordinal).Trim(), double.Parse(parts[0].Trim().TrimEnd('%'), CultureInfo.InvariantCulture))];
        }
        finally
        {
            File.Delete(data);
        }
    }

    /// <summary>Called by a child when it is warm.</summary>
    internal static void Enable() => Command("enable");

    /// <summary>Called by a child when its work is done.</summary>
    internal static void Disable() => Command("disable");

    static double[] Controlled(IReadOnlyList<string> child, string[] perf, Func<string, double[]> read)
    {
        string folder = Directory.CreateTempSubdirectory("perf").FullName, control = Path.Combine(folder, "control"), answer = Path.Combine(folder, "answer");
        try
        {
            if (Run("mkfifo", [control, answer]).Code != 0) throw new InvalidOperationException("mkfifo failed.");
            var (code, text) = Run("perf", [.. perf, "-D", "-1", "--control", $"fifo:{control},{answer}", "--", .. Child.Command(child)], control, answer);
            return code == 0 ? read(text) : throw new InvalidOperationException($"perf failed at '{string.Join(' ', child)}': {text}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static void Command(string command)
    {
        using FileStream control = new(Environment.GetEnvironmentVariable(ControlName)!, FileMode.Open, FileAccess.Write);
        using FileStream answer = new(Environment.GetEnvironmentVariable(AnswerName)!, FileMode.Open, FileAccess.Read);
        control.Write(System.Text.Encoding.ASCII.GetBytes(command + "\n"));
        control.Flush();
        if (answer.ReadByte() != 'a') throw new InvalidOperationException("perf did not answer.");
    }

    const string ControlName = "HARNESS_PERF_CONTROL", AnswerName = "HARNESS_PERF_ANSWER";

    /// <summary>What perf writes to the error stream; the child's output is not wanted.</summary>
    static (int Code, string Output) Run(string program, string[] arguments, string control = "", string answer = "")
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment[ControlName] = control;
        start.Environment[AnswerName] = answer;
        start.Environment["DOTNET_PerfMapEnabled"] = control.Length > 0 ? "1" : "0"; // names of compiled methods, in every run alike
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    static double[] Parse(string text) =>
        [.. text.Split('\n').Select(static line => line.Split(',')).Where(static parts => parts.Length > 2 && parts[2].EndsWith(":u", StringComparison.Ordinal)).Select(static parts => double.TryParse(parts[0], CultureInfo.InvariantCulture, out double value) ? value : 0)];
}
