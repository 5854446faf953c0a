using System.Text;

namespace MetricsKit;

/// <summary>Makes of what a server said what may stand in a log: short, on one line, and nothing at all when it repeats what only the server should know.</summary>
/// <param name="secrets">What must not be repeated.</param>
sealed class QuotableText(IReadOnlyCollection<string> secrets)
{
    /// <summary>Enough to see what is wrong.</summary>
    const int MostText = 300;

    /// <summary>What is shorter is in too many words to be hidden, and too short to be secret.</summary>
    const int LeastSecret = 4;

    /// <summary>Who has so much of a secret in a row has a part of it worth hiding; fewer characters are shared by accident.</summary>
    const int LeastPart = 8;

    /// <summary>Headers of the requests, what is in credentials, and paths of which nobody else needs to know.</summary>
    internal static QuotableText For(OtlpExporterOptions options, Uri address)
    {
        List<string> secrets = [];
        foreach (var (name, value) in options.Headers)
        {
            int at = value.IndexOf(' ', StringComparison.Ordinal);
            // The name of a scheme is no secret, and a part of the value like another one would be found in every complaint about a token.
            if (at <= 0 || !name.EndsWith("Authorization", StringComparison.OrdinalIgnoreCase)) secrets.Add(value);
            if (at > 0) AddCredentials(value[..at], value[(at + 1)..].Trim(), secrets);
        }
        string path = address.AbsolutePath;
        if (path.EndsWith(OtlpAddress.MetricsPath, StringComparison.Ordinal)) path = path[..^OtlpAddress.MetricsPath.Length];
        if (path != OtlpAddress.GrpcPath) secrets.Add(path);
        secrets.Add(address.Query.TrimStart('?'));
        return new([.. secrets.Where(static s => s.Length >= LeastSecret)]);
    }

    /// <summary>The text behind a colon, or nothing.</summary>
    internal string Quote(string said)
    {
        string text = OnOneLine(said);
        if (text.Length == 0) return "";
        if (secrets.Any(s => Repeats(text.AsSpan(0, Math.Min(text.Length, MostText + LeastPart)), s))) return ": (what it said is not shown, since it repeats a header or the path of the request)";
        return ": " + (text.Length > MostText ? string.Concat(text.AsSpan(0, MostText), "…") : text);
    }

    /// <summary>Whether a secret is in it, or so much of one that it must not be told.</summary>
    static bool Repeats(ReadOnlySpan<char> text, ReadOnlySpan<char> secret)
    {
        int part = Math.Min(secret.Length, LeastPart);
        for (int i = 0; i + part <= secret.Length; i++)
        {
            if (text.Contains(secret.Slice(i, part), StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
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
