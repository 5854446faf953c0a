namespace MetricsKit;

/// <summary>
/// The one door to the machine. Nothing behind it throws: what cannot be read is answered with <see langword="false"/>,
/// so a masked <c>/proc</c> or a missing permission makes series absent and never stops a host.
/// </summary>
interface IHostFiles
{
    /// <summary>Reads a whole small file into a buffer that the caller keeps and this call may grow.</summary>
    /// <param name="path">A path without a leading slash that begins with <c>proc/</c> or <c>sys/</c>.</param>
    /// <param name="buffer">Holds the content afterwards; its bytes past <paramref name="length"/> are stale.</param>
    /// <param name="length">The number of bytes read, or 0.</param>
    bool TryRead(string path, ref byte[] buffer, out int length);

    /// <summary>Counts the entries of a directory, such as <c>proc/self/fdinfo</c>.</summary>
    bool TryCount(string directory, out int entries);

    /// <summary>Measures the file system that is mounted at a mount point of this process.</summary>
    bool TryMeasure(string mountPoint, out DiskSpace space);
}
