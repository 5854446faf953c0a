namespace MetricsKit;

/// <summary>Measures the time from its start to its disposal and records it into the series it was started on.</summary>
/// <remarks>Meant for <c>using</c>. Disposing a copy again records again.</remarks>
public readonly struct HistogramTimer : IDisposable
{
    readonly HistogramSeries? _series;
    readonly TimeProvider? _time;
    readonly long _started;

    internal HistogramTimer(HistogramSeries series, TimeProvider time)
    {
        _series = series;
        _time = time;
        _started = time.GetTimestamp();
    }

    /// <summary>The time since the start.</summary>
    public TimeSpan Elapsed => _time?.GetElapsedTime(_started) ?? TimeSpan.Zero;

    /// <summary>Records the time since the start.</summary>
    public void Dispose() => _series?.Record(Elapsed);
}
