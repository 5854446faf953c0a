namespace MetricsKit;

/// <summary>
/// Decides which file systems are disks of this machine. A list of what is taken rather than of what is refused: a kind
/// that nobody thought of is absent, where measuring it could hang on a server that does not answer.
/// </summary>
static class LocalFileSystems
{
    /// <param name="type">The kind, such as <c>ext4</c>.</param>
    /// <param name="source">What is mounted, such as <c>/dev/sda1</c>.</param>
    /// <param name="mountPoint">Where it is mounted.</param>
    public static bool Contains(string type, string source, string mountPoint)
    {
        if (IsRemote(type) || IsImage(type) || IsHiddenPlace(mountPoint))
            return false;

        // The root of a container is an overlay and that of a live system is memory: it is what "/" means there. The same
        // kinds elsewhere are the layers of other containers and memory that is reported as memory.
        return mountPoint == "/" || source.StartsWith("/dev/", StringComparison.Ordinal) || IsLocalWithoutDevice(type);
    }

    // Asked even where the source looks like a device: a machine that boots from the network mounts "/dev/root" by nfs.
    // Every fuse but fuseblk (a block device) may wait for a user's program, and that for a server.
    static bool IsRemote(string type) =>
        type is "9p" or "afs" or "autofs" or "beegfs" or "ceph" or "cifs" or "coda" or "glusterfs" or "gpfs" or "lustre"
            or "ncpfs" or "nfs" or "nfs4" or "ocfs2" or "orangefs" or "smb2" or "smb3" or "smbfs" or "fuse"
        || (type.StartsWith("fuse.", StringComparison.Ordinal) && type != "fuse.fuse-overlayfs");

    // Read-only images are always full, which would look like a disk that needs help.
    static bool IsImage(string type) => type is "cramfs" or "erofs" or "iso9660" or "romfs" or "squashfs" or "udf";

    static bool IsLocalWithoutDevice(string type) =>
        type is "bcachefs" or "btrfs" or "jffs2" or "ubifs" or "yaffs2" or "zfs";

    // Container engines mount single files of the host's disk at the three paths in /etc.
    static bool IsHiddenPlace(string mountPoint) =>
        mountPoint is "/etc/hostname" or "/etc/hosts" or "/etc/resolv.conf"
        || mountPoint.StartsWith("/dev/", StringComparison.Ordinal)
        || mountPoint.StartsWith("/proc/", StringComparison.Ordinal)
        || mountPoint.StartsWith("/sys/", StringComparison.Ordinal);
}
