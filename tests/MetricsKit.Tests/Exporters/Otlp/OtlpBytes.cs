using System.Text;

namespace MetricsKit.Tests.Exporters;

/// <summary>Answers of OTLP servers, written by hand: field by field, as the protobuf definitions number them.</summary>
static class OtlpBytes
{
    /// <summary>An <c>ExportMetricsServiceResponse</c> with a partial success.</summary>
    internal static byte[] PartialSuccess(long rejected, string message) => Field(1, [.. Number(1, rejected), .. Field(2, Encoding.UTF8.GetBytes(message))]);

    /// <summary>A <c>google.rpc.Status</c> with a code, a message, and, if asked, a RetryInfo.</summary>
    internal static byte[] Status(int code, string message, (long Seconds, long Nanos)? retry = null) =>
    [
        .. Number(1, code), .. Field(2, Encoding.UTF8.GetBytes(message)),
        .. retry is { } delay ? Field(3, [.. Field(1, "type.googleapis.com/google.rpc.RetryInfo"u8), .. Field(2, Field(1, [.. Number(1, delay.Seconds), .. Number(2, delay.Nanos)]))]) : [],
    ];

    internal static byte[] Field(int number, ReadOnlySpan<byte> content) => [.. Varint((ulong)number << 3 | 2), .. Varint((ulong)content.Length), .. content];

    internal static byte[] Number(int number, long value) => [.. Varint((ulong)number << 3), .. Varint((ulong)value)];

    static List<byte> Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return bytes;
    }
}
