using System.Collections.Concurrent;

namespace MetricsKit.Stress;

/// <summary>Threads that record a little and die, tasks on a pool that changes, blocks that idle while others want their room, recorders that end before their threads.</summary>
static class RecorderThreads
{
    const int AtOnce = 8;

    // Only a run in which a sample stays away meets it.
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    public static void Run(StressLedger ledger, Effort effort)
    {
        RunFirst(ledger, effort);
        RunEntering(ledger, effort);
        RunShortLives(ledger, effort);
        RunPool(ledger, effort);
        foreach (var policy in (OverloadPolicy[])[OverloadPolicy.DropNewest, OverloadPolicy.DropOldest]) RunIdle(ledger, effort, policy);
        RunRecorders(ledger, effort);
    }

    /// <summary>A recorder's very first sample, recorded while its pump is still falling asleep: it comes without anybody asking.</summary>
    static void RunFirst(StressLedger ledger, Effort effort)
    {
        int recorders = effort.Of(400, 8_000);
        Lanes.Together(AtOnce, lane =>
        {
            for (int i = 0; i < recorders / AtOnce && ledger.Wrong == 0; i++) First(ledger, pause: (i + lane) % 100 * 20);
        });
        ledger.Says("recorders whose first sample came", recorders);
    }

    static void First(StressLedger ledger, int pause)
    {
        using ManualResetEventSlim came = new();
        RecorderSink sink = new("first", ledger, 1) { Before = (_, _) => came.Set() };
        RecorderRig rig = new(ledger, Quick(), new(), sink);
        RecorderWriter writer = new(rig.Series, 0);
        Thread.SpinWait(pause);
        writer.Record();
        if (!came.Wait(_patience)) ledger.Complain("the first sample of a recorder did not come by itself");
        rig.Stop(RecorderRig.Patience);
        if (sink.Taken != 1) ledger.Complain($"{sink.Taken} samples of 1");
    }

    /// <summary>A thread enters just when the last one has left and the pump is about to sleep without end: its sample comes by itself.</summary>
    static void RunEntering(StressLedger ledger, Effort effort)
    {
        int threads = effort.Of(3_000, 50_000);
        RecorderSink sink = new("entering", ledger, threads);
        RecorderRig rig = new(ledger, new() { FlushInterval = TimeSpan.FromMilliseconds(1) }, Roomy(), sink);
        RecorderWriter[] writers = [.. Enumerable.Range(0, threads).Select(i => new RecorderWriter(rig.Series, i))];
        for (int i = 0; i < threads && ledger.Wrong == 0; i++)
        {
            var writer = writers[i];
            Lanes.Once(() =>
            {
                if (!SpinWait.SpinUntil(() => rig.Recorder.Producers.Length == 0, _patience)) ledger.Complain($"sample {writer.Number} of an entering thread did not come by itself");
                for (int wait = writer.Number % 400 * 20; wait > 0 && rig.Recorder.Producers.Length == 0; wait--) { } // a nanosecond or so each: every moment of the pump's way to sleep
                writer.Record();
            });
        }
        ledger.Says("threads that entered an empty recorder", threads);
        Finish(ledger, rig, writers, "entering");
    }

    static void RunShortLives(StressLedger ledger, Effort effort)
    {
        int lives = effort.Of(8_000, 80_000) / AtOnce;
        RecorderSink sink = new("short lives", ledger, lives * AtOnce);
        RecorderRig rig = new(ledger, Quick(), Roomy(), sink);
        RecorderWriter[] writers = [.. Enumerable.Range(0, lives * AtOnce).Select(i => new RecorderWriter(rig.Series, i))];
        Lanes.Run(AtOnce, lives, (lane, life) => writers[lane * lives + life].Record(1 + life * 7 % 100));
        ledger.Says("short lives", writers.Length);
        ledger.Says("refused: dead threads kept the room until a round", writers.Sum(static w => w.Refused));
        Finish(ledger, rig, writers, "short lives");
        ledger.Equals("threads that the recorder still knows", rig.Recorder.Producers.Length, 0);
    }

    /// <summary>Each task is a writer of its own; the pool's threads are many, few, and others.</summary>
    static void RunPool(StressLedger ledger, Effort effort)
    {
        int tasks = effort.Of(20_000, 500_000);
        RecorderSink sink = new("pool", ledger, tasks);
        RecorderRig rig = new(ledger, Quick(), Roomy(), sink);
        RecorderWriter[] writers = [.. Enumerable.Range(0, tasks).Select(i => new RecorderWriter(rig.Series, i))];
        Parallel.For(0, tasks, new() { MaxDegreeOfParallelism = 64 }, i =>
        {
            writers[i].Record(1 + i % 50);
            if (i % 1_000 == 0) Thread.Sleep(1); // the pool sees a blocked thread and starts another
        });
        ledger.Says("tasks", tasks);
        ledger.Says("refused", writers.Sum(static w => w.Refused));
        ledger.Equals("flushed", rig.Flush() ? 1 : 0, 1);
        rig.Account("pool", writers);
        rig.AccountDelivered(writers);
        rig.Stop(RecorderRig.Patience);
    }

