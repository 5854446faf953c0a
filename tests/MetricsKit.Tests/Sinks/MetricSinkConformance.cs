using System.Globalization;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Sinks;

/// <summary>What every sink does, wherever it takes samples. A sink's tests derive from this and make a rig, which brings the destination.</summary>
public abstract class MetricSinkConformance
{
    const int MostSamples = 4096; // of a recorder's batch

    /// <summary>A rig with a new, empty destination.</summary>
    private protected abstract SinkRig Make();

    [Fact]
    public async Task WriteAsync_HostileBatch_IsReadBackBitExact()
    {
        await using var run = await BeginAsync();
        await run.WriteAsync(new TestSamples().Hostile(run.Rig));
        await run.VerifyAsync();
    }

    [Fact]
    public async Task WriteAsync_ManyBatches_AreCompleteAndInOrder()
    {
        await using var run = await BeginAsync();
        TestSamples samples = new();
        foreach (int count in new[] { 1, 2, 3, 999, 1, 64, 1000, 7, MostSamples, 1, 500 }) await run.WriteAsync(samples.Next(count));
        await run.VerifyAsync();
    }

    [Fact]
    [Trait("Requirement", "S1-053")]
    public async Task WriteAsync_DestinationBroken_ThrowsAndTheSameBatchAgainLosesNothing()
    {
        await ForEachFaultAsync(static effect => effect != SinkFaultEffect.Hangs, static async (run, fault) =>
        {
            TestSamples samples = new();
            await run.WriteAsync(samples.Next(20));
            await run.Rig.BreakAsync(fault);
            var batch = run.Batch(samples.Next(30));
            for (int i = 0; i < 2 && !batch.Acknowledged; i++) await TryBrokenAsync(run, batch, fault);
            await run.Rig.HealAsync();
            if (!batch.Acknowledged) await run.DeliverAsync(batch);
            await run.WriteAsync(samples.Next(10));
            await run.VerifyAsync();
        });
    }

    [Fact]
    public async Task WriteAsync_MemoryUsedAgainAfterwards_KeepsWhatWasWritten()
    {
        await using var run = await BeginAsync();
        TestSamples samples = new();
        Sample other = new(new("other"), DateTime.UnixEpoch, -1);
        for (int i = 0; i < 3; i++)
        {
            var batch = run.Batch(samples.Next(50));
            await run.DeliverAsync(batch);
            Array.Fill(batch.Lent, other); // what a recorder does with memory that every sink has let go of
        }
        await run.VerifyAsync();
        await run.OpenAsync(); // so that what a sink had kept for later is written as well
        await run.VerifyAsync();
    }

    [Fact]
    public async Task WriteAsync_CancelledBefore_NeverSwallows()
    {
        await using var run = await BeginAsync();
        TestSamples samples = new();
        await run.WriteAsync(samples.Next(5));
        var batch = run.Batch(samples.Next(50));
        await run.TryAsync(batch, new CancellationToken(canceled: true)); // it throws or it completes
        if (!batch.Acknowledged) await run.DeliverAsync(batch);
        await run.WriteAsync(samples.Next(5));
        await run.VerifyAsync();
    }

    [Fact]
    public async Task WriteAsync_CancelledDuring_NeverSwallows()
    {
        await using var run = await BeginAsync();
        TestSamples samples = new();
        for (int i = 0; i < 20; i++)
        {
            using CancellationTokenSource deadline = new();
            var batch = run.Batch(samples.Next(200));
            var attempt = run.TryAsync(batch, deadline.Token);
            // A little later each time, so that it falls into different steps of the write.
            Thread.SpinWait(i * 500);
            await deadline.CancelAsync();
            await attempt;
            if (!batch.Acknowledged) await run.DeliverAsync(batch);
        }
        await run.VerifyAsync();
    }

    [Fact]
    [Trait("Requirement", "S1-053")]
    public async Task WriteAsync_EmptyBatch_IsANoOp()
    {
        await using var run = await BeginAsync();
        TestSamples samples = new();
        await run.WriteAsync();
        await run.WriteAsync(samples.Next(3));
        await run.WriteAsync();
        await run.WriteAsync(samples.Next(3));
        await run.VerifyAsync();
    }

    [Fact]
    public async Task Open_AfterDispose_ContinuesWhereItWas()
    {
        await using var run = await BeginAsync();
        TestSamples samples = new();
        for (int i = 0; i < 3; i++)
        {
            await run.WriteAsync(samples.Next(40));
            await run.WriteAsync(samples.Next(1));
            await run.OpenAsync();
        }
        await run.WriteAsync(samples.Next(5));
        await run.CloseAsync();
        await run.VerifyAsync();
    }

