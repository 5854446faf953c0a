using System.Buffers.Text;

namespace MetricsKit;

/// <summary>The load of the machine over one, five and fifteen minutes, from <c>/proc/loadavg</c> (proc_loadavg(5)).</summary>
readonly record struct ProcLoadAvg(double OneMinute, double FiveMinutes, double FifteenMinutes)
{
    public static bool TryParse(ReadOnlySpan<byte> file, out ProcLoadAvg load)
    {
        load = default;
        if (!new ProcLines(file).TryNext(out var line))
            return false;

        var fields = new ProcFields(line);
        if (!TryNextLoad(ref fields, out var one) || !TryNextLoad(ref fields, out var five) || !TryNextLoad(ref fields, out var fifteen))
            return false;

        load = new ProcLoadAvg(one, five, fifteen);
        return true;
    }

    // The parser accepts "NaN" and "Infinity"; neither is a load.
    static bool TryNextLoad(ref ProcFields fields, out double load)
    {
        load = 0;
        return fields.TryNext(out var field)
            && Utf8Parser.TryParse(field, out load, out var consumed) && consumed == field.Length
            && double.IsFinite(load) && load >= 0;
    }
}
