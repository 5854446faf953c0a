using Xunit;

namespace MetricsKit.Tests.Exporters;

public sealed class ExporterMonitorTests
{
    [Fact]
    public async Task Rounds_OfSlowExports_DoNotDrift()
    {
        await using MonitorRig rig = new();
        var exporter = rig.Start();
        exporter.Act = _ => rig.Pass(3);
        for (int round = 1; round <= 20; round++)
        {
            rig.Pass(round == 1 ? 10 : 7);
            await MonitorRig.UntilAsync(() => exporter.Ledger.Successes == round, "the round is over");
        }
        Assert.Equal(Enumerable.Range(1, 20).Select(static n => n * 10.0), exporter.At);
    }

    [Fact]
    public async Task Rounds_ThatPassedDuringAnother_AreLeftOutAndNotMadeUpFor()
    {
        await using MonitorRig rig = new();
        var exporter = rig.Start(timeout: 60);
        exporter.Act = _ => { if (exporter.Calls == 1) rig.Pass(25); };
        rig.Pass(10);
        await MonitorRig.UntilAsync(() => exporter.Ledger.Successes == 1, "the long round is over");
        rig.Pass(4);
        rig.Pass(1);
        await MonitorRig.UntilAsync(() => exporter.Ledger.Successes == 2, "the next round is over");
        rig.Pass(10);
        await MonitorRig.UntilAsync(() => exporter.Ledger.Successes == 3, "and the one after it");
        Assert.Equal([10, 40, 50], exporter.At);
    }

    [Fact]
    public async Task Exporters_OfOneInterval_ShareASnapshot()
    {
        await using MonitorRig rig = new();
        ScriptedExporter[] exporters = [rig.Start("a"), rig.Start("b"), rig.Start("c")];
        for (int round = 1; round <= 10; round++)
        {
            rig.Job();
            rig.Pass(10);
            await MonitorRig.UntilAsync(() => exporters.All(e => e.Ledger.Successes == round), "all have exported");
        }
        Assert.Equal(10, rig.Reads);
        Assert.All(exporters, static e => Assert.Equal(Enumerable.Range(1, 10).Select(static n => (double)n), e.Totals));
    }

    [Fact]
    public async Task Call_OfAnExporter_IsOnAThreadThatItMayBlock()
    {
        await using MonitorRig rig = new();
        var exporter = rig.Start();
        bool pooled = true;
        exporter.Act = _ => pooled = Thread.CurrentThread.IsThreadPoolThread;
        rig.Pass(10);
        await MonitorRig.UntilAsync(() => exporter.Ledger.Successes == 1, "it has exported");
        Assert.False(pooled);
    }

