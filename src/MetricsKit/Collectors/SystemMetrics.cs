namespace MetricsKit;

/// <summary>
/// The machine: <c>cpu_usage_percent</c>, <c>memory_usage_bytes</c>, <c>memory_total_bytes</c>, <c>disk_usage_bytes</c>,
/// <c>network_bytes_total</c> and <c>system_load</c>. What a platform lacks is absent, never 0.
/// </summary>
/// <remarks>
/// <para>
/// <b>CPU:</b> one series for each <c>core</c> (<c>cpu_0</c> and so on) and <c>type</c>, over the last two samples of a
/// timer. The type <c>total</c> is everything but idle and waiting for input or output; beside it stand its parts
/// <c>user</c>, <c>system</c>, <c>irq</c>, <c>nice</c> and <c>steal</c>, and <c>iowait</c>, which is idle time.
/// There is no series of the whole machine, because it would count twice in an aggregate over cores:
/// <c>avg(cpu_usage_percent{type="total"})</c> is the machine. A sum over types counts twice.
/// </para>
/// <para><b>Memory:</b> <c>used</c> and <c>available</c> add up to <c>memory_total_bytes</c>; caches are available.</para>
/// <para>
/// <b>Disks:</b> local file systems, each once; network file systems are left out because a dead server would hang the
/// read. <c>used</c> is what files occupy and <c>free</c> what an unprivileged process can still write, as in <c>df</c>;
/// what the file system reserves for its administrator is in neither.
/// </para>
/// <para>
/// <b>Network:</b> the counts of the operating system by <c>interface</c>, for interfaces whose bytes no other one counts
/// too: no loopback, bridges, bonds, tunnels, virtual networks and ends of containers. <c>interface="total"</c> is their sum.
/// It keeps the share of an interface that vanishes and goes on when the counter of one starts again, so it never
/// decreases while the process lives. A sum over interfaces must leave it out.
/// </para>
/// </remarks>
public sealed class SystemMetrics : ICatalogMeter
{
    const string AllInterfaces = "total";

    enum CpuType { Total, User, System, IoWait, Irq, Nice, Steal }

    enum MemoryType { Used, Available }

    enum DiskType { Used, Free }

    enum Direction { Sent, Received }

    enum Period { OneMinute, FiveMinutes, FifteenMinutes }

    static class Rows
    {
        // Seven types of 1,024 cores, more than any machine that runs .NET has.
        public static readonly InstrumentDefinition<ObservableGaugeInstrument<string, CpuType>> Cpu =
            Define.ObservableGauge("cpu.usage", "%", "How a core spends its time, by type.", TagKey.Open("core"),
                TagKey.OfMembers<CpuType>("type", "total", "user", "system", "iowait", "irq", "nice", "steal")) with { MaxSeries = 7 * 1024 };

        public static readonly InstrumentDefinition<ObservableGaugeInstrument<MemoryType>> Memory =
            Define.ObservableGauge("memory.usage", "By", "Memory of the machine, used and available.",
                TagKey.OfMembers<MemoryType>("type", "used", "available"));

        public static readonly InstrumentDefinition<ObservableGaugeInstrument> MemoryTotal =
            Define.ObservableGauge("memory.total", "By", "Memory that the machine has.") with { Convention = new("system.memory.limit", "By", 1) { IsUpDown = true } };

        public static readonly InstrumentDefinition<ObservableGaugeInstrument<string, DiskType>> Disk =
            Define.ObservableGauge("disk.usage", "By", "Room on each local disk, used and free.", TagKey.Open("mount_point"),
                TagKey.OfMembers<DiskType>("type", "used", "free"));

        public static readonly InstrumentDefinition<ObservableCounterInstrument<string, Direction>> Network =
            Define.ObservableCounter("network.bytes", "By", "Bytes that each network interface has sent and received.",
                TagKey.Open("interface"), TagKey.OfMembers<Direction>("direction", "sent", "recv"));

        public static readonly InstrumentDefinition<ObservableGaugeInstrument<Period>> Load =
            Define.ObservableGauge("system.load", "1", "Tasks that run or wait to run, averaged over a period.",
                TagKey.OfMembers<Period>("period", "1m", "5m", "15m"));
    }

    /// <inheritdoc/>
    public static MeterDefinition Definition { get; } =
        new("MetricsKit.System", Rows.Cpu, Rows.Memory, Rows.MemoryTotal, Rows.Disk, Rows.Network, Rows.Load) { Group = "System" };

    readonly ObservableGaugeInstrument<string, CpuType> _cpu;
    readonly ObservableGaugeInstrument<MemoryType> _memory;
    readonly ObservableGaugeInstrument _memoryTotal;
    readonly ObservableGaugeInstrument<string, DiskType> _disk;
    readonly ObservableCounterInstrument<string, Direction> _network;
    readonly ObservableGaugeInstrument<Period> _load;

    /// <summary>Creates the instruments of the meter.</summary>
    /// <param name="instruments">The instruments of the host.</param>
    public SystemMetrics(Instruments<SystemMetrics> instruments)
    {
        _cpu = instruments.Create(Rows.Cpu);
        _memory = instruments.Create(Rows.Memory);
        _memoryTotal = instruments.Create(Rows.MemoryTotal);
        _disk = instruments.Create(Rows.Disk);
        _network = instruments.Create(Rows.Network);
        _load = instruments.Create(Rows.Load);
    }

    internal void ObserveCpu(string core, in CpuShares shares)
    {
        _cpu.Observe(shares.Total, core, CpuType.Total);
        _cpu.Observe(shares.User, core, CpuType.User);
        _cpu.Observe(shares.System, core, CpuType.System);
        _cpu.Observe(shares.IoWait, core, CpuType.IoWait);
        _cpu.Observe(shares.Irq, core, CpuType.Irq);
        _cpu.Observe(shares.Nice, core, CpuType.Nice);
        _cpu.Observe(shares.Steal, core, CpuType.Steal);
    }

    internal void ObserveMemory(long? total, long? used, long? available)
    {
        if (total is { } all) _memoryTotal.Observe(all);
        if (used is { } taken) _memory.Observe(taken, MemoryType.Used);
        if (available is { } left) _memory.Observe(left, MemoryType.Available);
    }

    internal void ObserveDisk(string mountPoint, in DiskSpace space)
    {
        _disk.Observe(space.Used, mountPoint, DiskType.Used);
        _disk.Observe(space.Available, mountPoint, DiskType.Free);
    }

    internal void ObserveInterface(string name, double received, double sent)
    {
        _network.Observe(received, name, Direction.Received);
        _network.Observe(sent, name, Direction.Sent);
    }

    internal void ObserveAllInterfaces(double received, double sent) => ObserveInterface(AllInterfaces, received, sent);

    internal void ObserveLoad(in ProcLoadAvg load)
    {
        _load.Observe(load.OneMinute, Period.OneMinute);
        _load.Observe(load.FiveMinutes, Period.FiveMinutes);
        _load.Observe(load.FifteenMinutes, Period.FifteenMinutes);
    }
}
