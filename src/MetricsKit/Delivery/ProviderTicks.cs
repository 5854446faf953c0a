namespace MetricsKit;

/// <summary>Spans in the units of a provider's timestamps.</summary>
static class ProviderTicks
{
    internal static long TicksOf(this TimeProvider time, TimeSpan span)
    {
        double ticks = span.TotalSeconds * time.TimestampFrequency;
        return ticks >= long.MaxValue ? long.MaxValue : (long)Math.Ceiling(ticks);
    }
}
