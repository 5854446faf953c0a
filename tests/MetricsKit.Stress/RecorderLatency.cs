using System.Diagnostics;
using System.Globalization;

namespace MetricsKit.Stress;

/// <summary>How long calls took: counts by 32 ns up to 2 ms, and the longest.</summary>
sealed class RecorderLatency
{
    const int Step = 32, Steps = 1 << 16;

    readonly long[] _counts = new long[Steps];
    long _calls, _longest;

    public void Add(long ticks)
    {
        long nanoseconds = ticks * (1_000_000_000 / Stopwatch.Frequency);
        _counts[Math.Min(nanoseconds / Step, Steps - 1)]++;
        _calls++;
        _longest = Math.Max(_longest, nanoseconds);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"p50 {At(0.5)}, p99.9 {At(0.999)}, longest {_longest:N0} ns of {_calls:N0} calls, clock included");

    string At(double share)
    {
        long before = 0;
        for (int i = 0; i < Steps; i++)
        {
            before += _counts[i];
            if (before >= share * _calls) return string.Create(CultureInfo.InvariantCulture, $"{(i == Steps - 1 ? ">" : "<=")} {(i + 1) * Step:N0} ns");
        }
        return "none";
    }
}
