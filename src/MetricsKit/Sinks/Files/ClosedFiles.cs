namespace MetricsKit;

/// <summary>Compresses files that are closed, deletes the oldest past the size that the sink may have, and what a killed process left of such work.</summary>
/// <remarks>
/// A thread of its own does it, so that no batch waits for it. It works from what is in the directory, so that a crash at any point is made good by the next
/// pass: a compressed copy is complete, and on the disk, before it gets its name, and only then the original goes.
/// </remarks>
sealed class ClosedFiles : IDisposable
{
    /// <summary>Most files, whatever their size: arbitrary, so that listing them takes milliseconds.</summary>
    internal const int MaxFiles = 10_000;

    // A compression looks whether it should stop many times in this time.
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    readonly SinkDirectory _directory;
    readonly FileSinkOptions _options;
    readonly Disk _disk;
    readonly FileSinkLog _log;

    readonly Lock _guard = new();
    readonly HashSet<SinkFileName> _inUse = [];
    readonly AutoResetEvent _work = new(false);
    Thread? _thread;
    volatile bool _isStopped;

    internal ClosedFiles(SinkDirectory directory, FileSinkOptions options, Disk disk, FileSinkLog log) => (_directory, _options, _disk, _log) = (directory, options, disk, log);

    /// <summary>That file is not closed: it is written, or to be left alone.</summary>
    internal void Keep(SinkFileName name)
    {
        lock (_guard) _inUse.Add(name);
    }

    /// <summary>That file is closed.</summary>
    internal void Release(SinkFileName name)
    {
        lock (_guard) _inUse.Remove(name);
        Wake();
    }

    /// <summary>There may be something to do.</summary>
    internal void Wake()
    {
        if (_isStopped) return;
        if (_thread is null)
        {
            _thread = new Thread(Loop) { IsBackground = true, Name = "MetricsKit closed files", Priority = ThreadPriority.BelowNormal };
            _thread.Start();
        }
        _work.Set();
    }

    /// <summary>Stops soon. What it was doing is done by the next process.</summary>
    public void Dispose()
    {
        if (_isStopped) return;
        _isStopped = true;
        _work.Set();
        if (_thread?.Join(_patience) != false) _work.Dispose();
    }

    void Loop()
    {
        while (!_isStopped)
        {
            _work.WaitOne();
            try
            {
                while (!_isStopped && Tidy()) { }
                _log.Tidied(_directory.Path);
            }
            catch (Exception e) // whatever it is: the loop ends when it is told to
            {
                _log.CannotTidy(_directory.Path, e);
            }
        }
    }

    /// <summary>One pass; true when there may be more to do.</summary>
    bool Tidy()
    {
        var files = _directory.List();
        // Listed first: what was in use then and is not now is closed, and what was begun since is in use now.
        HashSet<SinkFileName> inUse;
        lock (_guard) inUse = [.. _inUse];
        long written = files.Where(f => inUse.Contains(f.Name)).Sum(static f => f.Length);
        files.RemoveAll(f => inUse.Contains(f.Name) || TryDeleteWaste(f.Name, f.Length));
        DeleteOldest(files, _options.MaxTotalBytes - Math.Max(written, _options.MaxFileBytes));
        if (!_options.Compress) return false;
        bool any = false;
        foreach (var (name, _) in files)
        {
            if (_isStopped || name.Stage != FileStage.Lines) continue;
            any |= FileCompression.TryRun(_disk, _directory, name, () => _isStopped);
        }
        return any;
    }

    /// <summary>Deletes what is of no use: half a copy, a file without a line, and an original whose copy is complete.</summary>
    bool TryDeleteWaste(SinkFileName name, long length)
    {
        bool isWaste = name.Stage == FileStage.Compressing
            || name.Stage == FileStage.Lines && (length == 0 || FileCompression.IsDone(_disk, _directory, name, length));
        if (isWaste) _disk.Delete(_directory.PathOf(name));
        return isWaste;
    }

    void DeleteOldest(List<(SinkFileName Name, long Length)> files, long room)
    {
        long total = files.Sum(static f => f.Length);
        int gone = 0;
        for (; gone < files.Count && (total > room || files.Count - gone >= MaxFiles); gone++)
        {
            _disk.Delete(_directory.PathOf(files[gone].Name));
            total -= files[gone].Length;
        }
        files.RemoveRange(0, gone);
    }
}
