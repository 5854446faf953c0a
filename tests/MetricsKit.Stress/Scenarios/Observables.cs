using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsKit.Stress;

/// <summary>Observable instruments of foreign meters that throw, are late, come and go while snapshots run: who is well is in every snapshot, and every fault is counted.</summary>
static class Observables
{
    const string MeterName = "Stress.Observables";
    const int Sound = 40, Late = 6, Lanes = 2;

    public static void Run(StressLedger ledger, Effort effort)
    {
        int most = effort.Of(3 * Late + 1, 2_000); // so many calls are late: one more than before the first is in time again
        MetricsKitHost host = StressHost.Open(static o => o.Meters.Add(MeterName));
        using Meter meter = new(MeterName);
        Faults faults = new();
        meter.CreateObservableCounter("sound", static () => Enumerable.Range(0, Sound).Select(static i => new Measurement<int>(i, new KeyValuePair<string, object?>("i", i))));
        for (int i = 0; i < Late; i++) MakeLate(meter, faults);

        using ManualResetEventSlim ended = new();
        var passing = Enumerable.Range(0, Lanes).Select(_ => new Thread(() => ComeAndGo(faults, ended))).ToList();
        passing.ForEach(static t => t.Start());
        long snapshots = 0, incomplete = 0, wrong = 0;
        for (; faults.Late < most; snapshots++)
        {
            var read = host.Read();
            wrong += read.Count(static s => s.Key.Contains("late=yes", StringComparison.Ordinal) || s.Key == "passing" && s.Value.Value % 7 != 0);
            if (read.Count(static s => s.Key.StartsWith("sound{", StringComparison.Ordinal)) != Sound) incomplete++;
        }
        ended.Set();
        passing.ForEach(static t => t.Join());
        faults.Ending = true;
        SpinWait.SpinUntil(() => Interlocked.Read(ref faults.Waiting) == 0); // each until it is given up
        meter.Dispose();
        var last = host.ReadSettled();
        ledger.Equals("values of calls that were given up, or that nobody reported", wrong, 0);
        // A machine that is busy for a second with something else makes calls late that do not know it.
        double late = last.Of("metricskit.collector.timeouts", ("collector", "late")), threw = last.Of("metricskit.collector.errors", ("collector", "passing"));
        ledger.AtLeast("calls counted as late, of those that saw it themselves", late, faults.Late);
        ledger.AtMost("calls counted as late, of all of them", late, faults.Late + faults.Timely);
        ledger.AtLeast("calls that threw, with those that were late as well", threw + last.Of("metricskit.collector.timeouts", ("collector", "passing")), faults.Thrown);
        ledger.AtMost("calls that threw, as they saw it themselves", threw, faults.Thrown);
        ledger.AtLeast("calls that threw", faults.Thrown, 1);
        ledger.AtLeast("calls of the late ones that were in time again", faults.Timely, 1);
        // A machine that is busy for a second with something else makes a sound call late: then it may be missing, and is counted.
        ledger.AtMost("snapshots without all of what is well", incomplete, last.Of("metricskit.collector.timeouts", ("collector", "sound")) + last.Of("metricskit.collector.skipped"));
        ledger.AtLeast("snapshots", snapshots, 3);
        ledger.Says("meters that came and went", faults.Meters);
        ledger.Equals("threads that are stuck still", last.Of("metricskit.collectors.quarantined"), 0);
        ledger.Equals("series of theirs that are shown still", last.Keys.Count(static k => k.StartsWith("sound", StringComparison.Ordinal) || k.StartsWith("late", StringComparison.Ordinal) || k.StartsWith("passing", StringComparison.Ordinal)), 0);
        host.Close();
    }

    /// <summary>Three calls of four return when they have been given up, and report then: that is thrown away.</summary>
    static void MakeLate(Meter meter, Faults faults)
    {
        int calls = 0;
        meter.CreateObservableUpDownCounter("late", () =>
        {
            Interlocked.Increment(ref faults.Waiting); // before it is asked whether this is the end
            bool late = ++calls % 4 != 0 && !faults.Ending;
            var round = ObservationRound.Current!;
            if (late) SpinWait.SpinUntil(() => round.IsAbandoned);
            Interlocked.Increment(ref late ? ref faults.Late : ref faults.Timely);
            Interlocked.Decrement(ref faults.Waiting);
            return new Measurement<int>(1, new KeyValuePair<string, object?>("late", late ? "yes" : "no"));
        });
    }

    /// <summary>A meter is there for a few calls of its callback, or for none; of its calls every third throws.</summary>
    static void ComeAndGo(Faults faults, ManualResetEventSlim ended)
    {
        int calls = 0;
        do
        {
            using Meter meter = new(MeterName);
            int before = calls;
            meter.CreateObservableUpDownCounter("passing", () =>
            {
                if (++calls % 3 != 0) return 7;
                Interlocked.Increment(ref faults.Thrown);
                throw new InvalidOperationException("A callback that throws.");
            });
            SpinWait.SpinUntil(() => calls > before + 1 || ended.IsSet, millisecondsTimeout: faults.Meters % 8 == 0 ? 2000 : 0);
            Interlocked.Increment(ref faults.Meters);
        }
        while (!ended.IsSet);
    }

    /// <summary>What the callbacks did, counted by themselves.</summary>
    sealed class Faults
    {
        public long Late, Waiting, Timely, Thrown, Meters;
        public volatile bool Ending;
    }
}
