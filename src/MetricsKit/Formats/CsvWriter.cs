using System.Buffers;
using System.Text;

namespace MetricsKit;

/// <summary>CSV with a header line: <c>name,value,timestamp,labels,metric_type</c>. The labels are one column with a JSON object, the same as in JSON lines.</summary>
/// <remarks>
/// Format: RFC 4180, UTF-8 without a byte order mark, CR LF behind each line. The value is the shortest number that reads back as the same double; nothing
/// stands for one that is not finite. Against formulas (OWASP, CSV injection) a name that a spreadsheet might take for one gets an apostrophe in front:
/// when it begins, behind spaces, with <c>= + - @</c>, one of their full-width forms, a tab or a NUL. So that this can be undone, a name that begins with an
/// apostrophe gets one more: who reads takes one leading apostrophe of a name away. Labels begin with a brace and are no formula; values are numbers.
/// </remarks>
sealed class CsvWriter : SampleLineWriter
{
    static readonly SearchValues<char> _quoted = SearchValues.Create(",\"\r\n");

    internal static ReadOnlySpan<byte> HeaderLine => "name,value,timestamp,labels,metric_type\r\n"u8;

    internal override ReadOnlySpan<byte> Header => HeaderLine;

    internal override string Extension => "csv";

    protected override ReadOnlySpan<byte> Middle => ","u8;

    protected override ReadOnlySpan<byte> Nothing => [];

    protected override SeriesText Render(SampleSeries series)
    {
        byte[] head = [.. Field(Neutral(TagText.Sanitise(series.Name, out _))), .. ","u8];
        byte[] tail = [.. ","u8, .. Field(Encoding.UTF8.GetString(SampleText.Json(series.Tags))), .. ","u8, .. SampleText.Kind(series.Kind), .. "\r\n"u8];
        return new(head, tail);
    }

    /// <summary>Text that no spreadsheet takes for a formula.</summary>
    internal static string Neutral(string text)
    {
        var visible = text.AsSpan().TrimStart(' ');
        bool isFormula = visible.Length > 0 && visible[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '\0' or '＝' or '＋' or '－' or '＠';
        return isFormula || text.StartsWith('\'') ? "'" + text : text;
    }

    static byte[] Field(string text) => Encoding.UTF8.GetBytes(text.AsSpan().IndexOfAny(_quoted) < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
}
