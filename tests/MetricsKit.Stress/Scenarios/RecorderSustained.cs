using System.Diagnostics;
using System.Globalization;

namespace MetricsKit.Stress;

/// <summary>Four threads at a fixed rate, whatever becomes of the samples, into a sink that checks each one.</summary>
static class RecorderSustained
{
    const int Producers = 4;

    public static void Run(StressLedger ledger, Effort effort)
    {
        int rate = effort.Of(200_000, 1_000_000), seconds = effort.Of(3, 60);
        RecorderSink sink = new("sink", ledger, Producers) { IsStamped = false };
        // Room for a second: a machine that does other things as well may keep the pump or the sink's thread waiting for a while.
        RecorderOptions options = new() { Capacity = 1 << 20, Timestamps = TimestampSource.Coarse };
        RecorderRig rig = new(ledger, options, new() { QueueSamples = 1 << 20 }, sink);
        RecorderWriter[] writers = [.. Enumerable.Range(0, Producers).Select(i => new RecorderWriter(rig.Series, i, stamped: false))];
        long latest = 0;
        long began = Stopwatch.GetTimestamp();
        Lanes.Together(Producers, lane =>
        {
            long late = Keep(writers[lane], rate / Producers, seconds, began);
            if (late > Volatile.Read(ref latest)) Volatile.Write(ref latest, late); // a figure to be read: a lost race does not matter
        });
        double took = Stopwatch.GetElapsedTime(began).TotalSeconds;
        ledger.Equals("flushed", rig.Flush() ? 1 : 0, 1);
        double flushed = Stopwatch.GetElapsedTime(began).TotalSeconds;
        long attempted = writers.Sum(static w => w.Attempted), refused = writers.Sum(static w => w.Refused);
        ledger.Says("seconds of recording, and until the sink had everything", string.Create(CultureInfo.InvariantCulture, $"{took:F2}, {flushed:F2}"));
        ledger.Says("attempted per second", attempted / took);
        ledger.Says("most samples that a thread was behind its schedule", latest);
        ledger.Says("refused", refused);
        ledger.Says("delivered per second", sink.Taken / flushed);
        if (effort.IsLong)
        {
            ledger.Equals("samples attempted", attempted, (double)rate * seconds);
            ledger.AtMost("seconds that it took to record them", took, seconds * 1.01);
            ledger.AtMost("samples that were not delivered", attempted - sink.Taken, 0);
        }
        rig.Account("after the flush", writers);
        rig.AccountDelivered(writers);
        rig.AccountRoom();
        rig.Stop(RecorderRig.Patience);
    }

    /// <summary>Open loop: what is due by the clock is recorded, refused or not; returns how far it ever was behind.</summary>
    static long Keep(RecorderWriter writer, int rate, int seconds, long began)
    {
        long total = (long)rate * seconds, behind = 0;
        while (writer.Attempted < total)
        {
            long due = Math.Min(total, (long)(Stopwatch.GetElapsedTime(began).TotalSeconds * rate));
            behind = Math.Max(behind, due - writer.Attempted);
            if (due == writer.Attempted) Thread.Sleep(1);
            else writer.Record((int)(due - writer.Attempted));
        }
        return behind;
    }
}
