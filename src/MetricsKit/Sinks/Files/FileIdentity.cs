namespace MetricsKit;

/// <summary>What the system says about a file.</summary>
/// <param name="Device">With <paramref name="Inode"/>, which file it is, whatever its name; 0 where the system does not say.</param>
/// <param name="Inode">Its number on the device.</param>
/// <param name="Links">How many names it has; 0: it was removed, and its content goes when it is closed.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="IsRegular">Whether it is a file, and no directory, link, pipe or device.</param>
readonly record struct FileIdentity(ulong Device, ulong Inode, int Links, long Length, bool IsRegular)
{
    internal bool IsSameFileAs(FileIdentity other) => Device == other.Device && Inode == other.Inode;
}
