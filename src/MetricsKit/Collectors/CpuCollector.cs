using System.Globalization;

namespace MetricsKit;

/// <summary>
/// Reads how busy the cores are. A percentage needs two points in time, so this runs on a timer of its own: all readers
/// between two ticks get the same answer, and none shortens the time that another one's answer stands for.
/// </summary>
sealed class CpuCollector(SystemMetrics system, IHostFiles files, TimeSpan? interval = null) : ICollector
{
    /// <summary>Long enough to smooth single bursts of 10 ms ticks, short enough for every usual scrape to see a new value.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(5);

    readonly Dictionary<int, string> _labels = [];
    Dictionary<int, CpuTicks> _earlier = [];
    Dictionary<int, CpuTicks> _later = [];
    byte[] _buffer = [];

    public TimeSpan? Interval { get; } = interval ?? DefaultInterval;

    public void Collect()
    {
        // After a failed read the samples of before stay: the next answer stands for a longer time and is still right.
        if (!files.TryRead("proc/stat", ref _buffer, out var length))
            return;

        (_earlier, _later) = (_later, _earlier);
        _later.Clear();
        var stat = new ProcStat(_buffer.AsSpan(0, length));
        while (stat.TryReadCore(out var ticks))
        {
            _later[ticks.Core] = ticks;
            if (_earlier.TryGetValue(ticks.Core, out var earlier) && CpuShares.TryCompute(earlier, ticks, out var shares))
                system.ObserveCpu(LabelOf(ticks.Core), shares);
        }
    }

    string LabelOf(int core)
    {
        if (!_labels.TryGetValue(core, out var label))
            _labels[core] = label = string.Create(CultureInfo.InvariantCulture, $"cpu_{core}");
        return label;
    }
}
