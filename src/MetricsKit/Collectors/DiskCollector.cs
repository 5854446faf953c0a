namespace MetricsKit;

/// <summary>Measures the local disks that this process can see.</summary>
sealed class DiskCollector(SystemMetrics system, IHostFiles files) : ICollector
{
    // The mounts of this process, not of its host: only where the process can go can it measure.
    const string MountTable = "proc/self/mountinfo";

    byte[] _buffer = [];
    byte[] _parsed = [];
    List<string> _mountPoints = [];

    public void Collect()
    {
        foreach (var mountPoint in ReadMountPoints())
        {
            if (files.TryMeasure(mountPoint, out var space))
                system.ObserveDisk(mountPoint, space);
        }
    }

    IReadOnlyList<string> ReadMountPoints()
    {
        if (!files.TryRead(MountTable, ref _buffer, out var length))
            return OperatingSystem.IsLinux() ? [] : PortableMachine.FixedDrives();

        // Mounts hardly ever change, and comparing the table is cheaper than making all its strings again.
        var table = _buffer.AsSpan(0, length);
        if (!table.SequenceEqual(_parsed))
        {
            _mountPoints = ProcMountInfo.LocalMountPoints(table);
            _parsed = table.ToArray();
        }
        return _mountPoints;
    }
}
