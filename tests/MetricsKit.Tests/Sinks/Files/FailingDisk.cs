using Microsoft.Win32.SafeHandles;

namespace MetricsKit.Tests.Sinks.Files;

/// <summary>The real disk, but for the calls that a test has fail.</summary>
sealed class FailingDisk : Disk
{
    const int NoSpace = 28, InputOutput = 5, TooManyOpen = 24;

    readonly object _gate = new();
    bool _hangs;

    /// <summary>Writes half of it, as a full disk does, and fails.</summary>
    public volatile bool WritesHalf;

    public volatile bool FailsToSync;

    /// <summary>The directory whose names do not come onto the disk.</summary>
    public volatile string? FailsToSyncDirectory;

    public volatile bool FailsToTruncate;

    public volatile bool FailsToCreate;

    /// <summary>Runs between a write and its sync.</summary>
    public Action? BeforeSync { get; set; }

    /// <summary>Runs before a file gets another name.</summary>
    public Action? BeforeRename { get; set; }

    /// <summary>Runs with each path that was looked at, and what was seen.</summary>
    public Action<string, long>? Looked { get; set; }

    public volatile int Syncs;

    /// <summary>The directories whose names were brought onto the disk, in order.</summary>
    public List<string> SyncedDirectories { get; } = [];

    /// <summary>Whether a call is inside a disk that does not answer.</summary>
    public volatile bool IsHolding;

    public void Hang()
    {
        lock (_gate) _hangs = true;
    }

    public void Heal()
    {
        WritesHalf = FailsToSync = FailsToTruncate = FailsToCreate = IsHolding = false;
        FailsToSyncDirectory = null;
        lock (_gate)
        {
            _hangs = false;
            Monitor.PulseAll(_gate);
        }
    }

    internal override SafeFileHandle Create(string path) => FailsToCreate ? throw new IOException("Too many open files", TooManyOpen) : base.Create(path);

    internal override void Write(SafeFileHandle handle, string path, ReadOnlySpan<byte> bytes, long offset)
    {
        if (!WritesHalf)
        {
            base.Write(handle, path, bytes, offset);
            return;
        }
        base.Write(handle, path, bytes[..(bytes.Length / 2)], offset);
        throw new IOException("No space left on device", NoSpace);
    }

    internal override void Truncate(SafeFileHandle handle, long length)
    {
        if (FailsToTruncate) throw new IOException("Input/output error", InputOutput);
        base.Truncate(handle, length);
    }

    internal override void Sync(SafeFileHandle handle, string path)
    {
        lock (_gate)
        {
            IsHolding = _hangs;
            while (_hangs) Monitor.Wait(_gate);
        }
        BeforeSync?.Invoke();
        Interlocked.Increment(ref Syncs);
        if (FailsToSync) throw new IOException("Input/output error", InputOutput);
        base.Sync(handle, path);
    }

    internal override void SyncDirectory(string path)
    {
        if (path == FailsToSyncDirectory) throw new IOException("Input/output error", InputOutput);
        base.SyncDirectory(path);
        lock (_gate) SyncedDirectories.Add(path);
    }

    internal override void Rename(string from, string to)
    {
        BeforeRename?.Invoke();
        base.Rename(from, to);
    }

    internal override FileIdentity? Look(string path)
    {
        var seen = base.Look(path);
        if (seen is { } file) Looked?.Invoke(path, file.Length);
        return seen;
    }
}
