using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace MetricsKit;

/// <summary>Reads an answer of OTLP/gRPC. Pure.</summary>
/// <remarks>Source: "gRPC over HTTP2", section "Responses".</remarks>
static class OtlpGrpcAnswer
{
    /// <summary>One byte that says whether the message is compressed, and its length in four, big-endian.</summary>
    internal const int PrefixLength = 5;

    /// <summary>Reads it.</summary>
    /// <param name="httpStatus">The HTTP status, which is 200 from a gRPC server.</param>
    /// <param name="status"><c>grpc-status</c> of the trailers, or of the headers where there is nothing else.</param>
    /// <param name="message"><c>grpc-message</c> beside it.</param>
    /// <param name="details"><c>grpc-status-details-bin</c> beside it.</param>
    /// <param name="body">The body, or its beginning.</param>
    /// <param name="isWhole">Whether it is all of it.</param>
    /// <param name="quotable">Makes of what the server said what may be told.</param>
    internal static OtlpAnswer Of(int httpStatus, string? status, string? message, string? details, ReadOnlySpan<byte> body, bool isWhole, QuotableText quotable)
    {
        int code = status is not null ? GrpcStatus.Parse(status) : GrpcStatus.OfHttp(httpStatus);
        if (code == GrpcStatus.Ok) return OtlpAnswer.Taken(body.Length < PrefixLength ? body : body[PrefixLength..], isWhole && IsOneMessage(body), quotable);
        var said = RpcStatus.ReadBase64(details);
        string words = message is { Length: > 0 } ? Decode(message) : said.Message;
        string http = status is null ? string.Create(CultureInfo.InvariantCulture, $" (it has no status of gRPC; that of HTTP is {httpStatus})") : "";
        string text = $"answered with {GrpcStatus.NameOf(code)}{http}{quotable.Quote(words)}";
        bool mayBeTaken = GrpcStatus.IsDoubtful(code) || status is null && httpStatus == OtlpHttpAnswer.GatewayTimeout;
        return GrpcStatus.IsRetryable(code, said.RetryDelay is not null) ? new(OtlpVerdict.Later, text, RetryAfter: said.RetryDelay, MayBeTaken: mayBeTaken) : new(OtlpVerdict.Refused, text);
    }

    /// <summary>Percent-decodes a message. What is no escape is kept: the specification wants nothing thrown away.</summary>
    internal static string Decode(string message)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetMaxByteCount(message.Length)];
        int length = 0;
        for (int i = 0; i < message.Length; i++)
        {
            if (message[i] == '%' && i + 2 < message.Length && char.IsAsciiHexDigit(message[i + 1]) && char.IsAsciiHexDigit(message[i + 2]))
            {
                bytes[length++] = byte.Parse(message.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                i += 2;
            }
            else length += Encoding.UTF8.GetBytes(message.AsSpan(i, 1), bytes.AsSpan(length));
        }
        return Encoding.UTF8.GetString(bytes.AsSpan(0, length));
    }

    /// <summary>Whether there is one message and nothing else, as we asked for it: not compressed.</summary>
    static bool IsOneMessage(ReadOnlySpan<byte> body) => body.Length >= PrefixLength && body[0] == 0 && BinaryPrimitives.ReadUInt32BigEndian(body[1..]) == (uint)(body.Length - PrefixLength);
}
