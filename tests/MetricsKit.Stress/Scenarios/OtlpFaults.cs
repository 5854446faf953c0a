using System.Globalization;
using MetricsKit.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsKit.Stress;

/// <summary>
/// A load, two OTLP exporters, one of totals and one of deltas, and receivers that break in every way, again and again: the host notices nothing, every point is accounted for,
/// and totals are whole after the next success.
/// </summary>
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
        Run(ledger, effort, "HTTP", static () => new OtlpHttpTarget());
        Run(ledger, effort, "gRPC", static () => new OtlpGrpcTarget());
        Machine.LiveBytes(); // tasks whose fault nobody has seen say so when they are collected
        ledger.Equals("faults that reached the host", thrown, 0);
    }

    static void Run(StressLedger ledger, Effort effort, string over, Func<OtlpTarget> make)
    {
        using OtlpTarget totals = make(), deltas = make();
        var host = StressHost.Open(exporters: [Exporter(effort, "totals", totals, OtlpTemporality.Cumulative), Exporter(effort, "deltas", deltas, OtlpTemporality.Delta)]);
        var pumps = host.Services.GetRequiredService<ExporterMonitor>().Pumps;
        Lane[] lanes = [new($"{over}, totals", totals, pumps.Single(static p => p.Name == "totals")), new($"{over}, deltas", deltas, pumps.Single(static p => p.Name == "deltas"))];
        using CancellationTokenSource stop = new();
        var writers = Enumerable.Range(0, Writers).Select(n => new Thread(() => Write(host.Meter(), n, stop.Token))).ToList();
        writers.ForEach(static w => w.Start());
        Await(ledger, lanes, static lane => lane.Total > 0, "the first export");
        long before = Machine.LiveBytes();
        int handles = Machine.Handles.Length;
        for (int round = 0; round < effort.Of(1, 10); round++)
        {
            foreach (var fault in Enum.GetValues<OtlpFault>()) Break(ledger, lanes, fault, () => host.Read().Of("stress.plain"));
        }
        ledger.AtMost($"{over}: bytes that are held after all that and were not before", Machine.LiveBytes() - before, 8 << 20);
        ledger.AtMost($"{over}: handles that are open and were not before", Machine.Settled(static () => Machine.Handles.Length, handles + 16) - handles, 16);
        stop.Cancel();
        writers.ForEach(static w => w.Join());
        var truth = host.Read().Stressed().ToDictionary(static s => s.Key, static s => s.Value.Value);
        host.Close(); // takes the last totals
        foreach (var lane in lanes)
        {
            lane.Target.Read();
            Account(ledger, lane);
        }
        Compare(ledger, lanes[0], truth);
        var counted = truth.Where(static s => s.Value != 0).ToDictionary(); // deltas of nothing are not sent
        Compare(ledger, lanes[1], counted);
        Bracket(ledger, lanes[1], counted);
    }

    static ExporterRegistration Exporter(Effort effort, string name, OtlpTarget target, OtlpTemporality temporality)
    {
        OtlpExporterOptions options = new()
        {
            Endpoint = target.Endpoint,
            Protocol = target.Protocol,
            Temporality = temporality,
            Interval = TimeSpan.FromMilliseconds(effort.Of(100, 1_000)), // in a second there is time for another try
            Timeout = TimeSpan.FromSeconds(5),
            RequestTimeout = TimeSpan.FromMilliseconds(effort.Of(1_000, 500)), // the short version runs beside others, and its last export has one try
            Compress = target.Protocol == OtlpProtocol.Grpc,
        };
        return new(name, options, services => new OtlpExporter(options, name, MetricsKitWiring.LoggerOf(services), services.GetRequiredService<TimeProvider>()));
    }

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

    static void Break(StressLedger ledger, Lane[] lanes, OtlpFault fault, Func<double> total)
    {
        long[] ended = [.. lanes.Select(static lane => lane.Ended)];
        foreach (var lane in lanes) lane.Target.Break(fault);
        // The first may have begun before.
        Await(ledger, lanes, lane => lane.Ended >= ended[Array.IndexOf(lanes, lane)] + 2, $"two exports while the receiver is {fault}");
        foreach (var lane in lanes) lane.Target.Heal();
        double now = total();
        Await(ledger, lanes, lane => lane.Total >= now, $"whole totals after {fault}");
    }

    static void Account(StressLedger ledger, Lane lane)
    {
        var (over, target, pump) = lane;
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
        ledger.AtLeast($"{over}: points taken, and those accepted", target.Tally.Points, points.Accepted);
        ledger.AtMost($"{over}: points taken, and those accepted or in doubt", target.Tally.Points, points.Accepted + points.InDoubt);
    }

    static void Compare(StressLedger ledger, Lane lane, Dictionary<string, double> truth)
    {
        var tally = lane.Target.Tally;
        ledger.Equals($"{lane.Over}: series that the receiver has", tally.Last.Keys.Count(StressHost.IsStressed), truth.Count);
        ledger.Equals($"{lane.Over}: series of which it has another value", truth.Count(s => tally.Of(s.Key) != s.Value), 0);
    }

    /// <summary>What the exporter heard was taken is at most the truth, and with all that was taken besides it is at least the truth.</summary>
    static void Bracket(StressLedger ledger, Lane lane, Dictionary<string, double> truth)
    {
        var tally = lane.Target.Tally;
        ledger.Equals($"{lane.Over}: points that do not go on where others ended", tally.Gaps, 0);
        ledger.AtLeast($"{lane.Over}: points taken unheard, and sent again", tally.Replaced, 1);
        ledger.AtMost($"{lane.Over}: points taken unheard, and those in doubt", tally.Replaced, lane.Pump.Points!.InDoubt);
        ledger.Equals($"{lane.Over}: series of which less was taken than there is", truth.Count(s => tally.Added.GetValueOrDefault(s.Key) < s.Value), 0);
        ledger.AtLeast($"{lane.Over}: counted twice by who only adds up", tally.Added["stress.plain"] - truth["stress.plain"], 1);
    }

    static void Await(StressLedger ledger, Lane[] lanes, Predicate<Lane> condition, string what)
    {
        bool Reached()
        {
            foreach (var lane in lanes) lane.Target.Read();
            return Array.TrueForAll(lanes, condition);
        }

        try { Eventually.BecomesAsync(Reached, _patience, what).GetAwaiter().GetResult(); }
        catch (TimeoutException fault) { ledger.Complain($"{lanes[0].Over}: {fault.Message}"); }
    }

    /// <summary>An exporter and its receiver.</summary>
    sealed record Lane(string Over, OtlpTarget Target, ExporterPump Pump)
    {
        public long Ended => Pump.Ledger.Successes + Pump.Ledger.Failures + Pump.Ledger.Timeouts;

        public double Total => Target.Tally.Of("stress.plain");
    }
}
