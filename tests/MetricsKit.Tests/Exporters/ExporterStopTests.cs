using Xunit;

namespace MetricsKit.Tests.Exporters;

public sealed class ExporterStopTests
{
    static readonly TimeSpan Budget = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Stop_BetweenRounds_BringsTheLastTotalsAndDisposesOnce()
    {
        await using MonitorRig rig = new();
        var (one, other) = (rig.Start("one"), rig.Start("other", interval: 3600));
        rig.Job();
        rig.Pass(10);
        await MonitorRig.UntilAsync(() => one.Ledger.Successes == 1, "a round is over");
        rig.Job(); // within the age at which a round shares a snapshot
        await rig.Monitor.StopAsync(Budget).WaitAsync(Threads.Patience);
        await rig.Monitor.StopAsync(Budget).WaitAsync(Threads.Patience);
        await rig.Monitor.DisposeAsync();
        Assert.Equal([1, 2], one.Totals);
        Assert.Equal([2], other.Totals);
        Assert.Equal((1, 1), (one.Disposed, other.Disposed));
        rig.Pass(3600);
        Assert.Equal((2, 1), (one.Calls, other.Calls));
        Assert.Empty(rig.Log.All);
    }

    [Fact]
    public async Task Stop_DuringAnExport_LetsItEndAndMakesTheLastOne()
    {
        await using MonitorRig rig = new();
        var exporter = rig.Start();
        exporter.Hang(); // for a while
        rig.Job();
        rig.Pass(10);
        await MonitorRig.UntilAsync(() => exporter.Hung == 1, "an export is under way");
        rig.Job();
        var stopped = rig.Monitor.StopAsync(Budget);
        exporter.Heal();
        await stopped.WaitAsync(Threads.Patience);
        Assert.Equal([1, 2], exporter.Totals);
        Assert.Equal((2, 1), (exporter.Ledger.Successes, exporter.Disposed));
    }

    [Fact]
    public async Task Stop_WhileOneHangs_LetsTheOthersExportAtOnceAndEndsWithTheBudget()
    {
        await using MonitorRig rig = new();
        var (hanging, well) = (rig.Start("hanging"), rig.Start("well"));
        hanging.Hang();
        rig.Job();
        var stopped = rig.Monitor.StopAsync(Budget);
        await MonitorRig.UntilAsync(() => well.Disposed == 1 && hanging.Hung == 1, "the other one has its last totals");
        Assert.Equal([1], well.Totals);
        rig.Pass(3.9); // its deadline is at 4
        Assert.False(stopped.IsCompleted);
        await rig.PassUntilAsync(() => stopped.IsCompleted, "the monitor has stopped");
        await MonitorRig.UntilAsync(() => hanging.Disposed == 1, "it is disposed of all the same");
        Assert.Equal(1, hanging.Ledger.Timeouts);
        Assert.Single(rig.Log.All, static l => l.Contains("The last totals were not exported by hanging", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stop_WithoutTime_MakesNoExportAndSaysSo()
    {
        await using MonitorRig rig = new();
        var exporter = rig.Start();
        await rig.Monitor.StopAsync(TimeSpan.Zero).WaitAsync(Threads.Patience);
        Assert.Equal((0, 1), (exporter.Calls, exporter.Disposed));
        Assert.Equal("Warning: The last totals were not exported by one before the host stopped. A longer time for the shutdown may save them.", Assert.Single(rig.Log.All));
    }

    [Fact]
    public async Task Stop_WithALastExportThatFails_BlamesNotTheTime()
    {
        await using MonitorRig rig = new();
        rig.Start("one").Act = static _ => throw new InvalidOperationException("No.");
        await rig.Monitor.StopAsync(Budget).WaitAsync(Threads.Patience);
        Assert.Equal("Warning: The last totals were not exported by one before the host stopped: the last export failed.", rig.Log.All[^1]);
    }

    [Fact]
    public async Task Stop_OfAnExportThatTakesLongerThanTheBudget_CancelsIt()
    {
        await using MonitorRig rig = new();
        var exporter = rig.Start(timeout: 600);
        exporter.Act = UntilCancelled;
        rig.Pass(10);
        await MonitorRig.UntilAsync(() => exporter.Calls == 1, "an export is under way");
        var stopped = rig.Monitor.StopAsync(Budget);
        rig.Pass(4.9);
        Assert.False(stopped.IsCompleted);
        await rig.PassUntilAsync(() => stopped.IsCompleted, "the monitor has stopped");
        await MonitorRig.UntilAsync(() => exporter.Disposed == 1, "it is disposed of");
        Assert.Equal((1, 1, 0), (exporter.Calls, exporter.Ledger.Timeouts, exporter.Ledger.Failures));
    }

    [Fact]
    public async Task Stop_WithALastExportThatTakesLongerThanTheBudget_SaysHowLongItHad()
    {
        await using MonitorRig rig = new();
        var exporter = rig.Start(timeout: 600);
        exporter.Act = UntilCancelled;
        var stopped = rig.Monitor.StopAsync(Budget);
        await MonitorRig.UntilAsync(() => exporter.Calls == 1, "the last export is under way");
        await rig.PassUntilAsync(() => stopped.IsCompleted, "the monitor has stopped");
        Assert.Contains("no end within 5 s", rig.Log.All[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disposal_ThatFailsOrHangs_IsSaidAndHoldsUpNobody()
    {
        await using MonitorRig rig = new();
        var (failing, hanging) = (rig.Start("failing"), rig.Start("hanging"));
        using ManualResetEventSlim healed = new();
        failing.ActAtDisposal = static () => throw new InvalidOperationException("No.");
        hanging.ActAtDisposal = () => healed.Wait(Threads.Patience);
        var stopped = rig.Monitor.StopAsync(Budget);
        await MonitorRig.UntilAsync(() => hanging.Disposed == 1, "a disposal hangs");
        await MonitorRig.UntilAsync(() => rig.Log.All.Count == 1, "and another has failed");
        await rig.PassUntilAsync(() => stopped.IsCompleted, "the monitor has stopped");
        healed.Set();
        Assert.Equal((1, 1), (failing.Ledger.Successes, hanging.Ledger.Successes));
        Assert.Single(rig.Log.All, static l => l.Contains("The exporter failing was not closed properly (InvalidOperationException)", StringComparison.Ordinal));
        Assert.Single(rig.Log.All, static l => l.Contains("The exporter hanging was not closed properly (TimeoutException)", StringComparison.Ordinal));
    }

    static void UntilCancelled(CancellationToken token)
    {
        token.WaitHandle.WaitOne(Threads.Patience);
        token.ThrowIfCancellationRequested();
    }
}
