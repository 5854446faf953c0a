using System.Buffers;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;

namespace MetricsKit;

/// <summary>A JSON document on its way to a server, in memory that later documents use again.</summary>
sealed class PostedDocument
{
    readonly ArrayBufferWriter<byte> _plain = new(64 * 1024);
    int _compressedLength;

    /// <summary>Writes the snapshot; the content that is returned reads this memory, and is sent once.</summary>
    internal Content Write(MetricsSnapshot snapshot, bool compress)
    {
        _plain.ResetWrittenCount();
        JsonSnapshotWriter.Write(snapshot, _plain);
        if (!compress) return new(_plain.WrittenMemory, null);
        using MemoryStream compressed = new(_compressedLength); // a small part of the document, mostly as long as the last one
        using (GZipStream gzip = new(compressed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(_plain.WrittenSpan);
        _compressedLength = (int)compressed.Length;
        return new(compressed.GetBuffer().AsMemory(0, _compressedLength), "gzip");
    }

    /// <summary>The body of one request, which knows whether it was read to its end: until then the memory is not free.</summary>
    internal sealed class Content : HttpContent
    {
        readonly ReadOnlyMemory<byte> _bytes;
        volatile bool _sent;

        internal Content(ReadOnlyMemory<byte> bytes, string? encoding)
        {
            _bytes = bytes;
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
            if (encoding is not null) Headers.ContentEncoding.Add(encoding);
        }

        internal bool Sent => _sent;

        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            stream.Write(_bytes.Span);
            _sent = true;
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(_bytes).ConfigureAwait(false);
            _sent = true;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _bytes.Length;
            return true;
        }
    }
}
