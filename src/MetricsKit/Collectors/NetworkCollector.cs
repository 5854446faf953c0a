using System.Text;

namespace MetricsKit;

/// <summary>Reads what the network interfaces have counted.</summary>
sealed class NetworkCollector(SystemMetrics system, IHostFiles files) : ICollector
{
    // Linux allows 15 bytes. A longer name is garbage and is passed over.
    const int MaxNameBytes = 64;

    readonly NetworkTotals _totals = new();
    byte[] _buffer = [];

    public void Collect()
    {
        if (files.TryRead("proc/net/dev", ref _buffer, out var length))
            AddLinuxInterfaces(_buffer.AsSpan(0, length));
        else if (!OperatingSystem.IsLinux())
            AddPortableInterfaces();
        else
            return;

        foreach (var traffic in _totals.Present)
            system.ObserveInterface(traffic.Name, traffic.Received, traffic.Sent);
        if (_totals.HasAny)
            system.ObserveAllInterfaces(_totals.Received, _totals.Sent);
    }

    void AddLinuxInterfaces(ReadOnlySpan<byte> file)
    {
        Span<char> characters = stackalloc char[MaxNameBytes];
        _totals.BeginRound();
        var netDev = new ProcNetDev(file);
        while (netDev.TryRead(out var name, out var received, out var sent))
        {
            if (name.Length <= MaxNameBytes)
                _totals.Add(characters[..Encoding.UTF8.GetChars(name, characters)], received, sent);
        }
    }

    void AddPortableInterfaces()
    {
        _totals.BeginRound();
        foreach (var (name, received, sent) in PortableMachine.NetworkInterfaces())
            _totals.Add(name, received, sent);
    }
}
