using System.Globalization;

namespace MetricsKit;

/// <summary>Reads an answer of OTLP/HTTP. Pure.</summary>
/// <remarks>Source: "OTLP/HTTP Response" of the OTLP specification. Success is any status between 200 and 299, as HTTP has it; 200 is what OTLP says.</remarks>
static class OtlpHttpAnswer
{
    /// <summary>A proxy's word for a server that it asked and did not wait for.</summary>
    internal const int GatewayTimeout = 504;

    const string Protobuf = "application/x-protobuf";

    /// <summary>Reads it.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="mediaType">What the body is said to be, if it is said.</param>
    /// <param name="retryAfter">How long to wait, by its header.</param>
    /// <param name="body">The body, or its beginning.</param>
    /// <param name="isWhole">Whether it is all of it.</param>
    /// <param name="quotable">Makes of what the server said what may be told.</param>
    internal static OtlpAnswer Of(int status, string? mediaType, TimeSpan? retryAfter, ReadOnlySpan<byte> body, bool isWhole, QuotableText quotable)
    {
        bool isReadable = isWhole && (body.IsEmpty || mediaType is null || mediaType.Equals(Protobuf, StringComparison.OrdinalIgnoreCase));
        if (status is >= 200 and < 300) return OtlpAnswer.Taken(body, isReadable, quotable);
        string text = string.Create(CultureInfo.InvariantCulture, $"answered with status {status}") + CureOf(status) + (isReadable ? quotable.Quote(RpcStatus.Read(body).Message) : "");
        return IsRetryable(status) ? new(OtlpVerdict.Later, text, RetryAfter: retryAfter, MayBeTaken: status == GatewayTimeout) : new(OtlpVerdict.Refused, text);
    }

    /// <summary>The statuses of the specification's table; it says that no other one may be tried again.</summary>
    internal static bool IsRetryable(int status) => status is 429 or 502 or 503 or 504;

    static string CureOf(int status) => status switch
    {
        >= 300 and < 400 => " (redirects are not followed: set the address that it leads to)",
        404 => " (Endpoint gets /v1/metrics appended, MetricsEndpoint is taken as it is: is that where it takes metrics?)",
        413 => " (a smaller MaxRequestBytes makes smaller requests)",
        _ => "",
    };
}
