using MetricsKit.Testing;

namespace MetricsKit.Tests.Sinks.Files;

/// <summary>A file sink with small files in a folder that can be taken away, and on a disk that can fail.</summary>
sealed class FileRig(string format, bool compress) : SinkRig
{
    readonly SinkFolder _folder = new();
    readonly FailingDisk _disk = new();
    int _removed;

    public override IReadOnlyList<SinkFault> Faults { get; } =
    [
        new("disk full"),
        new("sync fails"),
        new("sync and truncation fail"),
        new("directory is a file"),
        new("directory removed", SinkFaultEffect.MayRecover),
        new("file renamed", SinkFaultEffect.MayRecover),
        new("no descriptors left", SinkFaultEffect.MayRecover),
        new("no permission", SinkFaultEffect.MayRecover),
        new("hangs", SinkFaultEffect.Hangs),
    ];

    public override bool DropsDuplicates => true;

    string Away => Path.Join(_folder.Root, "away");

    // Small files, so that most batches begin another.
    public override IMetricSink Open() => new FileSink(_folder.Options(o => (o.Format, o.MaxFileBytes, o.MaxTotalBytes, o.Compress) = (format, 16 << 10, 1 << 30, compress)), new FakeTimeProvider(), null, _disk);

    public override ValueTask<IReadOnlyList<StoredSample>> ReadAsync() =>
        ValueTask.FromResult<IReadOnlyList<StoredSample>>([.. Enumerable.Range(1, _removed).SelectMany(n => SinkFolder.Read($"{Away}{n}")), .. _folder.Read()]);

    public override ValueTask BreakAsync(SinkFault fault)
    {
        switch (fault.Name)
        {
            case "disk full": _disk.WritesHalf = true; break;
            case "sync fails": _disk.FailsToSync = true; break;
            case "sync and truncation fail": (_disk.FailsToSync, _disk.FailsToTruncate) = (true, true); break;
            case "no descriptors left": _disk.FailsToCreate = true; break;
            case "directory is a file":
                Directory.Move(_folder.Path, Away);
                File.WriteAllText(_folder.Path, "");
                break;
            case "directory removed": Directory.Move(_folder.Path, $"{Away}{++_removed}"); break;
            case "file renamed":
                string removed = $"{Away}{++_removed}";
                Directory.CreateDirectory(removed);
                foreach (string file in _folder.Files()) File.Move(_folder.PathOf(file), Path.Join(removed, file));
                break;
            case "no permission": // root is not stopped by it, and then has nothing to recover from
                if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder.Path, UnixFileMode.None);
                break;
            default: _disk.Hang(); break;
        }
        return ValueTask.CompletedTask;
    }

    public override ValueTask HealAsync()
    {
        _disk.Heal();
        if (Directory.Exists(Away))
        {
            File.Delete(_folder.Path);
            Directory.Move(Away, _folder.Path);
        }
        if (!OperatingSystem.IsWindows() && Directory.Exists(_folder.Path)) File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return ValueTask.CompletedTask;
    }

    public override ValueTask<bool> IsHoldingAsync() => ValueTask.FromResult(_disk.IsHolding);

    public override ValueTask DisposeAsync()
    {
        _disk.Heal();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
