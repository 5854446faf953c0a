namespace MetricsKit.Tests.Providers;

/// <summary>One series as a reader of any kind sees it.</summary>
/// <param name="Value">The value of a counter or gauge; of a histogram the number of its measurements.</param>
/// <param name="Sum">The sum of a histogram's measurements.</param>
/// <param name="Buckets">The measurements in each bucket, not cumulative.</param>
/// <param name="Bounds">The upper bounds of the buckets, infinity among them.</param>
sealed record SeenPoint(double Value, double Sum, long[] Buckets, double[] Bounds)
{
    public SeenPoint(double value) : this(value, 0, [], []) { }
}
