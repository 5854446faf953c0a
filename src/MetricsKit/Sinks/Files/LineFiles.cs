using Microsoft.Win32.SafeHandles;

namespace MetricsKit;

/// <summary>Which file the next batch goes into: one for each UTC day and size, resumed after a restart, begun anew when the old one cannot be relied on.</summary>
sealed class LineFiles : IDisposable
{
    // Arbitrary: each is a file whose disk refused even to be cut back; a disk that does so more often is not coming back.
    const int MostTorn = 16;

    readonly FileSinkOptions _options;
    readonly SampleLineWriter _writer;
    readonly SinkDirectory _directory;
    readonly ClosedFiles _closed;
    readonly TimeProvider _time;
    readonly Disk _disk;
    readonly FileSinkLog _log;
    readonly List<TornFile> _torn = [];

    LineFile? _current;
    bool _isRepaired;
    DateOnly _day;
    int _number;

    internal LineFiles(FileSinkOptions options, SampleLineWriter writer, TimeProvider time, Disk disk, FileSinkLog log)
    {
        (_options, _writer, _time, _disk, _log) = (options, writer, time, disk, log);
        _directory = new(options.Directory, disk);
        _closed = new(_directory, options, disk, log);
    }

    internal string Directory => _directory.Path;

    /// <summary>The file for a batch of that length.</summary>
    internal LineFile For(long bytes)
    {
        var today = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
        if (_torn.Count > 0) Mend();
        if (_current is { } file)
        {
            if (file.Name.Day == today && HasRoom(file.Length, bytes) && file.IsInPlace()) return file;
            Close();
        }
        if (_directory.Enter()) _isRepaired = false;
        if (!_isRepaired) Repair(today, bytes);
        return _current ??= Begin(today);
    }

    /// <summary>A batch failed in the middle: none of it stays.</summary>
    internal void GiveBack(LineFile file)
    {
        bool isBack = file.TryRollBack();
        if (!file.IsBroken) return;
        if (!isBack && _torn.Count < MostTorn)
        {
            _torn.Add(new(file.Name, file.Path, file.Identity, file.Length));
            file.Dispose();
            _current = null;
        }
        else Close(release: isBack);
    }

    /// <summary>The next batch begins another file.</summary>
    internal void Close(bool release = true)
    {
        if (_current is not { } file) return;
        _current = null;
        file.Dispose();
        if (release) _closed.Release(file.Name);
    }

    public void Dispose()
    {
        _closed.Dispose(); // first: the file that is written is not closed for good, and goes on after a restart
        Mend();
        Close(release: false);
        _directory.Dispose();
    }

    /// <summary>A batch is never split, so that it fails as a whole: one that is longer than a file may be has a file of its own.</summary>
    bool HasRoom(long length, long bytes) => length == 0 || length + bytes <= _options.MaxFileBytes;

    LineFile Begin(DateOnly day)
    {
        if (day != _day) (_day, _number) = (day, _directory.NextNumber(day));
        SinkFileName name = new(day, _number, _writer.Extension, FileStage.Lines);
        for (; _disk.Look(_directory.PathOf(name)) is not null; name = name with { Number = ++_number }) { }
        _closed.Keep(name); // before it is there, so that nobody takes it for a closed one
        try
        {
            var file = Take(name, _disk.Create(_directory.PathOf(name)), 0);
            _number++;
            return file;
        }
        catch
        {
            _closed.Release(name);
            throw;
        }
    }

    LineFile Take(SinkFileName name, SafeFileHandle handle, long length)
    {
        try { return new(_disk, _directory, name, handle, length); }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Puts in order what an earlier process left behind, and goes on with the last file of the day if it has room.</summary>
    void Repair(DateOnly today, long bytes)
    {
        SinkFileName? last = null;
        foreach (var (name, _) in _directory.List())
        {
            if (name.Stage != FileStage.Lines) continue;
            bool isWhole = false;
            try { isWhole = TryRepair(name); }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException) { _log.CannotRepair(_directory.PathOf(name), e); }
            if (!isWhole) _closed.Keep(name); // as it is
            else if (name.Day == today && name.Extension == _writer.Extension) last = name;
        }
        (_day, _number) = (today, _directory.NextNumber(today));
        if (last is { } resumed && resumed.Number == _number - 1) _current = Resume(resumed, bytes);
        _isRepaired = true;
        _closed.Wake();
    }

    /// <summary>Cuts off what is no whole line, or moves a file aside that is not the sink's; false when it is to be left as it is.</summary>
    bool TryRepair(SinkFileName name)
    {
        string path = _directory.PathOf(name);
        using (var handle = _disk.Open(path))
        {
            var file = _disk.Look(handle, path);
            if (file.Links != 1) return false; // under another name it may be anybody's
            if (TornTail.WholeLines(handle, SampleLineWriter.BeginningOf(name.Extension)) is { } whole)
            {
                if (whole == file.Length) return true;
                _disk.Truncate(handle, whole);
                _disk.Sync(handle, path);
                _log.Repaired(path, file.Length - whole);
                return true;
            }
        }
        var aside = name with { Stage = FileStage.Damaged };
        _disk.Rename(path, _directory.PathOf(aside));
        _log.MovedAside(path, _directory.PathOf(aside));
        return true;
    }

    LineFile? Resume(SinkFileName name, long bytes)
    {
        string path = _directory.PathOf(name);
        if (_disk.Look(path) is not { Links: 1, IsRegular: true } there || !HasRoom(there.Length, bytes)) return null;
        _closed.Keep(name);
        return Take(name, _disk.Open(path), there.Length);
    }

    /// <summary>Cuts back, as soon as the disk lets it be done, what it refused to take back.</summary>
    void Mend()
    {
        for (int i = _torn.Count - 1; i >= 0; i--)
        {
            var torn = _torn[i];
            try
            {
                if (_disk.Look(torn.Path) is { } there && there.IsSameFileAs(torn.Identity))
                {
                    using var handle = _disk.Open(torn.Path);
                    if (_disk.Look(handle, torn.Path).IsSameFileAs(torn.Identity)) _disk.Truncate(handle, torn.Length);
                }
                _torn.RemoveAt(i);
                _closed.Release(torn.Name);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException) { } // later
        }
    }

    /// <summary>A file with a part of a batch at its end that was not acknowledged.</summary>
    readonly record struct TornFile(SinkFileName Name, string Path, FileIdentity Identity, long Length);
}
