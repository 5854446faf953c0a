using System.Text;
using Xunit;

namespace MetricsKit.Tests.Collectors.Proc;

public class ProcMountInfoTests
{
    [Fact]
    [Trait("Requirement", "B1-18")]
    public void LocalMountPoints_RealFile_GivesEachLocalDiskOnce() =>
        Assert.Equal(["/", "/data", @"/media/my disk\one", "/tank"], Parse(Samples.MountInfo));

    [Theory]
    [InlineData("nfs")]
    [InlineData("nfs4")]
    [InlineData("cifs")]
    [InlineData("smb3")]
    [InlineData("fuse.sshfs")]
    [InlineData("fuse.anything")]
    [InlineData("9p")]
    [InlineData("ceph")]
    [InlineData("autofs")]
    public void LocalMountPoints_FileSystemThatMayHang_IsNeverMeasured(string type) =>
        Assert.Empty(Parse($"27 1 0:50 / / rw - {type} /dev/root rw\n28 1 0:51 / /mnt rw - {type} host:/x rw\n"));

    [Theory]
    [InlineData("overlay")]
    [InlineData("fuse.fuse-overlayfs")]
    [InlineData("tmpfs")]
    [InlineData("virtiofs")]
    public void LocalMountPoints_RootOfAContainer_IsItsDisk(string type) =>
        Assert.Equal(["/"], Parse($"27 1 0:50 / / rw - {type} {type} rw\n28 1 0:51 / /elsewhere rw - {type} {type} rw\n"));

    [Fact]
    public void LocalMountPoints_FilesThatAnEngineMounts_AreNotDisks() =>
        Assert.Empty(Parse("30 1 8:1 /containers/1/hosts /etc/hosts rw - ext4 /dev/sda1 rw\n31 1 8:1 /x /dev/termination-log rw - ext4 /dev/sda1 rw\n"));

    [Fact]
    public void LocalMountPoints_PlaceMountedOver_IsWhatWasMountedLast() =>
        Assert.Empty(Parse("30 1 8:1 / /data rw - ext4 /dev/sda1 rw\n31 30 0:77 / /data rw - nfs host:/ rw\n"));

    [Fact]
    public void LocalMountPoints_BindMountListedFirst_IsNamedByTheWholeDisk() =>
        Assert.Equal(["/data"], Parse("30 1 8:1 /sub /a rw - ext4 /dev/sda1 rw\n31 1 8:1 / /data rw - ext4 /dev/sda1 rw\n"));

    [Theory]
    [InlineData("")]
    [InlineData("\n\n\n")]
    [InlineData("36 35 98:0 / /mnt rw,noatime master:1 ext3 /dev/root rw\n")]
    [InlineData("36 35 98:0 / mnt rw - ext3 /dev/root rw\n")]
    [InlineData("36 35 98:0 / /mnt rw -\n")]
    public void LocalMountPoints_LineThatIsNone_IsPassedOver(string file) => Assert.Empty(Parse(file));

    [Fact]
    public void LocalMountPoints_FileCutAnywhere_NamesOnlyWholeLines()
    {
        var whole = Parse(Samples.MountInfo);

        foreach (var cut in Garbage.Cuts(Samples.MountInfo))
            Assert.Subset(whole.ToHashSet(), ProcMountInfo.LocalMountPoints(cut).ToHashSet());
    }

    [Fact]
    public void LocalMountPoints_Garbage_GivesAbsolutePaths()
    {
        foreach (var file in Garbage.Files(Samples.MountInfo))
            Assert.All(ProcMountInfo.LocalMountPoints(file), place => Assert.StartsWith("/", place, StringComparison.Ordinal));
    }

    static List<string> Parse(string file) => ProcMountInfo.LocalMountPoints(Encoding.UTF8.GetBytes(file));
}
