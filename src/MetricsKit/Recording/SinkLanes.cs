using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>Makes the lane that serves a sink.</summary>
static class SinkLanes
{
    /// <summary>The lane owns the sink: it disposes of it after its last batch, within the time that the recorder has to stop.</summary>
    internal static DeliveryLane<SampleBatch> Make(string name, IMetricSink sink, SinkOptions options, TimeProvider time, ILogger logger) =>
        new(name, new(options.QueueSamples, options.QueueBytes, options.Timeout, options.MaxRetryDelay), sink.WriteAsync,
            static e => (e as SamplesRejectedException)?.Rejected, static (batch, reusable) => batch.Release(reusable), time, logger,
            Disposal.Of(sink), noun: "sink " + name);
}
