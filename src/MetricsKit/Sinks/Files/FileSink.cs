using System.Buffers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetricsKit;

/// <summary>Writes samples as lines into files of a directory. A batch is in a file as a whole or not at all; it is acknowledged when it is on the disk.</summary>
/// <remarks>
/// A failure is thrown, and leaves the files as they were before the batch. A write that hangs in the system is waited for by nobody: calls that come
/// meanwhile are refused, and when it did succeed in the end, the batch is known and not written twice.
/// </remarks>
sealed class FileSink : IMetricSink, IDisposable
{
    // Arbitrary: a common batch is a fifth of it, and is rendered before anything is written.
    const int ChunkBytes = 4 << 20;
    const int SliceSamples = 256;

    readonly FileSinkOptions _options;
    readonly SampleLineWriter _writer;
    readonly LineFiles _files;
    readonly Lock _writing = new();
    ArrayBufferWriter<byte> _text = new();

    // The last batch that is on the disk: its call may have been given up meanwhile, and then the very same comes again.
    (SampleBatch? Batch, long First, int Count) _written;
    volatile bool _isDisposed;

    internal FileSink(FileSinkOptions options, TimeProvider time, ILogger? logger = null, Disk? disk = null)
    {
        _options = options;
        if (!SampleLineWriter.TryMake(options.Format, out _writer!)) throw new ArgumentException($"'{options.Format}' is no format of the file sink: there are json and csv.", nameof(options));
        _files = new(options, _writer, time, disk ?? new(), new(logger ?? NullLogger.Instance));
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(SampleBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (!_writing.TryEnter()) throw new IOException($"An earlier write into '{_files.Directory}' has not come back yet: the disk does not answer.");
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            cancellationToken.ThrowIfCancellationRequested();
            if (batch.Count == 0 || _written == (batch, batch.FirstSequence, batch.Count)) return ValueTask.CompletedTask;
            Write(batch, cancellationToken);
            _written = (batch, batch.FirstSequence, batch.Count);
            return ValueTask.CompletedTask;
        }
        finally
        {
            _writing.Exit();
            if (_isDisposed) TryClose();
        }
    }

    /// <summary>Closes the file, now or when a write that hangs comes back.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        TryClose();
    }

    void TryClose()
    {
        if (!_writing.TryEnter()) return;
        try { _files.Dispose(); }
        finally { _writing.Exit(); }
    }

    void Write(SampleBatch batch, CancellationToken cancellationToken)
    {
        const int Tries = 2; // what is taken away twice within one batch is taken away on purpose
        for (int i = 0; i < Tries; i++)
        {
            if (TryWrite(batch, cancellationToken)) return;
            _files.Close();
        }
        throw new IOException($"A file in '{_files.Directory}' was removed, or changed by somebody else, while it was written.");
    }

    /// <summary>False: all went well, but the file is gone.</summary>
    bool TryWrite(SampleBatch batch, CancellationToken cancellationToken)
    {
        LineFile? file = null;
        try
        {
            for (var samples = batch.Samples; !samples.IsEmpty;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                samples = samples[Render(samples)..];
                if (file is null)
                {
                    file = _files.For(_text.WrittenCount);
                    if (file.Length == 0) file.Append(_writer.Header);
                }
                file.Append(_text.WrittenSpan);
            }
            if (_options.Sync) file!.Sync();
            if (!file!.IsKept()) return false;
            if (_options.Sync) file.SyncName();
            file.Commit();
            return true;
        }
        catch
        {
            if (file is not null) _files.GiveBack(file);
            throw;
        }
    }

    /// <summary>Renders samples until there is enough to write; how many they were.</summary>
    int Render(ReadOnlySpan<Sample> samples)
    {
        if (_text.Capacity > 2 * ChunkBytes) _text = new(); // after texts of an unusual length
        _text.ResetWrittenCount();
        int done = 0;
        while (done < samples.Length && _text.WrittenCount < ChunkBytes)
        {
            var slice = samples.Slice(done, Math.Min(SliceSamples, samples.Length - done));
            _writer.Write(slice, _text);
            done += slice.Length;
        }
        return done;
    }
}
