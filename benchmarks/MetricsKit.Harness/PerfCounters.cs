using System.Diagnostics;
using System.Globalization;

namespace MetricsKit.Benchmarks;

/// <summary>The processor's own counters by <c>perf</c>, which a child switches on when it is warm.</summary>
static class PerfCounters
{
    const string ControlName = "HARNESS_PERF_CONTROL", AnswerName = "HARNESS_PERF_ANSWER";

    /// <summary>Null where perf is missing or may not count.</summary>
    internal static string? WhyMissing()
    {
        try
        {
            var counted = Run("perf", ["stat", "-x", ",", "-e", "instructions:u,cycles:u", "true"]);
            return counted.Code == 0 && Parse(counted.Errors) is [> 0, > 0] ? null : "perf may not count instructions here";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "perf is not installed";
        }
    }

    /// <summary>Instructions and cycles in user mode between <see cref="Enable"/> and <see cref="Disable"/> of a child.</summary>
    internal static double[] Stat(params IReadOnlyList<string> child)
    {
        string counted = Controlled(child, named: false, "stat", "-x", ",", "-e", "instructions:u,cycles:u").Errors;
        return Parse(counted) is [> 0, > 0] figures ? figures : throw new InvalidOperationException("perf counted nothing: " + counted);
    }

    /// <summary>Instructions in user mode of a whole program, all of its threads.</summary>
    internal static double Instructions(string program, params string[] words)
    {
        var counted = Run("perf", ["stat", "-x", ",", "-e", "instructions:u", program, .. words]);
        return counted.Code == 0 && Parse(counted.Errors) is [> 0 and var instructions] ? instructions : throw new InvalidOperationException("perf counted nothing: " + counted.Errors);
    }

    /// <summary>The share of each symbol in the cycles between <see cref="Enable"/> and <see cref="Disable"/> of a child, the largest first.</summary>
    internal static IReadOnlyList<(string Symbol, double Share)> Profile(params IReadOnlyList<string> child)
    {
        string data = Path.GetTempFileName();
        string process = Controlled(child, named: true, "record", "-q", "-e", "cycles:u", "-F", "5000", "-o", data).Output.Trim();
        string report = Run("perf", ["report", "-i", data, "--stdio", "--no-children", "--sort", "symbol", "-t", "|"]).Output;
        File.Delete(data);
        File.Delete($"/tmp/perf-{process}.map"); // where the runtime writes the names of its methods, and perf looks for them
        return [.. from line in report.Split('\n') let parts = line.Split('|') where parts.Length >= 2 && parts[0].Contains('%', StringComparison.Ordinal)
                   let share = double.Parse(parts[0].Trim().TrimEnd('%'), CultureInfo.InvariantCulture) orderby share descending
                   select (parts[1].Replace("[.]", "", StringComparison.Ordinal).Trim(), share)];
    }

    /// <summary>Called by a child when it is warm.</summary>
    internal static void Enable() => Command("enable");

    /// <summary>Called by a child when its work is done.</summary>
    internal static void Disable() => Command("disable");

    static (int Code, string Output, string Errors) Controlled(IReadOnlyList<string> child, bool named, params string[] perf)
    {
        string folder = Directory.CreateTempSubdirectory("perf").FullName, control = Path.Combine(folder, "control"), answer = Path.Combine(folder, "answer");
        try
        {
            if (Run("mkfifo", [control, answer]).Code != 0) throw new InvalidOperationException("mkfifo failed.");
            var result = Run("perf", [.. perf, "-D", "-1", "--control", $"fifo:{control},{answer}", "--", .. Child.Command(child)], named, control, answer);
            return result.Code == 0 ? result : throw new InvalidOperationException($"perf failed at '{string.Join(' ', child)}': {result.Errors}");
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

    static (int Code, string Output, string Errors) Run(string program, string[] arguments, bool named = false, string control = "", string answer = "")
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment[ControlName] = control;
        start.Environment[AnswerName] = answer;
        if (named)
        {
            start.Environment["DOTNET_PerfMapEnabled"] = "1";
            start.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // else the code belongs to a memory file, in which perf finds no names
        }
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    static double[] Parse(string text) =>
        [.. text.Split('\n').Select(static line => line.Split(',')).Where(static parts => parts.Length > 2 && parts[2].EndsWith(":u", StringComparison.Ordinal)).Select(static parts => double.TryParse(parts[0], CultureInfo.InvariantCulture, out double value) ? value : 0)];
}