    [Fact]
    public async Task Dispose_Twice_IsDisposedOnce()
    {
        await using var run = await BeginAsync();
        await run.CloseAsync(times: 2); // before its first batch
        await run.OpenAsync();
        await run.WriteAsync(new TestSamples().Next(5));
        await run.CloseAsync(times: 2);
        await run.VerifyAsync();
    }

    [Fact]
    public async Task Dispose_DestinationBroken_EndsAndLosesNothingAcknowledged()
    {
        await ForEachFaultAsync(static effect => effect is SinkFaultEffect.Throws or SinkFaultEffect.MayRecover, static async (run, fault) =>
        {
            TestSamples samples = new();
            await run.WriteAsync(samples.Next(20));
            await run.Rig.BreakAsync(fault);
            await TryBrokenAsync(run, run.Batch(samples.Next(30)), fault);
            await run.CloseAsync();
            await run.Rig.HealAsync();
            await run.OpenAsync();
            await run.WriteAsync(samples.Next(10));
            await run.VerifyAsync();
        });
    }

    [Fact]
    public async Task WriteAsync_AnyCulture_IsReadBackBitExact()
    {
        await using SinkRun run = new(Make());
        TestSamples samples = new();
        var before = CultureInfo.CurrentCulture;
        try
        {
            foreach (string name in Cultures.Names)
            {
                CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(name); // flows with the call to the sink's thread
                await run.OpenAsync();
                await run.WriteAsync(samples.Hostile(run.Rig));
            }
            await run.CloseAsync();
        }
        finally { CultureInfo.CurrentCulture = before; }
        await run.VerifyAsync();
    }

    [Fact]
    public async Task WriteAsync_OldCallStillHangs_CorruptsNothing()
    {
        await ForEachFaultAsync(static effect => effect == SinkFaultEffect.Hangs, static async (run, fault) =>
        {
            TestSamples samples = new();
            await run.WriteAsync(samples.Next(20));
            await run.Rig.BreakAsync(fault);
            var batch = run.Batch(samples.Next(30));
            using CancellationTokenSource deadline = new();
            var abandoned = run.TryAsync(batch, deadline.Token);
            await run.HeldAsync(fault);
            await deadline.CancelAsync();
            var second = run.TryAsync(batch); // the old one still hangs; that it was cancelled must not harm this one
            // A sink that answers while the old call hangs does so now; one that waits for the old call is not waited for.
            await Task.WhenAny(second, second.WaitAsync(TimeSpan.FromMilliseconds(100)));
            await run.Rig.HealAsync();
            await Task.WhenAll(abandoned, second);
            if (!batch.Acknowledged) await run.DeliverAsync(batch);
            await run.WriteAsync(samples.Next(10));
            await run.VerifyAsync();
        });
    }

    [Fact]
    public async Task WriteAsync_OldCallComesBackToLife_CorruptsNothing()
    {
        await using var run = await BeginAsync();
        TestSamples samples = new();
        for (int i = 0; i < 30; i++)
        {
            // What the call that was given up on still does, while the batch is tried again.
            var batch = run.Batch(samples.Next(300));
            var (old, again) = (run.TryAsync(batch), run.TryAsync(batch));
            await Task.WhenAll(old, again);
            if (!batch.Acknowledged) await run.DeliverAsync(batch);
        }
        await run.VerifyAsync();
        await run.OpenAsync();
        await run.WriteAsync(samples.Next(10));
        await run.VerifyAsync();
    }

    async Task<SinkRun> BeginAsync()
    {
        SinkRun run = new(Make());
        await run.OpenAsync();
        return run;
    }

    // Each with a destination of its own; the message of a failure says which fault it was.
    async Task ForEachFaultAsync(Func<SinkFaultEffect, bool> wanted, Func<SinkRun, SinkFault, Task> test)
    {
        IReadOnlyList<SinkFault> faults;
        await using (var rig = Make()) faults = [.. rig.Faults.Where(f => wanted(f.Effect))];
        foreach (var fault in faults)
        {
            await using var run = await BeginAsync();
            try { await test(run, fault); }
            catch (Exception failure) { throw new SinkConformanceException($"With {fault}: {failure.Message}", failure); }
        }
    }

    static async Task TryBrokenAsync(SinkRun run, SinkJournal.Entry batch, SinkFault fault)
    {
        using CancellationTokenSource deadline = new();
        var attempt = run.TryAsync(batch, deadline.Token);
        if (fault.Effect == SinkFaultEffect.Stalls)
        {
            await run.HeldAsync(fault);
            await deadline.CancelAsync();
        }
        var thrown = await attempt;
        if (thrown is SamplesRejectedException) throw new SinkConformanceException("The sink gave up samples for good that the destination never saw.", thrown);
        if (thrown is null && fault.Effect != SinkFaultEffect.MayRecover) throw new SinkConformanceException("The sink returned, which says that it has the batch.");
    }
}
