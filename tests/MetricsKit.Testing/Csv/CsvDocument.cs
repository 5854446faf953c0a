using System.Text;

namespace MetricsKit.Testing;

/// <summary>A strict reader of CSV after RFC 4180: CR LF behind each record, a quote only as the first and last character of a field or doubled inside.</summary>
public static class CsvDocument
{
    /// <summary>The fields of each record, the header among them.</summary>
    /// <exception cref="FormatException">It is no CSV, or the last record has no end.</exception>
    public static IReadOnlyList<string[]> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<string[]> records = [];
        List<string> fields = [];
        for (var at = 0; at < text.Length;)
        {
            fields.Add(text[at] == '"' ? Quoted(text, ref at) : Plain(text, ref at));
            if (at < text.Length && text[at] == ',')
            {
                at++;
                // A comma at the very end leaves a field without text and a record without end.
                continue;
            }

            if (at + 1 >= text.Length || text[at] != '\r' || text[at + 1] != '\n')
            {
                throw new FormatException($"Record {records.Count + 1} has neither comma nor CR LF at {at}.");
            }

            at += 2;
            records.Add([.. fields]);
            fields.Clear();
        }

        return fields.Count == 0 ? records : throw new FormatException("The last record has no end.");
    }

    static string Plain(string text, ref int at)
    {
        var begin = at;
        while (at < text.Length && text[at] is not (',' or '\r' or '\n' or '"'))
        {
            at++;
        }

        return text[begin..at];
    }

    static string Quoted(string text, ref int at)
    {
        var field = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '"' && (at + 1 >= text.Length || text[at + 1] != '"'))
            {
                at++;
                return field.ToString();
            }

            if (text[at] == '"')
            {
                at++;
            }

            field.Append(text[at]);
        }

        throw new FormatException("A quoted field has no end.");
    }
}
