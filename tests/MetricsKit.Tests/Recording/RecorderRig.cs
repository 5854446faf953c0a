using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetricsKit.Tests.Recording;

/// <summary>A recorder with one sink that keeps what it gets.</summary>
sealed class RecorderRig : IAsyncDisposable
{
    public RecorderRig(Action<RecorderOptions>? configure = null, ISampleProcessor? processor = null, IMetricSink? sink = null, Action<SinkOptions>? configureSink = null)
    {
        RecorderOptions options = new() { FlushInterval = TimeSpan.FromHours(1) };
        configure?.Invoke(options);
        SinkOptions served = new();
        configureSink?.Invoke(served);
        Lane = SinkLanes.Make("kept", sink ?? Sink, served, TimeProvider.System, NullLogger.Instance);
        Recorder = new(options, [Lane], SampleProcessorChain.Of(new(), processor is null ? [] : [processor], NullLogger.Instance, TimeProvider.System), TimeProvider.System, NullLogger.Instance);
    }

    public MetricRecorder Recorder { get; }

    public KeepingSink Sink { get; } = new();

    public DeliveryLane<SampleBatch> Lane { get; }

    public double[] Values => [.. Sink.Samples.Select(static s => s.Value)];

    public async Task FlushedAsync() => Xunit.Assert.True(await Recorder.FlushAsync(Threads.Patience));

    public ValueTask DisposeAsync() => Recorder.DisposeAsync();
}

/// <summary>Keeps all samples in the order in which they came.</summary>
sealed class KeepingSink : IMetricSink
{
    readonly ConcurrentQueue<Sample> _samples = new();
    readonly ConcurrentQueue<(long First, int Count)> _batches = new();

    public IReadOnlyCollection<Sample> Samples => _samples;

    public IReadOnlyCollection<(long First, int Count)> Batches => _batches;

    public ValueTask WriteAsync(SampleBatch batch, CancellationToken cancellationToken)
    {
        foreach (var sample in batch.Samples) _samples.Enqueue(sample);
        _batches.Enqueue((batch.FirstSequence, batch.Count));
        return ValueTask.CompletedTask;
    }
}

/// <summary>A step that holds the pump until it is let go.</summary>
sealed class HoldingStep : ISampleProcessor, IDisposable
{
    readonly ManualResetEventSlim _reached = new(), _released = new();

    public void WaitUntilReached() => Xunit.Assert.True(_reached.Wait(Threads.Patience));

    public void Release() => _released.Set();

    public bool Process(ref Sample sample)
    {
        _reached.Set();
        _released.Wait(Threads.Patience);
        return true;
    }

    public void Dispose() => _released.Set();
}
