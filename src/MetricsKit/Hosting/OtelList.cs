using System.Globalization;
using System.Text;

namespace MetricsKit;

/// <summary>Reads a list of keys and values out of a variable: <c>key1=value1,key2=value2</c>, in which octets may be written as <c>%2C</c>.</summary>
/// <remarks>
/// The grammar is that of W3C Baggage, 3.2 "Header Content", without its properties: a semicolon is a part of the value, as the OpenTelemetry specification has no
/// metadata there ("Specifying headers via environment variables" in its OTLP exporter, "Specifying resource information via an environment variable" in its resource SDK).
/// A plus sign is itself. Members without a text, such as behind a last comma, are passed over.
/// </remarks>
static class OtelList
{
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The members in their order, of which those without a key or in a wrong encoding are null.</summary>
    internal static IEnumerable<KeyValuePair<string, string>?> Read(string text)
    {
        foreach (string member in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = member.IndexOf('=', StringComparison.Ordinal); // the first: a value may be padded base64
            string? key = equals < 0 ? null : Decode(member[..equals].TrimEnd()), value = equals < 0 ? null : Decode(member[(equals + 1)..].TrimStart());
            yield return string.IsNullOrEmpty(key) || value is null ? null : new(key, value);
        }
    }

    /// <summary>The text of percent-encoded UTF-8; null where it is none.</summary>
    internal static string? Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal)) return text;
        byte[] encoded = Encoding.UTF8.GetBytes(text), octets = new byte[encoded.Length];
        int length = 0;
        for (int i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] != '%') octets[length++] = encoded[i];
            else if (i + 2 < encoded.Length && char.IsAsciiHexDigit((char)encoded[i + 1]) && char.IsAsciiHexDigit((char)encoded[i + 2]))
            {
                octets[length++] = byte.Parse(encoded.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                i += 2;
            }
            else return null;
        }
        try { return Strict.GetString(octets, 0, length); }
        catch (DecoderFallbackException) { return null; }
    }
}
