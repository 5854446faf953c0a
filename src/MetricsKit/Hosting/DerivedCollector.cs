namespace MetricsKit;

/// <summary>Samples the counters behind rates and ratios.</summary>
sealed class DerivedCollector(InstrumentRegistry registry, DerivedOptions options, TimeProvider time) : ICollector
{
    public TimeSpan? Interval => options.Interval;

    public void Collect()
    {
        long now = time.GetTimestamp();
        foreach (var meter in registry.Meters)
        {
            foreach (var instrument in meter.All)
            {
                if (instrument is DerivedGauge { Exported: true } derived) derived.Sample(now, options.Window, time);
            }
        }
    }
}
