using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace MetricsKit;

/// <summary>
/// Reads <c>/proc/stat</c> (proc_stat(5)): the ticks of every core that is on line, and the time of boot. The line of the
/// whole machine is left out, because only series per core are exported.
/// </summary>
ref struct ProcStat(ReadOnlySpan<byte> file)
{
    ProcLines _lines = new(file);

    /// <summary>Moves to the next core. Lines that lack one of the eight modes are passed over.</summary>
    public bool TryReadCore([NotNullWhen(true)] out CpuTicks? ticks)
    {
        while (_lines.TryNext(out var line))
        {
            if (TryParseCore(line, out ticks))
                return true;
        }
        ticks = null;
        return false;
    }

    /// <summary>Finds the time of boot, in seconds since 1970.</summary>
    public static bool TryReadBootTime(ReadOnlySpan<byte> file, out long unixSeconds)
    {
        var lines = new ProcLines(file);
        while (lines.TryNext(out var line))
        {
            if (line.StartsWith("btime "u8))
                return new ProcFields(line["btime ".Length..]).TryNextCount(out unixSeconds) && unixSeconds > 0;
        }
        unixSeconds = 0;
        return false;
    }

    static bool TryParseCore(ReadOnlySpan<byte> line, [NotNullWhen(true)] out CpuTicks? ticks)
    {
        ticks = null;
        var fields = new ProcFields(line);
        if (!fields.TryNext(out var name) || !name.StartsWith("cpu"u8)
            || !Utf8Parser.TryParse(name["cpu".Length..], out uint core, out var digits) || digits != name.Length - "cpu".Length
            || core > int.MaxValue)
            return false;

        if (!fields.TryNextCount(out var user) || !fields.TryNextCount(out var nice) || !fields.TryNextCount(out var system)
            || !fields.TryNextCount(out var idle) || !fields.TryNextCount(out var ioWait) || !fields.TryNextCount(out var irq)
            || !fields.TryNextCount(out var softIrq) || !fields.TryNextCount(out var steal))
            return false;

        ticks = new CpuTicks((int)core, user, nice, system, idle, ioWait, irq, softIrq, steal);
        return true;
    }
}
