using System.Diagnostics.Metrics;

namespace MetricsKit.Stress;

/// <summary>Foreign listeners at their worst, while the kit's own account stays exact.</summary>
static class Listeners
{
    const int Threads = 4;

    public static void Run(StressLedger ledger, Effort effort)
    {
        int calls = effort.Of(100_000, 3_000_000);
        var host = StressHost.Open();
        var on = host.Meter();
        Thrower thrower = new();
        using var throwing = Listen(["stress.tagged", "stress.sizes", "stress.heat"], thrower.Throw);
        using ManualResetEventSlim release = new(), hanging = new();
        using var hung = Listen(["stress.plain"], _ => { hanging.Set(); release.Wait(); });
        long heard = 0;
        Thread victim = new(() => on.Plain.Add(5)); // blocks in the callback, as a call of any instrument of .NET would
        victim.Start();
        hanging.Wait();

        using ManualResetEventSlim ended = new();
        long disposed = 0;
        Thread disposer = new(() => { while (!ended.IsSet) disposed += ListenAndDispose(() => Interlocked.Increment(ref heard)); });
        disposer.Start();
        var reader = Reader.Start(host, ledger);
        long suicides = 0;
        Lanes.Together(Threads, lane =>
        {
            string label = MixedTally.Labels[lane];
            var handle = on.Tagged.Bind(label, "handle");
            for (int i = 0; i < calls; i++)
            {
                on.Tagged.Add(1, label, "call");
                handle.Add(1);
                on.Sizes.Record(i & 63, label);
                on.Heat.Set(i & 63, label);
                on.Level.Add(1, label);
                on.Closed.Add(1, Severity.Info, "get");
                if ((i & 4095) == 0) ListenAndDie(on, ref suicides);
            }
        });
        ended.Set();
        disposer.Join();
        reader.End();
        Account(ledger, host, calls, thrower);
        ledger.AtLeast("listeners disposed in the middle", disposed, 2);
        ledger.AtLeast("listeners that disposed themselves in their callback", suicides, 1);
        ledger.Says("heard by listeners that came and went", heard);
        ledger.AtLeast("snapshots in the middle", reader.Snapshots, 2);
        ledger.Equals("threads that the hanging listener holds", victim.IsAlive ? 1 : 0, 1);
        release.Set();
        victim.Join();
        ledger.Equals("what the hung thread had added", host.Read().Of("stress.plain"), 5);
        host.Close();
    }

    static void Account(StressLedger ledger, MetricsKitHost host, int calls, Thrower thrower)
    {
        var read = host.ReadSettled();
        for (int lane = 0; lane < Threads; lane++)
        {
            string label = MixedTally.Labels[lane];
            ledger.Equals($"tagged calls of thread {lane}", read.Of("stress.tagged", ("a", label), ("b", "call")), calls);
            ledger.Equals($"handle of thread {lane}", read.Of("stress.tagged", ("a", label), ("b", "handle")), calls);
            ledger.Equals($"measurements of thread {lane}", read.Of("stress.sizes", ("a", label)), calls);
            ledger.Equals($"sum of thread {lane}", read[StressHost.Name("stress.sizes", ("a", label))].Sum, Enumerable.Range(0, calls).Sum(static i => (double)(i & 63)));
            ledger.Equals($"level of thread {lane}", read.Of("stress.level", ("a", label)), calls);
            ledger.Equals($"gauge of thread {lane}", read.Of("stress.heat", ("a", label)), (calls - 1) & 63);
        }
        ledger.Equals("closed", read.Of("stress.closed", ("severity", "info"), ("verb", "get")), (long)Threads * calls);
        ledger.Equals("listener errors = exceptions thrown", read.Of("metricskit.listener.errors"), thrower.Thrown);
        ledger.AtLeast("exceptions thrown", thrower.Thrown, calls / 100);
        ledger.Equals("rejected", read.Of("metricskit.measurements.rejected", ("reason", "not_finite")) + read.Of("metricskit.measurements.rejected", ("reason", "negative")), 0);
    }

    /// <summary>A listener that is disposed by another thread than those that call it.</summary>
    static long ListenAndDispose(Action hear)
    {
        using var listener = Listen(["stress.level", "stress.closed"], _ => hear());
        return 1;
    }

    /// <summary>A listener that disposes itself when it first hears something.</summary>
    static void ListenAndDie(StressMetrics on, ref long suicides)
    {
        MeterListener? self = null;
        bool dead = false;
        self = Listen(["stress.units"], _ =>
        {
            self?.Dispose();
            dead = true;
        });
        on.Units.Record(1, "x");
        if (dead) Interlocked.Increment(ref suicides);
        self.Dispose();
    }

    static MeterListener Listen(string[] instruments, Action<double> hear)
    {
        MeterListener listener = new();
        listener.InstrumentPublished = (instrument, me) =>
        {
            if (instrument.Meter.Name == "MetricsKit.Stress" && instruments.Contains(instrument.Name)) me.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => hear(value));
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => hear(value));
        listener.Start();
        return listener;
    }

    /// <summary>Throws now and then, and knows how often. An exception costs microseconds, so not each time.</summary>
    sealed class Thrower
    {
        long _calls, _thrown;

        public long Thrown => Interlocked.Read(ref _thrown);

        public void Throw(double value)
        {
            if (Interlocked.Increment(ref _calls) % 97 != 0) return;
            Interlocked.Increment(ref _thrown);
            throw new InvalidOperationException("This listener throws.");
        }
    }
}
