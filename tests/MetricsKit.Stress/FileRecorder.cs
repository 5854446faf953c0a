using Microsoft.Extensions.Logging.Abstractions;

namespace MetricsKit.Stress;

/// <summary>A recorder whose only sink writes files, and the series that <see cref="WrittenFiles"/> knows.</summary>
sealed class FileRecorder
{
    FileRecorder(MetricRecorder recorder)
    {
        Recorder = recorder;
        Sequence = recorder.Series("sequence", SampleKind.Gauge, ("check", "a,\"b\""));
    }

    public MetricRecorder Recorder { get; }

    public SampleSeries Sequence { get; }

    public DeliveryLane<SampleBatch> Lane => Recorder.Lanes[0];

    public static FileRecorder Open(FileSinkOptions options, Action<long, long> acknowledged)
    {
        RecorderOptions recording = new() { FlushInterval = TimeSpan.FromMilliseconds(10), FlushSize = 200 };
        AcknowledgingSink sink = new(new FileSink(options, TimeProvider.System), acknowledged);
        return new(new(recording, [SinkLanes.Make("file", sink, options, TimeProvider.System, NullLogger.Instance)], null, TimeProvider.System, NullLogger.Instance));
    }

    public bool Flush(TimeSpan timeout) => Recorder.FlushAsync(timeout).AsTask().GetAwaiter().GetResult();

    public void Stop(TimeSpan budget) => Recorder.StopAsync(budget).GetAwaiter().GetResult();
}
