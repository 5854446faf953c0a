using Microsoft.Win32.SafeHandles;

namespace MetricsKit;

/// <summary>The one door of the file sink to the disk. Every failure is thrown as the system gave it; tests put a failing disk in its place.</summary>
/// <remarks>Linux is what is tested. Elsewhere .NET's own calls do what they can: an error of a flush may be hidden, and who opens a link is told from its name only.</remarks>
class Disk
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a directory that only its owner can enter, unless it is there already.</summary>
    internal virtual void MakeDirectory(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>Makes a file that only its owner can read. What is there already, be it a link, is an error.</summary>
    internal virtual SafeFileHandle Create(string path)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using (new FileStream(path, options)) { } // only a stream makes a file with a mode
        return Open(path);
    }

    /// <summary>Opens a file that is there, to read and write, and follows no link.</summary>
    internal virtual SafeFileHandle Open(string path)
    {
        if (OperatingSystem.IsLinux()) return Posix.Open(path);
        if (new FileInfo(path).LinkTarget is not null) throw new IOException($"'{path}' is a symbolic link, and is not followed.");
        return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
    }

    internal virtual void Write(SafeFileHandle handle, string path, ReadOnlySpan<byte> bytes, long offset)
    {
        try { RandomAccess.Write(handle, bytes, offset); }
        catch (IOException e) { throw new IOException($"write to '{path}' failed: {e.Message}", e) { HResult = e.HResult }; } // .NET does not know the path of what Posix has opened
    }

    internal virtual void Truncate(SafeFileHandle handle, long length) => RandomAccess.SetLength(handle, length);

    /// <summary>Has the content of a file on the disk.</summary>
    internal virtual void Sync(SafeFileHandle handle, string path)
    {
        if (OperatingSystem.IsLinux()) Posix.SyncData(handle, path);
        else
        {
#pragma warning disable RS0030 // It is banned for Linux, where it is not called; elsewhere there is nothing better.
            RandomAccess.FlushToDisk(handle);
#pragma warning restore RS0030
        }
    }

    /// <summary>Has the names of a directory on the disk; elsewhere than on Linux the system does that by itself, or not at all.</summary>
    internal virtual void SyncDirectory(string path)
    {
        if (OperatingSystem.IsLinux()) Posix.SyncDirectory(path);
    }

    internal virtual void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    internal virtual void Delete(string path) => File.Delete(path);

    /// <summary>What a path means at this moment; null: nothing.</summary>
    internal virtual FileIdentity? Look(string path)
    {
        if (OperatingSystem.IsLinux()) return Posix.Look(path);
        FileInfo file = new(path);
        return file.Exists ? new(0, 0, 1, file.Length, file.LinkTarget is null) : null;
    }

    /// <summary>What an open file is at this moment.</summary>
    internal virtual FileIdentity Look(SafeFileHandle handle, string path) =>
        OperatingSystem.IsLinux() ? Posix.Look(handle, path) : new(0, 0, File.Exists(path) ? 1 : 0, RandomAccess.GetLength(handle), IsRegular: true);

    /// <summary>Takes the lock of an open file until its handle is closed; false: somebody else has it.</summary>
    /// <remarks>Elsewhere than on Linux nobody is kept out.</remarks>
    internal virtual bool TryLock(SafeFileHandle handle, string path) => !OperatingSystem.IsLinux() || Posix.TryLock(handle, path);

    /// <summary>Gives the lock back.</summary>
    internal virtual void Unlock(SafeFileHandle handle)
    {
        if (OperatingSystem.IsLinux()) Posix.Unlock(handle);
    }
}
