using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsKit.Stress;

/// <summary>A load, an OTLP exporter, and a receiver that breaks in every way, again and again: the host notices nothing, every point is accounted for, and totals are whole after the next success.</summary>
static class OtlpFaults
{
    const int Writers = 2, Series = 200;

    // Only a run in which something hangs meets it.
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    public static void Run(StressLedger ledger, Effort effort)
    {
        int thrown = 0;
        AppDomain.CurrentDomain.UnhandledException += (_, _) => Interlocked.Increment(ref thrown);
        TaskScheduler.UnobservedTaskException += (_, _) => Interlocked.Increment(ref thrown);
        foreach (Func<OtlpTarget> make in new Func<OtlpTarget>[] { static () => new OtlpHttpTarget(), static () => new OtlpGrpcTarget() })
        {
            using var target = make();
            Run(ledger, effort, target);
        }
        Machine.LiveBytes(); // tasks whose fault nobody has seen say so when they are collected
        ledger.Equals("faults that reached the host", thrown, 0);
    }

    static void Run(StressLedger ledger, Effort effort, OtlpTarget target)
    {
        string over = target.Protocol == OtlpProtocol.Grpc ? "gRPC" : "HTTP";
        var host = Open(effort, target);
        var pump = host.Services.GetRequiredService<ExporterMonitor>().Pumps.Single();
        using CancellationTokenSource stop = new();
        var writers = Enumerable.Range(0, Writers).Select(n => new Thread(() => Write(host.Meter(), n, stop.Token))).ToList();
        writers.ForEach(static w => w.Start());
        Await(ledger, target, () => Total(target) > 0, "the first export");
        long before = Machine.LiveBytes();
        int handles = Machine.Handles.Length;
        for (int round = 0; round < effort.Of(1, 10); round++)
        {
            foreach (var fault in Enum.GetValues<OtlpFault>()) Break(ledger, target, pump, fault, () => host.Read().Of("stress.plain"));
        }
        ledger.AtMost($"{over}: bytes that are held after all that and were not before", Machine.LiveBytes() - before, 8 << 20);
        ledger.AtMost($"{over}: handles that are open and were not before", Machine.Settled(static () => Machine.Handles.Length, handles + 8) - handles, 8);
        stop.Cancel();
        writers.ForEach(static w => w.Join());
        var truth = host.Read().Stressed().ToDictionary(static s => s.Key, static s => s.Value.Value);
        host.Close(); // takes the last totals
        target.Read();
        Account(ledger, over, pump, target);
        ledger.Equals($"{over}: series that the receiver has", target.Last.Keys.Count(StressHost.IsStressed), truth.Count);
        ledger.Equals($"{over}: series of which it has another value", truth.Count(s => target.Last.GetValueOrDefault(s.Key.Contains('{', StringComparison.Ordinal) ? s.Key : s.Key + "{}", double.NaN) != s.Value), 0);
    }

    static MetricsKitHost Open(Effort effort, OtlpTarget target) => StressHost.Open(options =>
    {
        // The exporter's own metrics are not what is compared: they go on while it exports.
        options.Otlp = new()
        {
            Endpoint = target.Endpoint,
            Protocol = target.Protocol,
            Interval = TimeSpan.FromMilliseconds(effort.Of(100, 1_000)), // in a second there is time for another try
            Timeout = TimeSpan.FromSeconds(5),
            RequestTimeout = TimeSpan.FromMilliseconds(effort.Of(1_000, 500)), // the short version runs beside others, and its last export has one try
            Compress = target.Protocol == OtlpProtocol.Grpc,
        };
    });

    static void Write(StressMetrics meter, int writer, CancellationToken stop)
    {
        for (int i = 0; !stop.IsCancellationRequested; i++)
        {
            meter.Plain.Add(1);
            meter.Tagged.Add(1, string.Create(CultureInfo.InvariantCulture, $"{writer}"), string.Create(CultureInfo.InvariantCulture, $"{i % Series}"));
            meter.Sizes.Record(i % 60, "x");
            if (i % 100 == 0) Thread.Sleep(1); // a load, and not a flood: the receiver decodes on the same processors
        }
    }

    static void Break(StressLedger ledger, OtlpTarget target, ExporterPump pump, OtlpFault fault, Func<double> total)
    {
        long ended = Ended(pump);
        target.Break(fault);
        // The first may have begun before.
        Await(ledger, target, () => Ended(pump) >= ended + 2, $"two exports while the receiver is {fault}");
        target.Heal();
        double now = total();
        Await(ledger, target, () => Total(target) >= now, $"whole totals after {fault}");
    }

    static void Account(StressLedger ledger, string over, ExporterPump pump, OtlpTarget target)
    {
        var points = pump.Points!;
        ledger.Says($"{over}: requests that came whole", target.Received);
        ledger.Says($"{over}: exports that succeeded", pump.Ledger.Successes);
        ledger.Says($"{over}: exports that failed", pump.Ledger.Failures);
        ledger.Says($"{over}: exports that ran out of time", pump.Ledger.Timeouts);
        ledger.Says($"{over}: points accepted", points.Accepted);
        ledger.Says($"{over}: points rejected", points.Rejected);
        ledger.Says($"{over}: points refused", points.Refused);
        ledger.AtLeast($"{over}: points unsent", points.Unsent, 1);
        ledger.AtLeast($"{over}: points in doubt", points.InDoubt, 1);
        ledger.Equals($"{over}: points attempted", points.Attempted, points.Accepted + points.Rejected + points.Refused + points.Unsent + points.InDoubt);
    }

    static long Ended(ExporterPump pump) => pump.Ledger.Successes + pump.Ledger.Failures + pump.Ledger.Timeouts;

    static double Total(OtlpTarget target) => target.Last.GetValueOrDefault("stress.plain{}");

    static void Await(StressLedger ledger, OtlpTarget target, Func<bool> condition, string what)
    {
        for (long began = System.Diagnostics.Stopwatch.GetTimestamp(); System.Diagnostics.Stopwatch.GetElapsedTime(began) < _patience; Thread.Sleep(5))
        {
            target.Read();
            if (condition()) return;
        }
        ledger.Complain($"{target.Protocol}: never came: {what}");
    }
}
