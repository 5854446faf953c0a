using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace MetricsKit.Benchmarks;

/// <summary>A page of tables that says where it comes from without naming the machine.</summary>
sealed class MarkdownReport
{
    readonly StringBuilder _text = new();

    internal MarkdownReport(string title, string explanation)
    {
        _text.Append(CultureInfo.InvariantCulture, $"# {title}\n\n{Environment.ProcessorCount} vCPU {RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}, .NET {Environment.Version}, shared with other work. {explanation}\n");
    }

    internal void Table(string heading, string[] columns, IEnumerable<string[]> rows)
    {
        _text.Append(CultureInfo.InvariantCulture, $"\n## {heading}\n\n| {string.Join(" | ", columns)} |\n|{string.Concat(columns.Select(static (_, i) => i == 0 ? "---|" : "--:|"))}\n");
        foreach (var row in rows) _text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row)} |\n");
    }

    internal static string Number(double value, string format = "0.00") => double.IsNaN(value) ? "–" : value.ToString(format, CultureInfo.InvariantCulture);

    public override string ToString() => _text.ToString();
}
