using System.Buffers.Binary;
using System.IO.Compression;

namespace MetricsKit;

/// <summary>Replaces a closed file by a compressed copy (gzip, RFC 1952), so that at every moment one of the two is complete under its name.</summary>
static class FileCompression
{
    const int Block = 64 << 10;

    // Header and trailer of an empty gzip file.
    const int LeastLength = 18;

    /// <summary>Compresses a file; false when it was stopped, and everything is as before.</summary>
    internal static bool TryRun(Disk disk, SinkDirectory directory, SinkFileName name, Func<bool> isStopped)
    {
        string path = directory.PathOf(name), half = directory.PathOf(name with { Stage = FileStage.Compressing });
        try
        {
            using var source = disk.Open(path);
            using (FileStream copy = new(disk.Create(half), FileAccess.Write, Block))
            {
                using (GZipStream zip = new(copy, CompressionLevel.Optimal, leaveOpen: true))
                {
                    byte[] block = new byte[Block];
                    long offset = 0;
                    for (int read; (read = RandomAccess.Read(source, block, offset)) > 0; offset += read)
                    {
                        if (isStopped()) throw new OperationCanceledException();
                        zip.Write(block, 0, read);
                    }
                }
                copy.Flush();
                disk.Sync(copy.SafeFileHandle, half); // also where batches are not synced: what goes is the only copy
            }
            disk.Rename(half, directory.PathOf(name with { Stage = FileStage.Compressed }));
            disk.SyncDirectory(directory.Path);
            disk.Delete(path);
            return true;
        }
        catch
        {
            TryDelete(disk, half);
            if (isStopped()) return false;
            throw;
        }
    }

    /// <summary>Whether there is a complete copy of a file of that length: the copy ends with the length of what was compressed.</summary>
    internal static bool IsDone(Disk disk, SinkDirectory directory, SinkFileName name, long length)
    {
        string path = directory.PathOf(name with { Stage = FileStage.Compressed });
        if (disk.Look(path) is not { IsRegular: true, Length: >= LeastLength } copy) return false;
        using var handle = disk.Open(path);
        Span<byte> end = stackalloc byte[sizeof(uint)];
        return RandomAccess.Read(handle, end, copy.Length - end.Length) == end.Length && BinaryPrimitives.ReadUInt32LittleEndian(end) == unchecked((uint)length);
    }

    static void TryDelete(Disk disk, string path)
    {
        try { disk.Delete(path); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { } // the next pass finds it
    }
}
