using System.Text;
using Xunit;

namespace MetricsKit.Tests.Collectors;

public sealed class HostFilesTests : IDisposable
{
    readonly string _root = Directory.CreateTempSubdirectory("metricskit").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void TryRead_FileLargerThanTheBuffer_GrowsIt()
    {
        var content = new string('x', 10_000);
        File.WriteAllText(Path.Combine(_root, "stat"), content);
        byte[] buffer = [];

        Assert.True(new HostFiles(_root).TryRead("proc/stat", ref buffer, out var length));
        Assert.Equal(content, Encoding.UTF8.GetString(buffer.AsSpan(0, length)));
    }

    [Fact]
    public void TryRead_SysRoot_IsTheOtherTree()
    {
        File.WriteAllText(Path.Combine(_root, "x"), "1\n");
        byte[] buffer = [];

        Assert.True(new HostFiles("/nowhere", _root).TryRead("sys/x", ref buffer, out var length));
        Assert.Equal(2, length);
    }

    [Theory]
    [InlineData("proc/missing")]
    [InlineData("proc/directory")]
    [InlineData("proc/directory/deeper/missing")]
    [InlineData("proc/\0")]
    [InlineData("elsewhere")]
    [InlineData("")]
    public void TryRead_NoSuchFile_IsFalse(string path)
    {
        Directory.CreateDirectory(Path.Combine(_root, "directory"));
        var buffer = new byte[1];

        Assert.False(new HostFiles(_root).TryRead(path, ref buffer, out var length));
        Assert.Equal(0, length);
        Assert.False(new HostFiles(_root).TryCount(path + "/nothing", out var entries));
        Assert.Equal(0, entries);
    }

    [Fact]
    public void TryRead_EndlessFile_IsRefused()
    {
        if (!OperatingSystem.IsLinux())
            return;
        byte[] buffer = [];

        Assert.False(new HostFiles("/dev").TryRead("proc/zero", ref buffer, out _));
        Assert.True(buffer.Length <= 4 << 20);
    }

    [Theory]
    [InlineData("/does/not/exist")]
    [InlineData("")]
    [InlineData("\0")]
    public void TryMeasure_NoSuchMountPoint_IsFalse(string mountPoint) =>
        Assert.False(new HostFiles().TryMeasure(mountPoint, out _));

    [Fact]
    public void TryCount_Directory_CountsHiddenEntriesToo()
    {
        File.WriteAllText(Path.Combine(_root, "a"), "");
        File.WriteAllText(Path.Combine(_root, ".b"), "");

        Assert.True(new HostFiles(_root).TryCount("proc/", out var entries));
        Assert.Equal(2, entries);
    }
}
