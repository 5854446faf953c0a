using System.Runtime.InteropServices;
using BenchmarkDotNet.Reports;

namespace MetricsKit.Benchmarks;

/// <summary>BenchmarkDotNet's tables on one page, without the headers that name the machine.</summary>
static class CallsPage
{
    internal static void Write(string folder, IEnumerable<Summary> summaries)
    {
        string page = $"""
            # Calls: one thread

            {Environment.ProcessorCount} vCPU {RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}, .NET {Environment.Version}, BenchmarkDotNet {typeof(Summary).Assembly.GetName().Version?.ToString(3)}, shared with other work. Nanoseconds of one call, median; ratios are to MetricsKit ("Kit") of the same group. "Unheard" is `System.Diagnostics.Metrics` without a listener, "Sdk" the OpenTelemetry SDK with one cumulative reader. Compare within a group.

            """;
        foreach (var summary in summaries)
        {
            string type = summary.BenchmarksCases[0].Descriptor.Type.Name;
            string report = Directory.GetFiles(summary.ResultsDirectoryPath, $"*.{type}-report-github.md").Single();
            page += $"\n## {type}\n\n{string.Join('\n', File.ReadLines(report).Where(static line => line.StartsWith('|')).Select(static line => line.TrimEnd()))}\n";
        }
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "calls.md"), page);
    }
}
