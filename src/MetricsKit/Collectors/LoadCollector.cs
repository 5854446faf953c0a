namespace MetricsKit;

/// <summary>Reads the load of the machine, which only Linux tells without a native call.</summary>
sealed class LoadCollector(SystemMetrics system, IHostFiles files) : ICollector
{
    byte[] _buffer = [];

    public void Collect()
    {
        if (files.TryRead("proc/loadavg", ref _buffer, out var length) && ProcLoadAvg.TryParse(_buffer.AsSpan(0, length), out var load))
            system.ObserveLoad(load);
    }
}
