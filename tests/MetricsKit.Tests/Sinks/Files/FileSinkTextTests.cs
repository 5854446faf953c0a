using Xunit;

namespace MetricsKit.Tests.Sinks.Files;

/// <summary>What is said of a disk that fails: where, and no more than is of use.</summary>
public sealed class FileSinkTextTests
{
    [Fact]
    public void ErrorOfAWrite_NamesTheFile()
    {
        if (!OperatingSystem.IsLinux()) return;
        Disk disk = new();
        using var full = disk.Open("/dev/full");
        Assert.Contains("'/dev/full'", Assert.Throws<IOException>(() => disk.Write(full, "/dev/full", [1], 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ClosedFilesOfADirectoryThatHasGone_AreSaidWithoutAStackTrace()
    {
        Delivery.LogLines logger = new();
        FileSinkLog log = new(logger);
        log.CannotTidy("samples", new DirectoryNotFoundException("Could not find 'samples'."));
        log.Tidied("samples");
        log.CannotTidy("samples", new InvalidOperationException("A fault of ours."));
        Assert.Equal([null, null, typeof(InvalidOperationException)], logger.Exceptions.Select(static e => e?.GetType()));
        Assert.Contains("(DirectoryNotFoundException: Could not find 'samples'.)", logger.Lines.First(), StringComparison.Ordinal);
    }
}
