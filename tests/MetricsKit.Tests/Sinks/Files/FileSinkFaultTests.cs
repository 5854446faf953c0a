using System.Globalization;
using MetricsKit.Testing;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace MetricsKit.Tests.Sinks.Files;

/// <summary>What a failing disk, and strangers in the directory, can do: nothing but make the sink throw for a while.</summary>
public sealed class FileSinkFaultTests : IDisposable
{
    const string First = "metrics-20260101-000001.jsonl", Second = "metrics-20260101-000002.jsonl";

    readonly SinkFolder _folder = new();
    readonly FailingDisk _disk = new();
    readonly TestSamples _samples = new();
    readonly List<Sample> _written = [];
    readonly FileSink _sink;
    long _sequence;

    public FileSinkFaultTests() => _sink = Open();

    public void Dispose()
    {
        _disk.Heal();
        _sink.Dispose();
        _folder.Dispose();
    }

    [Fact]
    [Trait("Requirement", "S1-052")]
    public void FullDisk_InTheMiddleOfABatch_LeavesNothingOfIt()
    {
        Write(_sink, 10);
        byte[] before = File.ReadAllBytes(_folder.PathOf(First));
        var batch = Batch(50);
        _disk.WritesHalf = true;
        for (int i = 0; i < 3; i++) Assert.Throws<IOException>(() => Write(_sink, batch));
        Assert.Equal(before, File.ReadAllBytes(_folder.PathOf(First)));
        _disk.Heal();
        Write(_sink, batch);
        Write(_sink, 10);
        Assert.Equal([First], _folder.Files()); // nothing was wrong with the file
        AssertAllThere();
    }

    [Fact]
    public void FullDisk_ForTheFirstBatchOfAFile_LeavesAnEmptyFileThatGoesOn()
    {
        using var csv = Open(static o => o.Format = "csv");
        _sink.Dispose();
        var batch = Batch(50);
        _disk.WritesHalf = true;
        Assert.Throws<IOException>(() => Write(csv, batch));
        Assert.Equal(0, new FileInfo(_folder.PathOf("metrics-20260101-000001.csv")).Length);
        _disk.Heal();
        Write(csv, batch);
        AssertAllThere(); // the header once
    }

    [Fact]
    public void ErrorOfASync_IsNoticedAndTheFileNeverSyncedAgain()
    {
        Write(_sink, 10);
        var batch = Batch(20);
        _disk.FailsToSync = true;
        Assert.Throws<IOException>(() => Write(_sink, batch));
        Assert.Equal([First], _folder.Files());
        _disk.Heal();
        Write(_sink, batch);
        Assert.Equal([First, Second], _folder.Files());
        AssertAllThere(); // and none twice
    }

    [Fact]
    public void FileThatCannotBeCutBack_IsCutBackAsSoonAsItCan()
    {
        Write(_sink, 10);
        long before = new FileInfo(_folder.PathOf(First)).Length;
        var batch = Batch(20);
        (_disk.WritesHalf, _disk.FailsToTruncate) = (true, true);
        Assert.Throws<IOException>(() => Write(_sink, batch));
        _disk.WritesHalf = false;
        Write(_sink, batch);
        Assert.Equal([First, Second], _folder.Files());
        Assert.True(new FileInfo(_folder.PathOf(First)).Length > before); // torn, and known to be
        _disk.Heal();
        Write(_sink, 5);
        AssertAllThere();
    }

    [Fact]
    public void FileRemovedWhileItIsWritten_IsBegunAnewWithTheBatch()
    {
        Write(_sink, 10);
        _disk.BeforeSync = () =>
        {
            _disk.BeforeSync = null;
            File.Delete(_folder.PathOf(First));
        };
        _written.Clear(); // the user has deleted them
        Write(_sink, 20);
        AssertAllThere();
    }

