using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Sinks.Files;

/// <summary>A file that is on the disk is found only when its name is there too.</summary>
public sealed class FileNameSyncTests : IDisposable
{
    const string First = "metrics-20260101-000001.jsonl", Second = "metrics-20260101-000002.jsonl";

    readonly SinkFolder _folder = new();
    readonly FailingDisk _disk = new();
    readonly TestSamples _samples = new();
    readonly FileSink _sink;

    public FileNameSyncTests() => _sink = Open();

    public void Dispose()
    {
        _sink.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void NewFile_HasItsNameOnTheDiskBeforeItsFirstBatchIsAcknowledged()
    {
        using var sink = Open(o => o.Directory = _folder.PathOf("deeper"));
        Write(sink);
        string deeper = _folder.PathOf("deeper");
        Assert.Equal([deeper, _folder.Path, _folder.Root], _disk.SyncedDirectories); // two were made
        Write(sink);
        Assert.Equal(3, _disk.SyncedDirectories.Count); // once
        File.Delete(Path.Join(deeper, First));
        Write(sink);
        Assert.Equal([deeper], _disk.SyncedDirectories.Skip(3)); // for the second file
    }

    [Fact]
    public void FileThatIsResumed_HasItsNameOnTheDiskAsWell()
    {
        Write(_sink);
        _sink.Dispose();
        _disk.SyncedDirectories.Clear();
        using var next = Open(); // who was killed may not have come to it
        Write(next);
        Assert.Equal([First], _folder.Files());
        Assert.Equal([_folder.Path], _disk.SyncedDirectories);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ErrorOfASyncOfADirectory_CountsLikeOneOfTheFile(bool ofTheParent)
    {
        var batch = new SampleBatch(_samples.Next(20));
        _disk.FailsToSyncDirectory = ofTheParent ? _folder.Root : _folder.Path;
        Assert.Throws<IOException>(() => SinkFolder.Write(_sink, batch));
        _disk.Heal();
        SinkFolder.Write(_sink, batch);
        Assert.Contains(Second, _folder.Files()); // the first is never used again
        Assert.Contains(_folder.Root, _disk.SyncedDirectories);
        _sink.Dispose(); // the first one is empty, and nobody deletes it while it is read
        Assert.Equal(20, _folder.Read().Count);
    }

    FileSink Open(Action<FileSinkOptions>? configure = null) => new(_folder.Options(configure), new FakeTimeProvider(), null, _disk);

    void Write(FileSink sink) => SinkFolder.Write(sink, new SampleBatch(_samples.Next(10)));
}
