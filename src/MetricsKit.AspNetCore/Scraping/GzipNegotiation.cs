using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace MetricsKit;

/// <summary>Reads <c>Accept-Encoding</c> (RFC 9110, section 12.5.3).</summary>
static class GzipNegotiation
{
    /// <summary>Whether the client takes gzip. Its own word about gzip goes before what it says about everything.</summary>
    internal static bool IsAccepted(StringValues acceptEncoding)
    {
        if (StringValues.IsNullOrEmpty(acceptEncoding) || !StringWithQualityHeaderValue.TryParseList(acceptEncoding!, out var codings)) return false;
        bool anything = false;
        foreach (var coding in codings)
        {
            bool accepted = coding.Quality is not 0; // no quality is 1
            if (coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) || coding.Value.Equals("x-gzip", StringComparison.OrdinalIgnoreCase)) return accepted;
            if (coding.Value == "*") anything = accepted;
        }
        return anything;
    }
}
