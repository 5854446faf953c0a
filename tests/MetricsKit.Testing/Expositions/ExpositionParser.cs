using System.Text;

namespace MetricsKit.Testing;

/// <summary>
/// Reads Prometheus text 0.0.4 and OpenMetrics 1.0 and refuses everything questionable: what real parsers let pass in silence
/// (duplicates, a split family, a counter without its suffix) is as much an error here as what makes them drop the scrape.
/// </summary>
/// <remarks>
/// Besides the grammar of the two formats it holds MetricsKit's own rules: a TYPE line for every family, one spelling of NaN and
/// infinities, no timestamps, no <c>_created</c>, canonical bounds, no labels that begin with two underscores, names that do not
/// collide in OpenMetrics.
/// </remarks>
public static class ExpositionParser
{
    static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a whole document; a string with a lone surrogate is no UTF-8.</summary>
    /// <exception cref="ExpositionException">A rule is broken.</exception>
    public static Exposition Parse(string text, ExpositionSyntax format, ExpositionRules? rules = null)
    {
        try
        {
            return Parse(_utf8.GetBytes(text), format, rules);
        }
        catch (EncoderFallbackException lone)
        {
            throw new ExpositionException(1 + text.AsSpan(0, lone.Index).Count('\n'), "A lone surrogate has no form in UTF-8.");
        }
    }

    /// <summary>Reads a whole document from the bytes that go over the wire.</summary>
    /// <exception cref="ExpositionException">A rule is broken.</exception>
    public static Exposition Parse(ReadOnlySpan<byte> bytes, ExpositionSyntax format, ExpositionRules? rules = null)
    {
        if (bytes.IsEmpty)
        {
            throw new ExpositionException(1, "The document is empty, which a scrape never is.");
        }

        var document = new DocumentReader(format, rules ?? ExpositionRules.Strict);
        var number = 0;
        while (!bytes.IsEmpty)
        {
            number++;
            var length = bytes.IndexOf((byte)'\n');
            if (length < 0)
            {
                throw new ExpositionException(number, "The last line does not end with a newline.");
            }

            document.Read(Decode(bytes[..length], number), number);
            bytes = bytes[(length + 1)..];
        }

        return document.Close(number);
    }

    static string Decode(ReadOnlySpan<byte> line, int number)
    {
        try
        {
            return _utf8.GetString(line);
        }
        catch (DecoderFallbackException)
        {
            throw new ExpositionException(number, "The line is not valid UTF-8.");
        }
    }
}