    [Fact]
    public void FileRemovedEachTime_IsSaid()
    {
        _disk.BeforeSync = () => { foreach (string file in _folder.Files()) File.Delete(_folder.PathOf(file)); };
        var batch = Batch(20);
        Assert.Contains("removed", Assert.Throws<IOException>(() => Write(_sink, batch)).Message, StringComparison.Ordinal);
        _disk.BeforeSync = null;
        Write(_sink, batch);
        AssertAllThere();
    }

    [Fact]
    public void FileRenamedWhileItIsWritten_KeepsTheBatchAndTheNextBeginsAnother()
    {
        _disk.BeforeSync = () =>
        {
            _disk.BeforeSync = null;
            File.Move(_folder.PathOf(First), Path.Join(_folder.Root, "rotated"));
        };
        Write(_sink, 20);
        var first = Formats.SampleLines.Json(SinkFolder.ReadAll(Path.Join(_folder.Root, "rotated")));
        Write(_sink, 10);
        Assert.Equal(_written.Select(StoredSample.Of), [.. first, .. _folder.Read()]);
    }

    [Fact]
    public void FileEmptiedByAnother_IsLeftAndTheNextBegun()
    {
        Write(_sink, 10);
        File.WriteAllBytes(_folder.PathOf(First), []); // what logrotate's copytruncate does
        _written.Clear();
        Write(_sink, 5);
        Assert.Equal(Second, _folder.Files()[^1]);
        AssertAllThere(); // no hole in front of the lines
    }

    [Fact]
    public void DirectoryRemoved_IsMadeAgain()
    {
        Write(_sink, 10);
        Directory.Delete(_folder.Path, recursive: true);
        _written.Clear();
        Write(_sink, 5);
        AssertAllThere();
        using var other = Open();
        Assert.Throws<IOException>(() => Write(other, Batch(1))); // the new one is the sink's alone as well
    }

    [Fact]
    public void SecondSink_OnADirectory_IsToldAndTakesOverWhenTheFirstHasGone()
    {
        Write(_sink, 10);
        using var other = Open();
        var batch = Batch(5);
        var refused = Assert.Throws<IOException>(() => Write(other, batch));
        Assert.Contains("Another file sink", refused.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, refused.Message, StringComparison.Ordinal);
        Write(_sink, 3);
        _sink.Dispose();
        Write(other, batch);
        Assert.Equal(_written.Select(static s => s.Value).Order(), _folder.Read().Select(static s => s.Value).Order());
    }

