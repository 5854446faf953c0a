using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MetricsKit;

/// <summary>What a server answered, in a sentence.</summary>
/// <param name="Verdict">What to do.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Dropped">How many lines were refused, for <see cref="InfluxDbVerdict.Dropped"/>.</param>
/// <param name="Text">What it said, on one line.</param>
readonly record struct InfluxDbAnswer(InfluxDbVerdict Verdict, int Status, int Dropped, string Text)
{
    /// <summary>Reads the answer to a write.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="body">The body, or its beginning.</param>
    /// <param name="isWhole">Whether it is the whole body.</param>
    internal static InfluxDbAnswer ToWrite(int status, ReadOnlySpan<byte> body, bool isWhole)
    {
        string error = status == 204 ? "" : ErrorIn(body) ?? Encoding.UTF8.GetString(body);
        string text = string.Create(CultureInfo.InvariantCulture, $"{status} {OnOneLine(error)}").TrimEnd();
        if (status == 204) return new(InfluxDbVerdict.Accepted, status, 0, text);
        if (status == 413) return new(InfluxDbVerdict.TooLarge, status, 0, text);
        if (status == 404 && Begins(error, "database not found")) return new(InfluxDbVerdict.NoDatabase, status, 0, text);
        if (status != 400 && Begins(error, "retention policy not found")) return new(InfluxDbVerdict.NoRetentionPolicy, status, 0, text);
        if (status != 400) return new(InfluxDbVerdict.Failed, status, 0, text);
        bool isPartial = Begins(error, "partial write");
        if (isPartial && isWhole && TryDropped(error, out int dropped)) return new(InfluxDbVerdict.Dropped, status, dropped, text);
        return new(isPartial || Begins(error, "unable to parse") || Begins(error, "field type conflict") ? InfluxDbVerdict.Unreadable : InfluxDbVerdict.Failed, status, 0, text);
    }

    /// <summary>Reads the answer to a statement: it succeeded when no error is in it.</summary>
    internal static InfluxDbAnswer ToStatement(int status, ReadOnlySpan<byte> body)
    {
        string? error = ErrorIn(body);
        string text = string.Create(CultureInfo.InvariantCulture, $"{status} {OnOneLine(error ?? (status == 200 ? "" : Encoding.UTF8.GetString(body)))}").TrimEnd();
        return new(status == 200 && error is null ? InfluxDbVerdict.Accepted : InfluxDbVerdict.Failed, status, 0, text);
    }

    /// <summary>The first member <c>error</c> of a JSON text, also when the text is cut behind it.</summary>
    static string? ErrorIn(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json, isFinalBlock: false, state: default);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("error"u8) && reader.Read() && reader.TokenType == JsonTokenType.String) return reader.GetString();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) { } // no JSON, or no valid text: whoever asks shows it as it is
        return null;
    }

    /// <summary>The number behind the last <c>dropped=</c>. It is 0 where lines could not be read, and they are not counted there.</summary>
    static bool TryDropped(string error, out int dropped)
    {
        const string Mark = "dropped=";
        int at = error.LastIndexOf(Mark, StringComparison.Ordinal);
        dropped = 0;
        return at >= 0 && int.TryParse(error.AsSpan(at + Mark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out dropped) && dropped > 0;
    }

    // What follows may be anything, such as the name of a measurement.
    static bool Begins(string error, string with) => error.StartsWith(with, StringComparison.Ordinal);

    static string OnOneLine(string text) => string.Concat(text.Select(static c => char.IsControl(c) ? ' ' : c)).Trim();
}
