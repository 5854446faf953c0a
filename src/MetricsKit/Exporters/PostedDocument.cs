using System.Buffers;
using System.IO.Compression;
using System.Net.Http.Headers;

namespace MetricsKit;

/// <summary>A JSON document on its way to a server, in memory that later documents use again.</summary>
sealed class PostedDocument
{
    readonly ArrayBufferWriter<byte> _plain = new(64 * 1024);
    int _compressedLength;

    /// <summary>Writes the snapshot; the content that is returned reads this memory while it is sent.</summary>
    internal HttpContent Write(MetricsSnapshot snapshot, bool compress)
    {
        _plain.ResetWrittenCount();
        JsonSnapshotWriter.Write(snapshot, _plain);
        ReadOnlyMemoryContent content = new(compress ? Compress() : _plain.WrittenMemory);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (compress) content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    ReadOnlyMemory<byte> Compress()
    {
        using MemoryStream compressed = new(_compressedLength); // a small part of the document, mostly as long as the last one
        using (GZipStream gzip = new(compressed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(_plain.WrittenSpan);
        _compressedLength = (int)compressed.Length;
        return compressed.GetBuffer().AsMemory(0, _compressedLength);
    }
}
