using Microsoft.Win32.SafeHandles;

namespace MetricsKit;

/// <summary>The directory of a file sink, which it has for itself as long as it holds the lock.</summary>
sealed class SinkDirectory(string path, Disk disk) : IDisposable
{
    const string LockName = "metrics.lock";

    // Where directories were made whose names may not be on the disk yet.
    readonly HashSet<string> _parents = [];
    SafeFileHandle? _lock;

    internal string Path { get; } = System.IO.Path.GetFullPath(path);

    internal string PathOf(SinkFileName name) => System.IO.Path.Join(Path, name.ToString());

    /// <summary>Has the directory there, and for this sink alone.</summary>
    /// <returns>Whether it is another one than before: at first, and when somebody took it away.</returns>
    /// <exception cref="IOException">It cannot be made, or somebody else has it.</exception>
    internal bool Enter()
    {
        string path = System.IO.Path.Join(Path, LockName);
        if (_lock is not null && disk.Look(path) is { } there && there.IsSameFileAs(disk.Look(_lock, path))) return false;
        for (string at = Path; System.IO.Path.GetDirectoryName(at) is { } parent && disk.Look(at) is null; at = parent) _parents.Add(parent);
        disk.MakeDirectory(Path);
        Dispose();
        var handle = disk.Look(path) is null ? disk.Create(path) : disk.Open(path);
        try
        {
            if (!disk.TryLock(handle, path)) throw new IOException($"Another file sink writes into '{Path}': give each host a directory of its own.");
        }
        catch
        {
            handle.Dispose();
            throw;
        }
        _lock = handle;
        return true;
    }

    /// <summary>Has the names of the files on the disk, and that of the directory when it was made here.</summary>
    internal void Sync()
    {
        disk.SyncDirectory(Path);
        foreach (string parent in _parents) disk.SyncDirectory(parent);
        _parents.Clear();
    }

    /// <summary>The files of the sink, the oldest first. Links, pipes and whatever has other names are none of its business.</summary>
    internal List<(SinkFileName Name, long Length)> List()
    {
        List<(SinkFileName Name, long Length)> files = [];
        foreach (string entry in Directory.EnumerateFileSystemEntries(Path, "metrics-*"))
        {
            if (SinkFileName.TryParse(System.IO.Path.GetFileName(entry), out var name) && disk.Look(entry) is { IsRegular: true } file) files.Add((name, file.Length));
        }
        files.Sort(static (one, other) => one.Name.CompareTo(other.Name));
        return files;
    }

    /// <summary>A number that no file of the day has.</summary>
    internal int NextNumber(DateOnly day)
    {
        int last = 0;
        foreach (string entry in Directory.EnumerateFileSystemEntries(Path, "metrics-*"))
        {
            if (SinkFileName.TryParse(System.IO.Path.GetFileName(entry), out var name) && name.Day == day) last = Math.Max(last, name.Number);
        }
        return last + 1;
    }

    /// <summary>Lets others have it.</summary>
    public void Dispose()
    {
        if (_lock is null) return;
        disk.Unlock(_lock);
        _lock.Dispose();
        _lock = null;
    }
}
