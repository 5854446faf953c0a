namespace MetricsKit;

/// <summary>Finds what is wrong with the options of the recorder, of what serves a sink, and of when an exporter runs.</summary>
static class DeliveryFaults
{
    internal static IEnumerable<string> Of(MetricsKitOptions options) =>
    [
        .. Of(options.Recorder, "MetricsKit:Recorder"),
        .. options.Processing.Faults("MetricsKit:Processing"),
        .. Of(options.Sinks.Instruments, "MetricsKit:Sinks:Instruments"),
        .. options.Sinks.Instruments.Faults("MetricsKit:Sinks:Instruments"),
        .. Of(options.Sinks.File, "MetricsKit:Sinks:File"),
        .. options.Sinks.File?.Faults("MetricsKit:Sinks:File") ?? [],
        .. Of(options.Sinks.InfluxDb, "MetricsKit:Sinks:InfluxDb"),
        .. options.Sinks.InfluxDb is { } influxDb ? InfluxDbFaults.Of(influxDb, "MetricsKit:Sinks:InfluxDb") : [],
        .. Of(options.Sinks.Log, "MetricsKit:Sinks:Log"),
        .. options.Sinks.Log?.Faults("MetricsKit:Sinks:Log") ?? [],
    ];

    static IEnumerable<string> Of(RecorderOptions o, string path)
    {
        if (o.BlockSize is < SampleProducer.FirstSize or > 1 << 16) yield return $"{path}:BlockSize is {o.BlockSize}: it must be {SampleProducer.FirstSize} to 65,536 samples.";
        if (o.Capacity is < 1024 or > 1 << 28) yield return $"{path}:Capacity is {o.Capacity}: it must be 1,024 to 268,435,456 samples.";
        else if (o.BlockSize > o.Capacity / 4) yield return $"{path}:BlockSize is {o.BlockSize}: it must be at most a quarter of Capacity, {o.Capacity}, or a few threads use it up.";
        if (o.FlushSize < 1 || o.FlushSize > o.Capacity) yield return $"{path}:FlushSize is {o.FlushSize}: it must be 1 to Capacity, {o.Capacity}.";
        if (!IsWithin(o.FlushInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1))) yield return $"{path}:FlushInterval is {o.FlushInterval:c}: it must be 10 ms to one hour.";
        if (!IsWithin(o.ClockResolution, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1))) yield return $"{path}:ClockResolution is {o.ClockResolution:c}: it must be 1 ms to one second.";
        if (o.MaxSeries < 1) yield return $"{path}:MaxSeries is {o.MaxSeries}: it must be at least 1.";
        if (!IsWithin(o.ShutdownTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(5))) yield return $"{path}:ShutdownTimeout is {o.ShutdownTimeout:c}: it must be 0 to 5 minutes.";
    }

    /// <summary>Of a sink's queue, deadline and retries; null: the sink is off.</summary>
    internal static IEnumerable<string> Of(SinkOptions? o, string path)
    {
        if (o is null) yield break;
        if (o.QueueSamples < 1024) yield return $"{path}:QueueSamples is {o.QueueSamples}: it must be at least 1,024.";
        if (o.QueueBytes < 1 << 16) yield return $"{path}:QueueBytes is {o.QueueBytes}: it must be at least 65,536.";
        if (!IsWithin(o.Timeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(10))) yield return $"{path}:Timeout is {o.Timeout:c}: it must be 10 ms to 10 minutes.";
        if (!IsWithin(o.MaxRetryDelay, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1))) yield return $"{path}:MaxRetryDelay is {o.MaxRetryDelay:c}: it must be 10 ms to one hour.";
    }

    static bool IsWithin(TimeSpan time, TimeSpan least, TimeSpan most) => time >= least && time <= most;
}
