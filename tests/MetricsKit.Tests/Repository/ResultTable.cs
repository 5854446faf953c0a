using System.Globalization;

namespace MetricsKit.Tests.Repository;

/// <summary>A table of a committed result of the benchmarks, read by the names of its columns.</summary>
sealed record ResultTable(string Heading, string[] Columns, string[][] Rows)
{
    /// <summary>The tables of <c>benchmarks/results/{report}.md</c>, by their headings.</summary>
    public static IReadOnlyList<ResultTable> Of(string report)
    {
        List<ResultTable> tables = [];
        string heading = "";
        string[]? columns = null;
        List<string[]> rows = [];
        foreach (string line in File.ReadAllLines(SourceTree.PathOf($"benchmarks/results/{report}.md")).Append(""))
        {
            if (line.StartsWith('|'))
            {
                string[] cells = [.. line.Split('|')[1..^1].Select(static c => c.Trim())];
                if (columns is null) columns = cells;
                else if (!cells[0].StartsWith("---", StringComparison.Ordinal)) rows.Add(cells);
                continue;
            }
            if (columns is not null) tables.Add(new(heading, columns, [.. rows]));
            columns = null;
            rows.Clear();
            if (line.StartsWith("## ", StringComparison.Ordinal)) heading = line[3..];
        }
        return tables;
    }

    /// <summary>The table with that heading.</summary>
    public static ResultTable Of(string report, string heading) => Of(report).Single(t => t.Heading == heading);

    /// <summary>The row that begins with these cells; an exception names what is missing.</summary>
    public string[] Row(params string[] first) =>
        Rows.SingleOrDefault(r => r.AsSpan().StartsWith(first)) ?? throw new InvalidOperationException($"'{Heading}' has no single row {string.Join(", ", first)}.");

    public string Text(string[] row, string column)
    {
        int at = Array.IndexOf(Columns, column);
        return at >= 0 ? row[at] : throw new InvalidOperationException($"'{Heading}' has no column '{column}'.");
    }

    public double Number(string[] row, string column) => double.Parse(Text(row, column), NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
}
