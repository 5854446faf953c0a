using System.Text;

namespace MetricsKit;

/// <summary>A <c>google.rpc.Status</c>: how a server describes an error, over HTTP in the body, over gRPC in <c>grpc-status-details-bin</c>.</summary>
/// <param name="Message">What it says.</param>
/// <param name="RetryDelay">How long to wait before the next try, if it has a <c>google.rpc.RetryInfo</c>; see <see cref="OtlpDelay"/>.</param>
/// <remarks>Source: <c>google/rpc/status.proto</c> and <c>google/rpc/error_details.proto</c>.</remarks>
readonly record struct RpcStatus(string Message, TimeSpan? RetryDelay)
{
    const int MessageField = 2, DetailsField = 3, TypeField = 1, ContentField = 2, DelayField = 1, SecondsField = 1, NanosField = 2;

    /// <summary>Reads what can be read; what is broken has said nothing.</summary>
    internal static RpcStatus Read(ReadOnlySpan<byte> bytes)
    {
        RpcStatus status = new("", null);
        WireFields fields = new(bytes);
        while (fields.MoveNext())
        {
            if (!fields.IsDelimited) continue;
            if (fields.Number == MessageField) status = status with { Message = Encoding.UTF8.GetString(fields.Bytes) };
            if (fields.Number == DetailsField) status = status with { RetryDelay = DelayIn(fields.Bytes) ?? status.RetryDelay };
        }
        return fields.IsBroken ? new("", null) : status;
    }

    /// <summary>The details of gRPC are base64 with or without its padding.</summary>
    internal static RpcStatus ReadBase64(string? text)
    {
        if (text is null) return new("", null);
        string bare = text.TrimEnd('=');
        byte[] bytes = new byte[bare.Length];
        return Convert.TryFromBase64String(bare.PadRight((bare.Length + 3) / 4 * 4, '='), bytes, out int length) ? Read(bytes.AsSpan(0, length)) : new("", null);
    }

    /// <summary>The delay in a <c>google.protobuf.Any</c>, when that is a RetryInfo.</summary>
    static TimeSpan? DelayIn(ReadOnlySpan<byte> any)
    {
        bool isRetryInfo = false;
        ReadOnlySpan<byte> content = default;
        WireFields fields = new(any);
        while (fields.MoveNext())
        {
            if (fields.Number == TypeField) isRetryInfo = fields.Bytes.EndsWith("/google.rpc.RetryInfo"u8);
            if (fields.Number == ContentField) content = fields.Bytes;
        }
        if (!isRetryInfo || fields.IsBroken) return null;
        var delay = TimeSpan.Zero; // a message that leaves out the field means its default
        WireFields info = new(content);
        while (info.MoveNext())
        {
            if (info.Number == DelayField) delay = DurationOf(info.Bytes);
        }
        return info.IsBroken ? null : delay;
    }

    static TimeSpan DurationOf(ReadOnlySpan<byte> duration)
    {
        long seconds = 0, nanos = 0;
        WireFields fields = new(duration);
        while (fields.MoveNext())
        {
            if (fields.Number == SecondsField) seconds = fields.Value ?? 0;
            if (fields.Number == NanosField) nanos = fields.Value ?? 0;
        }
        return OtlpDelay.Of(seconds, nanos);
    }
}