    /// <summary>Threads that have grown large blocks and idle hold all the room; others get it, and the idle ones record again.</summary>
    static void RunIdle(StressLedger ledger, Effort effort, OverloadPolicy policy)
    {
        const int Idle = 64;
        RecorderSink sink = new("idle", ledger, Idle + AtOnce) { MayMiss = policy == OverloadPolicy.DropOldest };
        RecorderRig rig = new(ledger, new() { Capacity = 4_096, BlockSize = 1_024, FlushInterval = TimeSpan.FromMilliseconds(10), Overload = policy }, Roomy(), sink);
        RecorderWriter[] writers = [.. Enumerable.Range(0, Idle + AtOnce).Select(i => new RecorderWriter(rig.Series, i))];
        int cycles = effort.Of(20, 400);
        long least = 0, most = 0;
        using Barrier together = new(Idle + AtOnce, _ => least = Math.Min(least, rig.Recorder.Space.Lent));
        Lanes.Together(Idle + AtOnce, lane =>
        {
            for (int cycle = 0; cycle < cycles; cycle++)
            {
                together.SignalAndWait();
                if (lane < Idle) writers[lane].Record(1 + (lane * 37 + cycle) % 600);
                together.SignalAndWait();
                if (lane < Idle && (lane + cycle) % 16 == 0) writers[lane].Record(1); // just when its block may be revoked
                if (lane >= Idle)
                {
                    uint before = writers[lane].Accepted;
                    long calls = 0;
                    // Everybody who goes on trying gets room before long: the watchdog judges.
                    for (; writers[lane].Accepted < before + 2_000; calls++)
                    {
                        if (!writers[lane].Record()) Thread.Yield();
                    }
                    if (calls > Volatile.Read(ref most)) Volatile.Write(ref most, calls);
                    if (rig.Recorder.Space.Lent < Volatile.Read(ref least)) Volatile.Write(ref least, rig.Recorder.Space.Lent);
                }
            }
        });
        ledger.Says($"most calls for 2,000 samples, {policy}", most);
        ledger.AtLeast($"room lent, {policy}", least, 0);
        rig.Carry();
        rig.Account($"idle, {policy}", writers);
        rig.AccountRoom();
        rig.Stop(RecorderRig.Patience);
        rig.AccountDropped(writers);
    }

    /// <summary>Recorders come and go; threads notice only that their samples are refused.</summary>
    static void RunRecorders(StressLedger ledger, Effort effort)
    {
        const int Threads = 4, WarmUp = 20;
        int recorders = effort.Of(200, 2_000);
        RecorderWriter[] current = [];
        bool isOver = false;
        var threads = Enumerable.Range(0, Threads).Select(lane => new Thread(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                if (Volatile.Read(ref current) is { Length: Threads } writers)
                {
                    lock (writers[lane]) writers[lane].Record(40);
                }
                Thread.Yield();
            }
        })).ToList();
        threads.ForEach(static t => t.Start());
        long bytes = 0;
        int handles = 0, systemThreads = 0;
        ConcurrentQueue<RecorderWriter[]> old = [];
        for (int i = 0; i < recorders + WarmUp; i++)
        {
            if (i == WarmUp) (bytes, handles, systemThreads) = (Machine.LiveBytes(), Machine.Handles.Length, Machine.Threads.Length);
            RecorderSink sink = new("passing", ledger, Threads);
            RecorderRig rig = new(ledger, Quick(), Roomy(), sink);
            RecorderWriter[] writers = [.. Enumerable.Range(0, Threads).Select(lane => new RecorderWriter(rig.Series, lane))];
            Volatile.Write(ref current, writers);
            Thread.Sleep(1 + i % 3);
            rig.Stop(RecorderRig.Patience);
            AccountOne(ledger, rig, sink, writers);
        }
        ledger.Says("recorders made and ended", recorders);
        ledger.AtMost("handles more than before", Machine.Settled(static () => Machine.Handles.Length, handles + 2) - handles, 2);
        ledger.AtMost("threads more than before", Machine.Settled(static () => Machine.Threads.Length, systemThreads + 2) - systemThreads, 2);
        ledger.AtMost("managed bytes more than before", Machine.LiveBytes() - bytes, 8 << 20); // each thread may keep the recorder that it used last
        Volatile.Write(ref isOver, true);
        threads.ForEach(static t => t.Join());
    }

    /// <summary>A stopped recorder, into which threads still try to record.</summary>
    static void AccountOne(StressLedger ledger, RecorderRig rig, RecorderSink sink, RecorderWriter[] writers)
    {
        long attempted = 0, accepted = 0;
        // All threads stand still while their accounts are read.
        foreach (var writer in writers) Monitor.Enter(writer);
        try
        {
            foreach (var writer in writers)
            {
                (attempted, accepted) = (attempted + writer.Attempted, accepted + writer.Accepted);
                if (sink.UpTo(writer.Number) != writer.Accepted) ledger.Complain($"{sink.UpTo(writer.Number)} samples of {writer.Accepted} of a thread came to a recorder's sink");
            }
            rig.Account("a recorder that has ended", writers, quiet: true);
            if (sink.Taken != accepted) ledger.Complain($"{sink.Taken} samples of {accepted} came to a recorder's sink");
        }
        finally { Array.ForEach(writers, Monitor.Exit); }
    }

    static void Finish(StressLedger ledger, RecorderRig rig, RecorderWriter[] writers, string what)
    {
        ledger.Equals($"flushed, {what}", rig.Flush() ? 1 : 0, 1);
        rig.Account(what, writers);
        rig.AccountDelivered(writers);
        rig.AccountRoom();
        rig.Stop(RecorderRig.Patience);
    }

    static RecorderOptions Quick() => new() { FlushInterval = TimeSpan.FromMilliseconds(10) };

    static SinkOptions Roomy() => new() { QueueSamples = 1 << 26, QueueBytes = 1L << 32 };
}
