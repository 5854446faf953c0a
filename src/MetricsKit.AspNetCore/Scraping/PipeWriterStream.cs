using System.IO.Pipelines;

namespace MetricsKit;

/// <summary>Lets a compressor write into a pipe without flushing it: one flush a segment keeps a slow reader's backpressure, one a buffer would only cost.</summary>
sealed class PipeWriterStream(PipeWriter to) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var room = to.GetSpan();
            int length = Math.Min(room.Length, buffer.Length);
            buffer[..length].CopyTo(room);
            to.Advance(length);
            buffer = buffer[length..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // The pipe is flushed by whoever awaits it.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
