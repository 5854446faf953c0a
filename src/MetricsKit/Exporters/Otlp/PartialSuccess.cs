using System.Text;

namespace MetricsKit;

/// <summary>What an <c>ExportMetricsServiceResponse</c> says beside that it is one.</summary>
/// <param name="Rejected">How many data points were not taken. It is the server's word: it may be negative, or more than it was sent.</param>
/// <param name="Message">Why, or a warning where nothing was rejected; empty when all is well.</param>
readonly record struct PartialSuccess(long Rejected, string Message)
{
    const int PartialSuccessField = 1, RejectedField = 1, MessageField = 2;

    /// <summary>Reads the response; false when the bytes are none. No bytes are one without a word.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> response, out PartialSuccess found)
    {
        found = new(0, "");
        WireFields fields = new(response);
        while (fields.MoveNext())
        {
            if (fields.Number != PartialSuccessField) continue;
            if (!fields.IsDelimited || !TryReadInner(fields.Bytes, ref found)) return false;
        }
        return !fields.IsBroken;
    }

    static bool TryReadInner(ReadOnlySpan<byte> message, ref PartialSuccess found)
    {
        WireFields fields = new(message);
        while (fields.MoveNext())
        {
            if (fields.Number == RejectedField && fields.Value is { } rejected) found = found with { Rejected = rejected };
            if (fields.Number == MessageField && fields.IsDelimited) found = found with { Message = Encoding.UTF8.GetString(fields.Bytes) };
        }
        return !fields.IsBroken;
    }
}
