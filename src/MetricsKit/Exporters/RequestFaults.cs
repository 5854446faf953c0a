using System.Buffers;

namespace MetricsKit;

/// <summary>Finds what is wrong with the address and the headers of an exporter's requests.</summary>
/// <remarks>Addresses and values of headers are not repeated: they may hold what is secret.</remarks>
static class RequestFaults
{
    /// <summary>What a header's name may consist of (RFC 9110, "token").</summary>
    static readonly SearchValues<char> TokenLetters = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Headers that follow from the document and the connection; gRPC frames its calls with the last.</summary>
    static readonly string[] OwnHeaders = ["Connection", "Transfer-Encoding", "Expect", "Upgrade", "TE"], OwnPrefixes = ["Content-", "grpc-"];

    /// <summary>Of an address; nothing where it is empty.</summary>
    /// <param name="path">Where the exporter's options stand in the configuration.</param>
    /// <param name="key">The key of the address there.</param>
    /// <param name="address">The address.</param>
    /// <param name="example">An address that would do.</param>
    internal static IEnumerable<string> OfAddress(string path, string key, string? address, string example)
    {
        if (string.IsNullOrEmpty(address) || IsPlain(address)) yield break;
        if (!IsAddress(address)) yield return $"{path}:{key} is not an address to post to: write it like {example}.";
        else if (new Uri(address).UserInfo.Length > 0) yield return $"{path}:{key} has a user in it: set {path}:Headers:Authorization instead.";
    }

    /// <summary>Of headers.</summary>
    /// <param name="path">Where the exporter's options stand in the configuration.</param>
    /// <param name="headers">The headers.</param>
    internal static IEnumerable<string> OfHeaders(string path, IEnumerable<KeyValuePair<string, string>> headers)
    {
        foreach (var (name, value) in headers)
        {
            if (!CanBeName(name)) yield return $"{path}:Headers has '{name}', which is no name of a header.";
            else if (IsOwn(name)) yield return $"{path}:Headers:{name} follows from the document: remove it.";
            if (!CanBeValue(value)) yield return $"{path}:Headers:{name} has a value that no header can have: use printable ASCII characters.";
        }
    }

    /// <summary>Whether the address is one of those that nearly everybody writes, scheme, host, port and path in plain letters: nothing can be wrong with them.</summary>
    /// <remarks>By hand, since what reads addresses of all kinds is otherwise not loaded before the first export.</remarks>
    internal static bool IsPlain(string address)
    {
        var rest = address.AsSpan();
        if (rest.StartsWith("http://", StringComparison.Ordinal)) rest = rest[7..];
        else if (rest.StartsWith("https://", StringComparison.Ordinal)) rest = rest[8..];
        else return false;
        int length = 0;
        while (length < rest.Length && (char.IsAsciiLetterLower(rest[length]) || char.IsAsciiDigit(rest[length]) || rest[length] is '.' or '-')) length++;
        if (!IsPlainHost(rest[..length])) return false;
        rest = rest[length..];
        if (rest is [':', ..])
        {
            int digits = 1, number = 0;
            for (; digits < rest.Length && digits <= 5 && char.IsAsciiDigit(rest[digits]); digits++) number = 10 * number + rest[digits] - '0';
            if (digits == 1 || number > ushort.MaxValue) return false;
            rest = rest[digits..];
        }
        if (rest is not ([] or ['/', ..])) return false;
        foreach (char c in rest)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('/' or '-' or '_')) return false;
        }
        return true;
    }

    /// <summary>Whether it begins with a letter, or is the loopback address, and has at most 63 characters, and each dot and hyphen has letters or digits on both sides.</summary>
    static bool IsPlainHost(ReadOnlySpan<char> host)
    {
        if (host.SequenceEqual("127.0.0.1")) return true;
        if (host.Length is 0 or > 63 || !char.IsAsciiLetter(host[0])) return false;
        bool separates = false;
        foreach (char c in host)
        {
            if (c is '.' or '-' && separates) return false;
            separates = c is '.' or '-';
        }
        return !separates;
    }

    internal static bool IsAddress(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0;

    internal static bool CanBeName(string name) => name.Length > 0 && !name.AsSpan().ContainsAnyExcept(TokenLetters);

    internal static bool CanBeValue(string? value) => value is not null && !value.AsSpan().ContainsAnyExceptInRange(' ', '~');

    /// <summary>Whether the header is not the user's to set.</summary>
    internal static bool IsOwn(string name) => OwnHeaders.Contains(name, StringComparer.OrdinalIgnoreCase) || Array.Exists(OwnPrefixes, p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase));
}