    /// <summary>Between a fork and its exec a child has a copy of every open file, and with it of the lock.</summary>
    [Fact]
    public void SinkThatHasGone_WhileAProcessIsBeingStarted_LeavesTheDirectoryFree()
    {
        Write(_sink, 10);
        string held = Directory.EnumerateFileSystemEntries("/proc/self/fd").Single(fd => new FileInfo(fd).LinkTarget == Path.Join(_folder.Path, "metrics.lock"));
        using SafeFileHandle copy = new(Duplicate(int.Parse(Path.GetFileName(held), CultureInfo.InvariantCulture)), ownsHandle: true);
        Assert.False(copy.IsInvalid);
        _sink.Dispose();
        using var next = Open();
        Write(next, 5);
        AssertAllThere();
    }

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "dup")]
    [System.Runtime.InteropServices.DefaultDllImportSearchPaths(System.Runtime.InteropServices.DllImportSearchPath.SafeDirectories)]
    static extern nint Duplicate(int file);

    [Fact]
    public async Task WriteThatHungAndCameBack_IsKnownAndNotWrittenTwice()
    {
        Write(_sink, 10);
        var batch = Batch(20);
        _disk.Hang();
        var hung = Task.Factory.StartNew(() => Write(_sink, batch), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Eventually.BecomesAsync(() => _disk.IsHolding, Threads.Patience, "the write hangs");
        Assert.Contains("has not come back", Assert.Throws<IOException>(() => Write(_sink, batch)).Message, StringComparison.Ordinal);
        _disk.Heal();
        await hung;
        int syncs = _disk.Syncs;
        Write(_sink, batch);
        Assert.Equal(syncs, _disk.Syncs); // there was nothing to do
        Write(_sink, 5);
        AssertAllThere();
    }

    [Fact]
    public async Task Dispose_WhileAWriteHangs_WaitsForNobodyAndClosesWhenItComesBack()
    {
        Write(_sink, 10);
        var batch = Batch(20);
        _disk.Hang();
        var hung = Task.Factory.StartNew(() => Write(_sink, batch), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Eventually.BecomesAsync(() => _disk.IsHolding, Threads.Patience, "the write hangs");
        _sink.Dispose();
        using FileSink next = new(_folder.Options(), new FakeTimeProvider()); // on a disk that answers
        Assert.Throws<IOException>(() => Write(next, Batch(0, 1))); // the directory is still in use
        _disk.Heal();
        await hung;
        Write(next, 5);
        Assert.Throws<ObjectDisposedException>(() => Write(_sink, Batch(0, 1)));
        AssertAllThere();
    }

    [Fact]
    public void Batch_ThatComesAgainAsAnotherObject_IsAnotherBatch()
    {
        // Who tests or wraps a sink may number each of his batches from 0.
        var samples = _samples.Next(3);
        Write(_sink, new SampleBatch(samples));
        Write(_sink, new SampleBatch(samples));
        Assert.Equal(6, _folder.Read().Count);
    }

    [Fact]
    public async Task FileThatWasEmptyWhenItWasListed_IsNotTakenForWasteWhenItIsClosed()
    {
        using ManualResetEventSlim isThere = new();
        using var sink = Open(static o => (o.Compress, o.MaxFileBytes) = (true, 4096));
        bool isDone = false;
        _disk.BeforeRename = () => isThere.Wait(Threads.Patience); // the closed file's pass ends, and lists again, when there is an empty one
        _disk.Looked = (path, length) =>
        {
            if (length > 0 || isDone || !isThere.IsSet || !path.EndsWith("000002.jsonl", StringComparison.Ordinal)) return;
            isDone = true;
            for (int i = 0; i < 3; i++) Write(sink, 25); // it is written, and closed
        };
        Write(sink, 25);
        var batch = Batch(0, 25);
        _disk.WritesHalf = true;
        Assert.Throws<IOException>(() => Write(sink, batch)); // the second file is empty
        _disk.WritesHalf = false;
        isThere.Set();
        await Eventually.BecomesAsync(() => _folder.Files().Count(static f => f.EndsWith(".gz", StringComparison.Ordinal)) == 3, Threads.Patience, "three files are closed and compressed");
        AssertAllThere();
    }

    [Fact]
    public void SyncOff_NeverSyncs()
    {
        using var sink = Open(o => (o.Sync, o.Directory) = (false, _folder.PathOf("unsynced")));
        Write(sink, 10);
        Assert.Equal(0, _disk.Syncs);
        Assert.Empty(_disk.SyncedDirectories);
        Assert.Equal(10, SinkFolder.Read(_folder.PathOf("unsynced")).Count);
    }

    FileSink Open(Action<FileSinkOptions>? configure = null) => new(_folder.Options(configure), new FakeTimeProvider(), null, _disk);

    SampleBatch Batch(int count) => Batch(count, count);

    // Only those that are expected to arrive in the end are remembered.
    SampleBatch Batch(int remembered, int count)
    {
        var samples = _samples.Next(count);
        SampleBatch batch = new(samples, _sequence);
        _sequence += count;
        _written.AddRange(samples[..remembered]);
        return batch;
    }

    void Write(FileSink sink, int count) => Write(sink, Batch(count));

    static void Write(FileSink sink, SampleBatch batch) => SinkFolder.Write(sink, batch);

    void AssertAllThere() => Assert.Equal(_written.Select(StoredSample.Of), _folder.Read());
}