    [Fact]
    public async Task Failures_OfOneExporter_HarmNoOtherAndAreSaidOnceAnEpisode()
    {
        await using MonitorRig rig = new();
        var (failing, well) = (rig.Start("failing"), rig.Start("well"));
        failing.Act = _ => { if (failing.Calls % 4 != 0) throw new InvalidOperationException("The disk has gone."); };
        for (int round = 1; round <= 8; round++)
        {
            rig.Pass(10);
            await MonitorRig.UntilAsync(() => failing.Ended == round && well.Ended == round, "both have had their round");
        }
        Assert.Equal((2, 6, 0), (failing.Ledger.Successes, failing.Ledger.Failures, failing.Ledger.Timeouts));
        Assert.Equal(8, well.Ledger.Successes);
        Assert.Equal(["Warning", "Information", "Warning", "Information"], rig.Log.All.Select(static l => l.Split(':')[0]));
        Assert.Contains("The exporter failing failed (InvalidOperationException: The disk has gone.)", rig.Log.All[0], StringComparison.Ordinal);
        Assert.Contains("The exporter failing works again after 30 s and 3 failed attempts", rig.Log.All[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hang_OfOneExporter_LeavesTheOthersTheirScheduleAndItselfItsSnapshot()
    {
        await using MonitorRig rig = new();
        var (hanging, well) = (rig.Start("hanging"), rig.Start("well"));
        hanging.Hang();
        for (int round = 1; round <= 20; round++)
        {
            rig.Job();
            rig.Pass(10);
            await MonitorRig.UntilAsync(() => well.Ledger.Successes == round, "the other one has exported");
            if (round == 1) await MonitorRig.UntilAsync(() => hanging.Hung == 1, "the first call hangs");
        }
        Assert.Equal(Enumerable.Range(1, 20).Select(static n => n * 10.0), well.At);
        Assert.Equal(Enumerable.Range(1, 20).Select(static n => (double)n), well.Totals);

        // Two calls are given up, each with its thread and its snapshot; no third is made.
        await rig.PassUntilAsync(() => hanging.Ledger.Timeouts >= 5, "rounds go by without a call");
        Assert.Equal((2, 2), (hanging.Calls, hanging.Hung));
        Assert.Equal(0, hanging.Ledger.Successes + hanging.Ledger.Failures);
        Assert.Single(rig.Log.All, static l => l.Contains("The exporter hanging failed (TimeoutException: no end within 4 s", StringComparison.Ordinal));

        hanging.Heal();
        await MonitorRig.UntilAsync(() => hanging.Hung == 0, "what hung has come back");
        while (hanging.Ledger.Successes < 2)
        {
            // Time stands while a round is under way, or a machine that is slow would make it late.
            var (one, other) = (hanging.Ended, well.Ended);
            rig.Pass(10);
            await MonitorRig.UntilAsync(() => hanging.Ended > one && well.Ended > other, "both have had their round");
        }
        Assert.Equal(1, hanging.Begun[0]);
        Assert.Equal(hanging.Begun.Take(2), hanging.Totals.Take(2).Order()); // what the two held was not written over meanwhile
        Assert.Equal(20, hanging.Totals[^1]);
        Assert.Equal(hanging.Calls - 2, hanging.Ledger.Successes); // what came back late is not counted again
        Assert.Single(rig.Log.All, static l => l.Contains("The exporter hanging works again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Deadline_OfAnExportThatHeedsIt_IsATimeoutAndLeavesNothingHanging()
    {
        await using MonitorRig rig = new();
        var exporter = rig.Start();
        exporter.Act = token =>
        {
            if (exporter.Calls > 3) return;
            token.WaitHandle.WaitOne(Threads.Patience);
            token.ThrowIfCancellationRequested();
        };
        for (int round = 1; round <= 3; round++)
        {
            rig.Pass(round == 1 ? 10 : 6);
            await MonitorRig.UntilAsync(() => exporter.Calls == round, "the call has begun");
            rig.Pass(4);
            await MonitorRig.UntilAsync(() => exporter.Ledger.Timeouts == round, "it has ended at its deadline");
        }
        rig.Pass(6);
        await MonitorRig.UntilAsync(() => exporter.Ledger.Successes == 1, "the fourth round succeeds");
        Assert.Equal((4, 0, 3), (exporter.Calls, exporter.Ledger.Failures, exporter.Ledger.Timeouts));
        Assert.Contains("no end within 4 s)", rig.Log.All[0], StringComparison.Ordinal);
        Assert.Equal(2, rig.Log.All.Count);
    }

    [Fact]
    public async Task Cancellation_ThatAnExporterThrowsByItself_IsAFailureAndEndsNoLoop()
    {
        await using MonitorRig rig = new();
        var exporter = rig.Start();
        exporter.Act = _ => { if (exporter.Calls <= 2) throw new TaskCanceledException("A client of its own was too slow."); };
        for (int round = 1; round <= 3; round++)
        {
            rig.Pass(10);
            await MonitorRig.UntilAsync(() => exporter.Ended == round, "the round is over");
        }
        Assert.Equal((1, 2, 0), (exporter.Ledger.Successes, exporter.Ledger.Failures, exporter.Ledger.Timeouts));
    }

    [Fact]
    public async Task Snapshot_ThatCannotBeTaken_IsAFailureAndEndsNoLoop()
    {
        await using MonitorRig rig = new();
        var exporter = rig.Start();
        rig.Fault = new InvalidOperationException("No snapshot.");
        rig.Pass(10);
        await MonitorRig.UntilAsync(() => exporter.Ledger.Failures == 1, "the round has failed");
        rig.Fault = null;
        rig.Pass(10);
        await MonitorRig.UntilAsync(() => exporter.Ledger.Successes == 1, "the next one has not");
        Assert.Equal([20], exporter.At);
    }

    [Fact]
    public async Task Log_ThatThrows_EndsNoLoop()
    {
        await using MonitorRig rig = new();
        var exporter = rig.Start();
        rig.Log.Fault = new InvalidOperationException("The log is full.");
        exporter.Act = _ => { if (exporter.Calls % 2 == 1) throw new InvalidOperationException("No."); };
        for (int round = 1; round <= 6; round++)
        {
            rig.Pass(10);
            await MonitorRig.UntilAsync(() => exporter.Ended == round, "the round is over");
        }
        Assert.Equal((3, 3), (exporter.Ledger.Successes, exporter.Ledger.Failures));
        Assert.Equal(6, rig.Log.All.Count);
    }
}
