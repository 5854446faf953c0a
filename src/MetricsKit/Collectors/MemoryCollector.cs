namespace MetricsKit;

/// <summary>Reads the memory of the machine; elsewhere than on Linux only how much there is.</summary>
sealed class MemoryCollector(SystemMetrics system, IHostFiles files) : ICollector
{
    byte[] _buffer = [];

    public void Collect()
    {
        if (files.TryRead("proc/meminfo", ref _buffer, out var length))
        {
            var memory = ProcMemInfo.Parse(_buffer.AsSpan(0, length));
            system.ObserveMemory(memory.Total, memory.Used, memory.Available);
        }
        else if (!OperatingSystem.IsLinux())
        {
            system.ObserveMemory(PortableMachine.TotalMemory, used: null, available: null);
        }
    }
}
