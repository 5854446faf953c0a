using System.Diagnostics;
using System.Globalization;

namespace MetricsKit.Benchmarks;

/// <summary>One measurement in a process of its own, so that rivals share no compiled code, heap or listener.</summary>
static class Child
{
    /// <summary>Runs the cases in turn, round after round, so that what else the machine does falls on all of them; the median of the rounds for each case and figure.</summary>
    internal static double[][] Medians(int rounds, params IReadOnlyList<string[]> cases)
    {
        var results = cases.Select(static _ => new List<double[]>()).ToArray();
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < cases.Count; i++)
            {
                results[i].Add(Run(cases[i]));
                if (i % 10 == 9) Console.Error.WriteLine($"{cases[0][0]}: round {round + 1} of {rounds}, {i + 1} of {cases.Count} cases");
            }
            Console.Error.WriteLine($"{cases[0][0]}: round {round + 1} of {rounds} done");
        }
        return [.. results.Select(static r => Enumerable.Range(0, r[0].Length).Select(f => Median(r.Select(figures => figures[f]))).ToArray())];
    }

    /// <summary>A child prints its figures in one line.</summary>
    internal static string Line(params IEnumerable<double> figures) => string.Join(' ', figures.Select(static f => f.ToString("R", CultureInfo.InvariantCulture)));

    internal static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
    }

    /// <summary>The command line that starts this program as a child.</summary>
    internal static string[] Command(IReadOnlyList<string> arguments)
    {
        // Started as "dotnet x.dll" the process is dotnet, started as an executable it is ours.
        bool hosted = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";
        return [Environment.ProcessPath!, .. hosted ? [typeof(Child).Assembly.Location] : Array.Empty<string>(), "child", .. arguments];
    }

    static double[] Run(string[] arguments)
    {
        string[] command = Command(arguments);
        ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"The measurement '{string.Join(' ', arguments)}' failed.");
        return [.. output.Split(' ', StringSplitOptions.TrimEntries).Select(static f => double.Parse(f, CultureInfo.InvariantCulture))];
    }
}
