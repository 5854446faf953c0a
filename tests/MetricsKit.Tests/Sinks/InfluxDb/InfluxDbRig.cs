using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace MetricsKit.Tests.Sinks.InfluxDb;

/// <summary>A sink with its options, called as a lane calls it.</summary>
sealed class InfluxDbRig : IDisposable
{
    /// <summary>Far from what any attempt takes; only a test that hangs meets it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    static int _databases;

    public InfluxDbRig(Uri address, Action<InfluxDbSinkOptions>? configure = null, ILogger? logger = null)
    {
        Options = new() { Url = address.ToString(), Database = $"test {Interlocked.Increment(ref _databases)}" };
        configure?.Invoke(Options);
        Assert.Empty(InfluxDbFaults.Of(Options, "Sinks:InfluxDb"));
        Sink = new(Options, logger ?? NullLogger.Instance);
    }

    public InfluxDbSinkOptions Options { get; }

    public InfluxDbSink Sink { get; }

    public string Database => Options.Database;

    /// <summary>One attempt on a thread of its own, since it blocks.</summary>
    public Task WriteAsync(SampleBatch batch, CancellationToken cancellationToken = default) =>
        Task.Factory.StartNew(() => Sink.WriteAsync(batch, cancellationToken).AsTask(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap().WaitAsync(Patience, CancellationToken.None);

    public Task WriteAsync(params Sample[] samples) => WriteAsync(new SampleBatch(samples));

    public void Dispose() => Sink.Dispose();

    public static DateTime Now { get; } = TimeProvider.System.GetUtcNow().UtcDateTime;

    public static Sample[] Samples(SampleSeries series, int count, DateTime? from = null, TimeSpan step = default) =>
        [.. Enumerable.Range(0, count).Select(i => new Sample(series, (from ?? Now) + i * step, i))];
}
