using System.Text;

namespace MetricsKit.Tests.Collectors;

/// <summary>A machine in memory: what is not set is missing.</summary>
sealed class MemoryHostFiles : IHostFiles
{
    public Dictionary<string, byte[]> Files { get; } = [];

    public Dictionary<string, int> Counts { get; } = [];

    public Dictionary<string, DiskSpace> Disks { get; } = [];

    public string this[string path]
    {
        set => Files[path] = Encoding.UTF8.GetBytes(value);
    }

    public bool TryRead(string path, ref byte[] buffer, out int length)
    {
        length = 0;
        if (!Files.TryGetValue(path, out var content))
            return false;
        if (buffer.Length < content.Length)
            Array.Resize(ref buffer, content.Length);
        content.CopyTo(buffer, 0);
        length = content.Length;
        return true;
    }

    public bool TryCount(string directory, out int entries) => Counts.TryGetValue(directory, out entries);

    public bool TryMeasure(string mountPoint, out DiskSpace space) => Disks.TryGetValue(mountPoint, out space);
}
