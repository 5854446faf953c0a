namespace MetricsKit;

/// <summary>A snapshot as one or several <c>ExportMetricsServiceRequest</c> messages of OTLP, one at a time in memory that is used again.</summary>
/// <remarks>
/// Begin with a snapshot, move to each message, send it, and settle it when its points need not be sent again. One thread at a time.
/// Delta temporality keeps what was settled; what was not is in the next snapshot's messages with what came since.
/// </remarks>
sealed class OtlpRequests(OtlpEncoding encoding)
{
    /// <summary>So many bytes lie before each message for who frames it: gRPC's prefix has five.</summary>
    internal const int HeadRoom = 5;

    /// <summary>The message that was moved to, with <see cref="HeadRoom"/> bytes before it that the caller may write.</summary>
    internal Memory<byte> Framed { get; private set; }

    /// <summary>The message that was moved to.</summary>
    internal ReadOnlyMemory<byte> Message => Framed[HeadRoom..];

    /// <summary>How many data points it has.</summary>
    internal int Points { get; private set; }

    /// <summary>Begins with a snapshot, which must not be disposed of until the last message was settled.</summary>
    internal void Begin(MetricsSnapshot snapshot) => throw new NotImplementedException($"{snapshot} {encoding}");

    /// <summary>Writes the next message; false when there is none.</summary>
    internal bool MoveNext() => throw new NotImplementedException();

    /// <summary>The points of the message are the receiver's, or it never wants them: the next delta begins behind them.</summary>
    internal void Settle() => throw new NotImplementedException();
}
