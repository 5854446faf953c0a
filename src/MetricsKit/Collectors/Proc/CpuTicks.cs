namespace MetricsKit;

/// <summary>
/// What one core has done since boot, in clock ticks. Time of guests is inside <paramref name="User"/> and
/// <paramref name="Nice"/> already (proc_stat(5)), so the two guest columns are not read: they would count twice.
/// </summary>
sealed record CpuTicks(
    int Core, long User, long Nice, long System, long Idle, long IoWait, long Irq, long SoftIrq, long Steal);
