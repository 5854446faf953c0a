using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace MetricsKit;

/// <summary>
/// Reads <c>/proc/self/mountinfo</c> (proc_pid_mountinfo(5)): the mount points of local disks, each disk once. It is read
/// rather than <c>/proc/mounts</c> because it has the number of the device and the mounted directory, which tell a disk
/// from a second view of it.
/// </summary>
static class ProcMountInfo
{
    sealed record Mount(string Device, bool IsWhole, string MountPoint, bool IsLocal);

    /// <summary>Lists mount points in the order in which the file names their disks first.</summary>
    public static List<string> LocalMountPoints(ReadOnlySpan<byte> file)
    {
        // What is mounted later at the same place hides what was there before, so the last line of a place counts.
        var byPlace = new OrderedDictionary<string, Mount>(StringComparer.Ordinal);
        var lines = new ProcLines(file);
        while (lines.TryNext(out var line))
        {
            if (TryParse(line, out var mount))
                byPlace[mount.MountPoint] = mount;
        }

        var byDevice = new OrderedDictionary<string, Mount>(StringComparer.Ordinal);
        foreach (var mount in byPlace.Values)
        {
            if (mount.IsLocal && (!byDevice.TryGetValue(mount.Device, out var other) || IsBetter(mount, other)))
                byDevice[mount.Device] = mount;
        }
        return byDevice.Values.Select(static mount => mount.MountPoint).ToList();
    }

    // The root is what people ask for; the whole disk is a truer name for it than a bind mount of one directory; and of
    // two bind mounts the shorter path is more likely to be known.
    static bool IsBetter(Mount mount, Mount other)
    {
        if (mount.MountPoint == "/" || other.MountPoint == "/")
            return mount.MountPoint == "/";
        return mount.IsWhole != other.IsWhole ? mount.IsWhole : mount.MountPoint.Length < other.MountPoint.Length;
    }

    // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue: any number of optional fields
    // stands before the dash, which is the only field that is one.
    static bool TryParse(ReadOnlySpan<byte> line, [NotNullWhen(true)] out Mount? mount)
    {
        mount = null;
        var fields = new ProcFields(line);
        if (!fields.TrySkip(2) || !fields.TryNext(out var device) || !fields.TryNext(out var root)
            || !fields.TryNext(out var place) || !fields.TrySkip(1))
            return false;

        ReadOnlySpan<byte> option;
        do
        {
            if (!fields.TryNext(out option))
                return false;
        }
        while (!option.SequenceEqual("-"u8));

        if (!fields.TryNext(out var type) || !fields.TryNext(out var source) || place[0] != (byte)'/')
            return false;

        var mountPoint = Unescape(place);
        mount = new Mount(
            Encoding.UTF8.GetString(device), root.SequenceEqual("/"u8), mountPoint,
            LocalFileSystems.Contains(Encoding.UTF8.GetString(type), Unescape(source), mountPoint));
        return true;
    }

    // The kernel writes blank, tab, newline, backslash and number sign as a backslash and three octal digits.
    static string Unescape(ReadOnlySpan<byte> escaped)
    {
        if (!escaped.Contains((byte)'\\'))
            return Encoding.UTF8.GetString(escaped);

        var bytes = new byte[escaped.Length];
        var length = 0;
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] == '\\' && i + 3 < escaped.Length
                && IsOctal(escaped[i + 1]) && IsOctal(escaped[i + 2]) && IsOctal(escaped[i + 3]))
            {
                bytes[length++] = (byte)(((escaped[i + 1] - '0') << 6) | ((escaped[i + 2] - '0') << 3) | (escaped[i + 3] - '0'));
                i += 3;
            }
            else
            {
                bytes[length++] = escaped[i];
            }
        }
        return Encoding.UTF8.GetString(bytes.AsSpan(0, length));
    }

    static bool IsOctal(byte value) => value is >= (byte)'0' and <= (byte)'7';
}
