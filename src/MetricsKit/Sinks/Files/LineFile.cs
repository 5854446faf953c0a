using Microsoft.Win32.SafeHandles;

namespace MetricsKit;

/// <summary>A file that lines are appended to, a batch at a time: all of a batch or nothing.</summary>
/// <remarks>An error of a sync may have cost pages that the system forgets afterwards, so that a second sync would succeed: such a file is <see cref="IsBroken"/> and never synced again.</remarks>
sealed class LineFile(Disk disk, SinkDirectory directory, SinkFileName name, SafeFileHandle handle, long length) : IDisposable
{
    long _written = length;
    bool _isNameSynced; // by this process: one that was killed may not have come to it

    internal SinkFileName Name { get; } = name;

    internal string Path { get; } = directory.PathOf(name);

    /// <summary>What is written for good: the length of all batches but the one that is being written.</summary>
    internal long Length { get; private set; } = length;

    /// <summary>Whether nothing can be appended any more.</summary>
    internal bool IsBroken { get; private set; }

    /// <summary>What it was when it was opened, to know it again.</summary>
    internal FileIdentity Identity { get; } = disk.Look(handle, directory.PathOf(name));

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        disk.Write(handle, Path, bytes, _written);
        _written += bytes.Length;
    }

    /// <summary>Has what was appended on the disk.</summary>
    internal void Sync() => OrBreak(() => disk.Sync(handle, Path));

    /// <summary>Has the name of the file on the disk, without which its content is not found after a crash of the machine.</summary>
    internal void SyncName()
    {
        if (_isNameSynced) return;
        OrBreak(directory.Sync);
        _isNameSynced = true;
    }

    void OrBreak(Action sync)
    {
        try { sync(); }
        catch
        {
            IsBroken = true;
            throw;
        }
    }

    /// <summary>Whether the path still means this file, as long as it was left: nobody has moved, removed, emptied or prolonged it.</summary>
    internal bool IsInPlace() => disk.Look(Path) is { } there && there.IsSameFileAs(Identity) && there.Length == _written;

    /// <summary>Whether the file has a name at all, and all that was written: one that was moved away keeps it.</summary>
    internal bool IsKept() => disk.Look(handle, Path) is { Links: > 0 } there && there.Length == _written;

    /// <summary>What was appended belongs to the file.</summary>
    internal void Commit() => Length = _written;

    /// <summary>Takes back what was appended; false when it could not be.</summary>
    internal bool TryRollBack()
    {
        try
        {
            disk.Truncate(handle, Length);
            _written = Length;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            IsBroken = true;
            return false;
        }
    }

    public void Dispose() => handle.Dispose();
}
