using MetricsKit.Tests.Formats;
using Xunit;

namespace MetricsKit.Tests.Exporters;

/// <summary>What every exporter promises. To prove it of one, derive from this and say how its destination breaks and heals.</summary>
public abstract class MetricExporterConformance : IDisposable
{
    static readonly TagKey<string> Type = TagKey.Open("type");
    private protected static readonly InstrumentDefinition<CounterInstrument<string>> Done = Define.Counter("jobs.done", "{job}", "Jobs that are done.", Type) with { MaxSeries = 20 };
    static readonly InstrumentDefinition<HistogramInstrument> Duration = Define.Histogram("job.duration", "s", "Time that a job takes.");

    private protected TextRig Rig { get; } = new("fleet", [("site", "north")], Done, Duration);

    /// <summary>An exporter to the destination; the destination is the test's and stays the same.</summary>
    private protected abstract IMetricExporter Make();

    /// <summary>Fails unless what arrived last is this snapshot, whole and nothing else.</summary>
    private protected abstract void HasArrived(MetricsSnapshot snapshot);

    /// <summary>Whether anything arrived since the last time that this was asked.</summary>
    private protected abstract bool HasAnythingArrived();

    /// <summary>From now on every export fails.</summary>
    private protected abstract void Break();

    /// <summary>The end of <see cref="Break"/>.</summary>
    private protected abstract void Heal();

    /// <summary>From now on an export waits for ever; false when the destination knows no such thing.</summary>
    private protected virtual bool TryHang() => false;

    /// <summary>Whether an export fails while the one before it hangs, rather than overtaking it.</summary>
    private protected virtual bool IsOneAtATime => false;

    [Fact]
    public async Task Export_OfASnapshot_BringsAllThatItHolds()
    {
        var exporter = Make();
        foreach (int round in new[] { 1, 30, 2 }) // a document that is longer than the one before, and a shorter one
        {
            for (int i = 0; i < round; i++) Rig.Make(Done).Add(i + 1, new string((char)('a' + i % 26), i + 1));
            Rig.Make(Duration).Record(round);
            using var snapshot = Rig.Read();
            await ExportAsync(exporter, snapshot);
            HasArrived(snapshot);
        }
        await EndAsync(exporter);
    }

    [Fact]
    public async Task Export_WhileTheDestinationIsBroken_ThrowsAndResumesWithTheNext()
    {
        var exporter = Make();
        for (int episode = 0; episode < 2; episode++)
        {
            using (var before = Rig.Read()) await ExportAsync(exporter, before);
            Break();
            for (int i = 0; i < 3; i++)
            {
                Rig.Make(Done).Add(1, "while broken");
                using var lost = Rig.Read();
                await Assert.ThrowsAnyAsync<Exception>(() => ExportAsync(exporter, lost));
            }
            Heal();
            using var after = Rig.Read();
            await ExportAsync(exporter, after);
            HasArrived(after);
        }
        await EndAsync(exporter);
    }

    [Fact]
    public async Task Export_ThatWasCancelledBefore_BringsNothing()
    {
        var exporter = Make();
        using var snapshot = Rig.Read();
        await ExportAsync(exporter, snapshot);
        Assert.True(HasAnythingArrived());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ExportAsync(exporter, snapshot, new(canceled: true)));
        Assert.False(HasAnythingArrived());
        await ExportAsync(exporter, snapshot);
        HasArrived(snapshot);
        await EndAsync(exporter);
    }

    [Fact]
    public async Task Export_CancelledWhileItHangs_EndsAndTheNextOneDoesNot()
    {
        var exporter = Make();
        if (TryHang())
        {
            using CancellationTokenSource deadline = new();
            using var lost = Rig.Read();
            var hanging = ExportAsync(exporter, lost, deadline.Token);
            HasHung();
            await deadline.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging.WaitAsync(Threads.Patience));
            Heal();
        }
        using var snapshot = Rig.Read();
        await ExportAsync(exporter, snapshot);
        HasArrived(snapshot);
        await EndAsync(exporter);
    }

    [Fact]
    public async Task Export_AfterACallThatWasGivenUp_IsNotSpoiltByItsEnd()
    {
        // The call that hangs is left alone with its snapshot, and ends while the next ones are made or behind them.
        var exporter = Make();
        if (TryHang())
        {
            using CancellationTokenSource late = new();
            using var lost = Rig.Read();
            var hanging = ExportAsync(exporter, lost, late.Token);
            HasHung();
            Heal();
            if (IsOneAtATime)
            {
                var refused = await Assert.ThrowsAnyAsync<Exception>(() => ExportAsync(exporter, lost).WaitAsync(Threads.Patience));
                Assert.Contains("still hangs", refused.Message, StringComparison.Ordinal);
                await late.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging.WaitAsync(Threads.Patience));
            }
            for (int i = 0; i < 3; i++)
            {
                Rig.Make(Done).Add(1, "meanwhile");
                using var snapshot = Rig.Read();
                await ExportAsync(exporter, snapshot);
                HasArrived(snapshot);
                await late.CancelAsync();
            }
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging.WaitAsync(Threads.Patience));
        }
        await EndAsync(exporter);
    }

    [Fact]
    public async Task Dispose_Twice_DoesNothingTheSecondTime()
    {
        var exporter = Make();
        using var snapshot = Rig.Read();
        await ExportAsync(exporter, snapshot);
        await EndAsync(exporter);
        await EndAsync(exporter);
        HasArrived(snapshot);
    }

    public void Dispose()
    {
        Rig.Dispose();
        End();
        GC.SuppressFinalize(this);
    }

    /// <summary>Waits until the export of <see cref="TryHang"/> hangs.</summary>
    private protected virtual void HasHung() { }

    /// <summary>Takes the destination away.</summary>
    private protected abstract void End();

    /// <summary>Calls it on a thread of its own, as the kit does: it may block.</summary>
    private protected static Task ExportAsync(IMetricExporter exporter, MetricsSnapshot snapshot, CancellationToken cancellationToken = default)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try { exporter.ExportAsync(snapshot, cancellationToken).AsTask().GetAwaiter().GetResult(); }
            catch (Exception fault)
            {
                done.SetException(fault);
                return;
            }
            done.SetResult();
        })
        { IsBackground = true }.Start();
        return done.Task;
    }

    private protected static async Task EndAsync(IMetricExporter exporter)
    {
        if (exporter is IAsyncDisposable asynchronous) await asynchronous.DisposeAsync();
        else (exporter as IDisposable)?.Dispose();
    }
}
