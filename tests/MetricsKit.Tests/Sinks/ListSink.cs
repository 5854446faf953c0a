namespace MetricsKit.Tests.Sinks;

/// <summary>The simplest sink that keeps every promise.</summary>
class ListSink(ListDestination destination) : IMetricSink
{
    protected ListDestination Destination => destination;

    public virtual ValueTask WriteAsync(SampleBatch batch, CancellationToken cancellationToken)
    {
        List<StoredSample> samples = new(batch.Count);
        foreach (var sample in batch.Samples) samples.Add(StoredSample.Of(sample));
        return destination.StoreAsync(samples, cancellationToken);
    }
}

/// <summary>A rig of a <see cref="ListSink"/>, or of a wrong one.</summary>
sealed class ListRig(Func<ListDestination, IMetricSink> open) : SinkRig
{
    readonly ListDestination _destination = new();

    public override IReadOnlyList<SinkFault> Faults => [ListDestination.Refuses, ListDestination.Tears, ListDestination.Silent, ListDestination.Hangs];

    public override IMetricSink Open() => open(_destination);

    public override ValueTask<IReadOnlyList<StoredSample>> ReadAsync() => ValueTask.FromResult(_destination.Samples);

    public override ValueTask<bool> IsHoldingAsync() => ValueTask.FromResult(_destination.IsHolding);

    public override ValueTask BreakAsync(SinkFault fault)
    {
        _destination.Break(fault);
        return ValueTask.CompletedTask;
    }

    public override ValueTask HealAsync()
    {
        _destination.Break(null);
        return ValueTask.CompletedTask;
    }

    // A failed test must not leave a thread in the destination.
    public override ValueTask DisposeAsync() => HealAsync();
}

public sealed class ListSinkTests : MetricSinkConformance
{
    private protected override SinkRig Make() => new ListRig(static destination => new ListSink(destination));
}
