using System.Globalization;
using System.Text;

namespace MetricsKit.Tests.Repository;

/// <summary>The figures of the README's section "What it costs", drawn from the committed results and nothing else.</summary>
static class CostTables
{
    const string Kit = "MetricsKit", Sdk = "OpenTelemetry SDK", ByHand = "written by hand";

    /// <summary>The parts of the section, each with its table.</summary>
    public static readonly IReadOnlyDictionary<string, Func<string>> Sections = new Dictionary<string, Func<string>>
    {
        ["calls"] = Calls,
        ["paths"] = Paths,
        ["memory"] = Memory,
        ["instruments"] = () => Whole("memory", "A counter that is hardly used"),
        ["churn"] = () => Whole("churn"),
        ["scrape"] = () => Whole("scrape"),
        ["OTLP"] = () => Whole("otlp"),
        ["start-up"] = () => Whole("coldstart"),
        ["shared cells"] = SharedCells,
        ["listener"] = Listener,
        ["samples"] = () => Whole("recorder"),
        ["foreign meters"] = Foreign,
        ["meters that come and go"] = () => Whole("lifetimes"),
        ["exemplars"] = () => Whole("exemplars"),
    };

    /// <summary>The floor of a call by a thread with cells of its own is one that is written by hand; a loop without calls and a shared gauge have another.</summary>
    static string Calls()
    {
        var table = ResultTable.Of("contention", "One series");
        double floor = table.Number(table.Row("handle", ByHand), "1 thread");
        return Table(["call", "ns, one thread", "× a handle by hand", "ns, four threads", "4 : 1", "× cheaper than the SDK, one thread", "four threads", "bytes allocated", "processors that four threads had"], table.Rows.Where(static r => r[1] is Kit or ByHand or "–").Select(r => new[]
        {
            r[1] == ByHand ? $"{r[0]}, {r[1]}" : r[0],
            table.Text(r, "1 thread"),
            r[0] is "empty call" or "gauge, handle" || r[0].EndsWith("in a loop", StringComparison.Ordinal) ? "" : Ratio(table.Number(r, "1 thread"), floor),
            table.Text(r, "4 threads"),
            table.Text(r, "4 : 1"),
            table.Text(r, "SDK : MetricsKit, 1 thread"),
            table.Text(r, "SDK : MetricsKit, 4 threads"),
            table.Text(r, "bytes allocated a call"),
            table.Text(r, "processors"),
        }));
    }

    static string Paths()
    {
        var tables = ResultTable.Of("paths");
        return tables is [var calls, ..] ? Table(["call", "library", "instructions", "cycles", "instructions over an empty call"], calls.Rows.Select(r => new[]
        {
            r[0], r[1], calls.Text(r, "instructions"), calls.Text(r, "cycles"), calls.Text(r, "instructions over an empty call"),
        })) : "Not counted on the machine of the committed results.\n";
    }

    static string Memory()
    {
        var table = ResultTable.Of("memory", "A series with three labels");
        string[] writers = [.. table.Rows.Where(static r => r[1] == Kit).Select(static r => r[2]).Distinct()];
        return Table(["bytes a series, scraped", .. writers.Select(static w => w == "1" ? "1 writing thread" : $"{w} threads"), "the SDK, 1 thread", "one thread : the SDK", $"MiB of cells with {writers[^1]} threads"], table.Rows.Select(static r => r[0]).Distinct().Select(series =>
        {
            var sdk = table.Row(series, Sdk);
            return (string[])[series, .. writers.Select(w => table.Text(table.Row(series, Kit, w), "and scraped")), table.Text(sdk, "and scraped"),
                Ratio(table.Number(table.Row(series, Kit, writers[0]), "and scraped"), table.Number(sdk, "and scraped")), table.Text(table.Row(series, Kit, writers[^1]), "MiB of cells")];
        }));
    }

    static string SharedCells()
    {
        var table = ResultTable.Of("contention", "Without cells of their own");
        var own = ResultTable.Of("contention", "One series");
        return Table(["call", "ns, one thread", "× with cells", "ns, four threads", "× with cells", "× cheaper than the SDK, one thread", "four threads"], table.Rows.Select(r => new[]
        {
            $"{r[0]}; {r[1].Replace("MetricsKit, ", "", StringComparison.Ordinal)}",
            table.Text(r, "1 thread"), Ratio(table.Number(r, "1 thread"), own.Number(own.Row(r[0], Kit), "1 thread")),
            table.Text(r, "4 threads"), Ratio(table.Number(r, "4 threads"), own.Number(own.Row(r[0], Kit), "4 threads")),
            table.Text(r, "SDK : MetricsKit, 1 thread"), table.Text(r, "SDK : MetricsKit, 4 threads"),
        }));
    }

    static string Foreign()
    {
        var table = ResultTable.Of("foreign", "One series");
        return Table(["call", "library", "ns, one thread", "ns, four threads", "× cheaper than the SDK, one thread", "four threads", "bytes allocated", "processors that four threads had"], table.Rows.Select(r => new[]
        {
            r[0], r[1], table.Text(r, "1 thread"), table.Text(r, "4 threads"), table.Text(r, "SDK : MetricsKit, 1 thread"), table.Text(r, "SDK : MetricsKit, 4 threads"),
            table.Text(r, "bytes allocated a call"), table.Text(r, "processors"),
        }));
    }

    static string Listener()
    {
        var heard = ResultTable.Of("contention", "With a foreign listener");
        var alone = ResultTable.Of("contention", "One series");
        return Table(["call", "library", "ns, one thread", "added by the listener", "ns, four threads", "added by the listener"], heard.Rows.Select(r =>
        {
            var without = alone.Row(r[0], r[1].StartsWith(Kit, StringComparison.Ordinal) ? Kit : "System.Diagnostics.Metrics, no listener");
            return new[] { r[0], r[1], heard.Text(r, "1 thread"), Added("1 thread"), heard.Text(r, "4 threads"), Added("4 threads") };

            string Added(string column) => Invariant(heard.Number(r, column) - alone.Number(without, column), "0.0");
        }));
    }

    /// <summary>Tables as they stand in a result; several with their headings.</summary>
    static string Whole(string report, string? heading = null)
    {
        ResultTable[] tables = [.. ResultTable.Of(report).Where(t => heading is null || t.Heading == heading)];
        return string.Join('\n', tables.Select(t => (tables.Length > 1 ? $"{t.Heading}:\n\n" : "") + Table(t.Columns, t.Rows)));
    }

    static string Table(IReadOnlyList<string> columns, IEnumerable<string[]> rows)
    {
        StringBuilder table = new();
        table.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", columns)} |\n|{string.Concat(columns.Select(static (_, i) => i == 0 ? "---|" : "--:|"))}\n");
        foreach (string[] row in rows) table.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row)} |\n");
        return table.ToString();
    }

    static string Ratio(double value, double to) => Invariant(value / to, "0.00");

    static string Invariant(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
