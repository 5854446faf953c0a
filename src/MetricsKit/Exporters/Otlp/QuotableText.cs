using System.Text;

namespace MetricsKit;

/// <summary>Makes of what a server said what may stand in a log: short, on one line, and nothing at all when it repeats what only the server should know.</summary>
/// <param name="secrets">What must not be repeated.</param>
sealed class QuotableText(IReadOnlyCollection<string> secrets)
{
    /// <summary>Enough to see what is wrong.</summary>
    const int MostText = 300;

    /// <summary>Headers of the requests, what is in credentials, and paths of which nobody else needs to know.</summary>
    internal static QuotableText For(OtlpExporterOptions options, Uri address)
    {
        List<string> secrets = [];
        foreach (string value in options.Headers.Values)
        {
            secrets.Add(value);
            if (value.IndexOf(' ', StringComparison.Ordinal) is > 0 and var at) AddCredentials(value[..at], value[(at + 1)..].Trim(), secrets);
        }
        if (address.AbsolutePath is not ("/" or OtlpAddress.MetricsPath or OtlpAddress.GrpcPath)) secrets.Add(address.AbsolutePath);
        secrets.Add(address.Query.TrimStart('?'));
        return new([.. secrets.Where(static s => s.Length > 0)]);
    }

    /// <summary>The text behind a colon, or nothing.</summary>
    internal string Quote(string said)
    {
        string text = OnOneLine(said);
        if (text.Length == 0) return "";
        if (secrets.Any(s => text.Contains(s, StringComparison.OrdinalIgnoreCase))) return ": (what it said is not shown, since it repeats a header or the path of the request)";
        return ": " + (text.Length > MostText ? string.Concat(text.AsSpan(0, MostText), "…") : text);
    }

    /// <summary>What stands behind the name of a scheme, and for Basic what is packed in it.</summary>
    static void AddCredentials(string scheme, string credentials, List<string> secrets)
    {
        secrets.Add(credentials);
        byte[] plain = new byte[credentials.Length];
        if (!scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) || !Convert.TryFromBase64String(credentials, plain, out int length)) return;
        string pair = Encoding.UTF8.GetString(plain.AsSpan(0, length));
        secrets.Add(pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..]);
    }

    static string OnOneLine(string text) => string.Concat(text.Select(static c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' ? ' ' : c)).Trim();
}
