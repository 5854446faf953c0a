using FsCheck;
using FsCheck.Fluent;

namespace MetricsKit.Testing;

/// <summary>Texts that break writers: each arbitrary mixes the ordinary with everything that some format escapes, forbids or misreads.</summary>
public static class HostileText
{
    // One piece each of what quoting, decoding, casing, sorting or splitting may trip over; alone, and beside any other.
    static readonly string[] _pieces =
    [
        "a", "Z", "7", "_", " ", "  ", "\t", "\n", "\r", "\r\n", "\0", "\u0001", "\u001b[31m", "\u007f", "\u0085",
        "\"", "\\", "\\n", "\\\"", "\\\\", "'", "`", "{", "}", "=", ",", "#", "# EOF\n", "\n# TYPE x gauge\nx 1\n", "<b>", "&amp;", "%s", "{0}", "$1", ";",
        "\u2028", "\u2029", "\uFEFF", "\uFFFD", "\uFFFF", "\u200B",
        "\uD83D", "\uDE00", "\uDE00\uD83D", "\U0001F600", "\U0001F468\u200D\U0001F469", "\U0010FFFF",
        "\u05E9\u05DC\u05D5\u05DD", "\u202E", "\u0627\u0644", "\u0130", "\u0131", "ß", "é", "e\u0301", "\u0661", "\u2212", "日本",
    ];

    static readonly string[] _wholes = ["", " ", "   ", "\t", "\n", "\r\n", "\u00A0", "\u3000", "NaN", "+Inf", "null", "true", "_OTHER", "0", "-1"];

    static readonly string[] _names =
    [
        "", " ", "_", "__", "__name__", "le", "quantile", "job", "instance", "otel_metric_overflow", "NaN", "class",
        "9lives", "http.request.duration", "http.request-duration", "a..b", "a._b", ".a", "a.", "a/b", "a:b", "a b", "a\nb", "a\"b", "a\\b", "a{b}", "a=b", "#a",
        "x_total", "x_bucket", "x_sum", "x_count", "x_created", "x_info", "x_seconds", "x_seconds_total", "TOTAL", "I", "i",
        "größe", "\u0130stanbul", "\u0131", "\u540D\u524D", "\U0001F600", "\uD800",
    ];

    /// <summary>Values of labels and other free text; among them lone surrogates, so not all are valid UTF-16.</summary>
    public static Arbitrary<string> LabelValues { get; } = Arb.From(
        Gen.Frequency((6, Pieces()), (2, Gen.Elements(_wholes)), (2, Ordinary()), (1, Long())),
        Shorter);

    /// <summary>Names of instruments, labels and units, most of which Prometheus forbids or that mean something to it.</summary>
    public static Arbitrary<string> Names { get; } = Arb.From(
        Gen.Frequency((4, Gen.Elements(_names)), (2, Pieces()), (2, Ordinary()), (1, Long())),
        Shorter);

    static Gen<string> Pieces() => Gen.Elements(_pieces).ArrayOf().Select(string.Concat);

    static Gen<string> Ordinary() => Gen.Elements("abcdefghijklmnopqrstuvwxyz_".ToCharArray()).NonEmptyListOf().Select(string.Concat);

    // Past every limit of length that a label commonly has (128, 256, 1,024, 4,096), with the hostile piece anywhere, so also on the cut.
    static Gen<string> Long() =>
        from length in Gen.Choose(257, 5000)
        from at in Gen.Choose(0, length)
        from piece in Gen.Elements(_pieces)
        select new string('x', at) + piece + new string('x', length - at);

    static IEnumerable<string> Shorter(string text)
    {
        if (text.Length == 0)
        {
            yield break;
        }

        // The front half first; a single character has only the empty text below it, and must not shrink to itself.
        yield return text[..(text.Length / 2)];
        if (text.Length == 1)
        {
            yield break;
        }

        yield return text[(text.Length / 2)..];
        const int Single = 64; // Beyond it, halving alone comes down quickly enough.
        for (var at = 0; at < text.Length && text.Length <= Single; at++)
        {
            yield return text.Remove(at, 1);
        }
    }
}
