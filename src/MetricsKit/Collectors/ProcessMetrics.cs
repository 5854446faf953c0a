namespace MetricsKit;

/// <summary>
/// This process, under the names that Prometheus clients share: <c>process_cpu_seconds_total</c>,
/// <c>process_resident_memory_bytes</c>, <c>process_start_time_seconds</c>, <c>process_threads</c> and <c>process_open_fds</c>.
/// </summary>
/// <remarks>
/// CPU time and resident memory exist on every platform, the others on Linux. Nothing is read with
/// <see cref="System.Diagnostics.Process"/>, whose handle count has crashed processes that asked for it for hours.
/// </remarks>
public sealed class ProcessMetrics : ICatalogMeter
{
    static class Rows
    {
        public static readonly InstrumentDefinition<ObservableCounterInstrument> Cpu =
            Define.ObservableCounter("process.cpu", "s", "CPU time that the process has spent in user and kernel mode.");

        public static readonly InstrumentDefinition<ObservableGaugeInstrument> ResidentMemory =
            Define.ObservableGauge("process.resident.memory", "By", "Physical memory that the process holds.") with { Convention = new("process.memory.usage", "By", 1) { IsUpDown = true } };

        public static readonly InstrumentDefinition<ObservableGaugeInstrument> StartTime =
            Define.ObservableGauge("process.start.time", "s", "Start of the process in seconds since 1970 UTC.");

        public static readonly InstrumentDefinition<ObservableGaugeInstrument> Threads =
            Define.ObservableGauge("process.threads", "{thread}", "Threads of the process.") with { Convention = new("process.thread.count", "{thread}", 1) { IsUpDown = true } };

        public static readonly InstrumentDefinition<ObservableGaugeInstrument> OpenFds =
            Define.ObservableGauge("process.open.fds", "{fd}", "File descriptors that the process has open.") with { Convention = new("process.unix.file_descriptor.count", "{file_descriptor}", 1) { IsUpDown = true } };
    }

    /// <inheritdoc/>
    public static MeterDefinition Definition { get; } =
        new("MetricsKit.Process", Rows.Cpu, Rows.ResidentMemory, Rows.StartTime, Rows.Threads, Rows.OpenFds) { Group = "Process" };

    readonly ObservableCounterInstrument _cpu;
    readonly ObservableGaugeInstrument _residentMemory;
    readonly ObservableGaugeInstrument _startTime;
    readonly ObservableGaugeInstrument _threads;
    readonly ObservableGaugeInstrument _openFds;

    /// <summary>Creates the instruments of the meter.</summary>
    /// <param name="instruments">The instruments of the host.</param>
    public ProcessMetrics(Instruments<ProcessMetrics> instruments)
    {
        _cpu = instruments.Create(Rows.Cpu);
        _residentMemory = instruments.Create(Rows.ResidentMemory);
        _startTime = instruments.Create(Rows.StartTime);
        _threads = instruments.Create(Rows.Threads);
        _openFds = instruments.Create(Rows.OpenFds);
    }

    internal void ObserveCpu(TimeSpan time) => _cpu.Observe(time.TotalSeconds);

    internal void ObserveResidentMemory(double bytes) => _residentMemory.Observe(bytes);

    internal void ObserveStartTime(double unixSeconds) => _startTime.Observe(unixSeconds);

    internal void ObserveThreads(long threads) => _threads.Observe(threads);

    internal void ObserveOpenFds(int descriptors) => _openFds.Observe(descriptors);
}
