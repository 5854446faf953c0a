using System.Globalization;

namespace MetricsKit;

/// <summary>The status codes of gRPC: what they are called, which may be tried again, and which one a plain HTTP answer stands for. Pure.</summary>
/// <remarks>
/// Sources: "Status codes and their use in gRPC", the table of the OTLP specification's "OTLP/gRPC Response", and "HTTP to gRPC Status Code Mapping", which is for answers
/// that have no <c>grpc-status</c>.
/// </remarks>
static class GrpcStatus
{
    internal const int Ok = 0, Unknown = 2;

    const int Cancelled = 1, DeadlineExceeded = 4, PermissionDenied = 7, ResourceExhausted = 8, Aborted = 10, OutOfRange = 11, Unimplemented = 12, Internal = 13, Unavailable = 14, DataLoss = 15, Unauthenticated = 16;

    static readonly string[] Names =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    internal static string NameOf(int code) => Names[code];

    /// <summary>The code that the text of a <c>grpc-status</c> stands for; what is none is <see cref="Unknown"/>.</summary>
    internal static int Parse(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int code) && code < Names.Length ? code : Unknown;

    internal static int OfHttp(int status) => status switch
    {
        400 => Internal,
        401 => Unauthenticated,
        403 => PermissionDenied,
        404 => Unimplemented,
        429 or 502 or 503 or 504 => Unavailable,
        _ => Unknown,
    };

    /// <summary>Whether it only says that somebody stopped waiting: what was asked for may have been done.</summary>
    internal static bool IsDoubtful(int code) => code is Cancelled or DeadlineExceeded;

    /// <summary>Whether the same may be sent again; an exhausted resource only when the server says that it recovers.</summary>
    internal static bool IsRetryable(int code, bool saysWhen) => code switch
    {
        Cancelled or DeadlineExceeded or Aborted or OutOfRange or Unavailable or DataLoss => true,
        ResourceExhausted => saysWhen,
        _ => false,
    };
}
