using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;

namespace MetricsKit;

/// <summary>Writes the text of a snapshot into a response, a segment at a time: no more than one waits for a slow reader.</summary>
sealed class ScrapeBody(PipeWriter to)
{
    /// <summary>Bytes of the text may have reached the reader.</summary>
    internal bool Touched { get; private set; }

    internal async Task WriteAsync(PrometheusTextWriter text, CancellationToken gone)
    {
        while (!text.Done)
        {
            int length = text.Fill(to.GetSpan(PrometheusTextWriter.SegmentSize));
            Touched = true;
            to.Advance(length);
            if (await IsLeftAsync(gone).ConfigureAwait(false)) return;
        }
    }

    internal async Task WriteCompressedAsync(PrometheusTextWriter text, CancellationToken gone)
    {
        byte[] segment = ArrayPool<byte>.Shared.Rent(PrometheusTextWriter.SegmentSize);
        try
        {
            int length = text.Fill(segment);
            Touched = true;
            using (GZipStream gzip = new(new PipeWriterStream(to), CompressionLevel.Fastest))
            {
                gzip.Write(segment, 0, length);
                while (!text.Done)
                {
                    if (await IsLeftAsync(gone).ConfigureAwait(false)) return;
                    length = text.Fill(segment);
                    gzip.Write(segment, 0, length);
                }
            }
            await to.FlushAsync(gone).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(segment);
        }
    }

    async ValueTask<bool> IsLeftAsync(CancellationToken gone)
    {
        var flushed = await to.FlushAsync(gone).ConfigureAwait(false);
        return flushed.IsCompleted || flushed.IsCanceled;
    }
}
