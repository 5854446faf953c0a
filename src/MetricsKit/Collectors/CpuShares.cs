namespace MetricsKit;

/// <summary>How one core spent the time between two samples, in percent. What is missing to 100 is idle.</summary>
/// <param name="Total">Everything but idle and waiting for input or output.</param>
/// <param name="User">Programs, with the time of guests.</param>
/// <param name="System">The kernel.</param>
/// <param name="IoWait">Idle while a disk had work outstanding: not part of <paramref name="Total"/>.</param>
/// <param name="Irq">Hard and soft interrupts.</param>
/// <param name="Nice">Programs of lowered priority.</param>
/// <param name="Steal">Taken by the hypervisor for others.</param>
readonly record struct CpuShares(double Total, double User, double System, double IoWait, double Irq, double Nice, double Steal)
{
    /// <summary>
    /// Compares two samples of one core. There is no answer when no tick has passed or when ticks went backwards, as
    /// they do after the core was unplugged or the process was restored on another machine.
    /// </summary>
    public static bool TryCompute(CpuTicks earlier, CpuTicks later, out CpuShares shares)
    {
        shares = default;
        var user = later.User - earlier.User;
        var nice = later.Nice - earlier.Nice;
        var system = later.System - earlier.System;
        var irq = later.Irq - earlier.Irq;
        var softIrq = later.SoftIrq - earlier.SoftIrq;
        var steal = later.Steal - earlier.Steal;
        if ((user | nice | system | irq | softIrq | steal) < 0)
            return false;

        // The kernel books time over from iowait to idle and back (proc_stat(5): "may decrease in certain conditions"), so
        // only their sum must not shrink. Doubles, because the ticks of a garbage file could overflow a sum of longs.
        var idle = (double)(later.Idle - earlier.Idle);
        var ioWait = (double)(later.IoWait - earlier.IoWait);
        var rest = idle + ioWait;
        var busy = (double)user + nice + system + irq + softIrq + steal;
        var elapsed = busy + rest;
        if (rest < 0 || elapsed <= 0)
            return false;

        shares = new CpuShares(
            Total: Percent(busy, elapsed),
            User: Percent(user, elapsed),
            System: Percent(system, elapsed),
            IoWait: Percent(Math.Clamp(ioWait, 0, rest), elapsed),
            Irq: Percent((double)irq + softIrq, elapsed),
            Nice: Percent(nice, elapsed),
            Steal: Percent(steal, elapsed));
        return true;
    }

    static double Percent(double part, double whole) => Math.Min(100, 100 * (part / whole));
}
