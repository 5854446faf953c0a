using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;

namespace MetricsKit;

/// <summary>The body of a request, which knows whether any of it was given to a connection.</summary>
sealed class OtlpContent : HttpContent
{
    readonly ReadOnlyMemory<byte> _bytes;
    volatile bool _hasBegun;

    internal OtlpContent(ReadOnlyMemory<byte> bytes, string mediaType)
    {
        _bytes = bytes;
        Headers.ContentType = new MediaTypeHeaderValue(mediaType);
    }

    /// <summary>Whether the server may have got some of it.</summary>
    internal bool HasBegun => _hasBegun;

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _hasBegun = true;
        stream.Write(_bytes.Span);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _hasBegun = true;
        return stream.WriteAsync(_bytes, cancellationToken).AsTask();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _bytes.Length;
        return true;
    }
}
