using System.Security;

namespace MetricsKit;

/// <summary>The real machine, through two roots that a container can point at the host's trees.</summary>
sealed class HostFiles(string procRoot = "/proc", string sysRoot = "/sys") : IHostFiles
{
    // Arbitrary: far above the largest of these files seen (the mount table of a host with ten thousand mounts is about
    // 3 MB), so that a root pointed at something endless costs memory once and is then refused.
    const int MaxBytes = 4 << 20;
    const int FirstBytes = 4096;

    const string ProcPrefix = "proc/";
    const string SysPrefix = "sys/";

    static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    public bool TryRead(string path, ref byte[] buffer, out int length)
    {
        length = 0;
        try
        {
            var fullPath = Resolve(path);

            // Asked first because a masked tree is a steady state: without this every round would throw and catch.
            if (!File.Exists(fullPath))
                return false;

            using var handle = File.OpenHandle(fullPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return TryFill(handle, ref buffer, out length);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            length = 0;
            return false;
        }
    }

    public bool TryCount(string directory, out int entries)
    {
        entries = 0;
        try
        {
            var fullPath = Resolve(directory);
            if (!Directory.Exists(fullPath))
                return false;
            entries = Directory.EnumerateFileSystemEntries(fullPath, "*", Everything).Count();
            return true;
        }
        catch (Exception e) when (IsRefusal(e))
        {
            return false;
        }
    }

    public bool TryMeasure(string mountPoint, out DiskSpace space)
    {
        space = default;
        try
        {
            var drive = new DriveInfo(mountPoint);
            space = new DiskSpace(drive.TotalSize, drive.TotalFreeSpace, drive.AvailableFreeSpace);
            return space.IsPlausible;
        }
        catch (Exception e) when (IsRefusal(e))
        {
            return false;
        }
    }

    // The size of a proc file is reported as 0, so the only way to know the end is to read up to it.
    static bool TryFill(Microsoft.Win32.SafeHandles.SafeFileHandle handle, ref byte[] buffer, out int length)
    {
        length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                if (length >= MaxBytes)
                {
                    length = 0;
                    return false;
                }
                Array.Resize(ref buffer, Math.Clamp(buffer.Length * 2, FirstBytes, MaxBytes));
            }

            var read = RandomAccess.Read(handle, buffer.AsSpan(length), length);
            if (read == 0)
                return true;
            length += read;
        }
    }

    string Resolve(string path) =>
        path.StartsWith(ProcPrefix, StringComparison.Ordinal) ? Path.Join(procRoot, path.AsSpan(ProcPrefix.Length))
        : path.StartsWith(SysPrefix, StringComparison.Ordinal) ? Path.Join(sysRoot, path.AsSpan(SysPrefix.Length))
        : throw new ArgumentException("A path of the machine begins with proc/ or sys/.", nameof(path));

    static bool IsRefusal(Exception e) =>
        e is IOException or UnauthorizedAccessException or SecurityException or ArgumentException or NotSupportedException;
}
