using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsKit.Stress;

/// <summary>Short-lived threads measure on ordinary instruments, with tags in any order and of any type, while snapshots are taken and the same instruments are made and disposed of elsewhere.</summary>
static class ForeignLedger
{
    const string MeterName = "Stress.Foreign";
    const int Threads = 6, Values = 40;

    static readonly string[] _texts = [.. Enumerable.Range(0, Values).Select(static i => string.Create(CultureInfo.InvariantCulture, $"value-{i}"))];

    public static void Run(StressLedger ledger, Effort effort)
    {
        int lives = effort.Of(20, 400), calls = 20_000;
        var host = MetricsKitHost.Create(static kit => kit.AddMeter(MeterName).Services.Configure<MetricsKitOptions>(static o =>
        {
            foreach (string group in (string[])["System", "Process", "Application", "Business", "Safety", "Performance"]) o.Groups[group] = new() { Enabled = false };
        }));
        using Meter meter = new(MeterName);
        Instruments on = new(meter);
        long snapshots = 0, decreases = 0, torn = 0;
        using ManualResetEventSlim ended = new();
        Thread reader = new(() =>
        {
            Dictionary<string, SeriesValue> before = [];
            do
            {
                var read = host.Read();
                foreach (var (name, value) in read)
                {
                    if (value.Kind is not (InstrumentKind.Counter or InstrumentKind.Histogram) || !before.TryGetValue(name, out var was)) continue;
                    if (value.Value < was.Value || value.Sum < was.Sum) decreases++;
                    if (value.Kind == InstrumentKind.Histogram && value.Sum < value.Value) torn++; // each measurement is at least 1; the sum leads
                }
                before = read;
                snapshots++;
            }
            while (!ended.IsSet);
        });
        Thread others = new(() =>
        {
            do
            {
                using Meter passing = new(MeterName); // the same instruments, that come and go
                Instruments its = new(passing);
                its.Calls.Add(0, new KeyValuePair<string, object?>("a", _texts[0]));
                passing.Dispose();
                its.Calls.Add(1 << 20); // heard by nobody
            }
            while (!ended.IsSet);
        });
        reader.Start();
        others.Start();
        Lanes.Run(Threads, lives, (lane, life) => on.Measure(lane + life, calls));
        ended.Set();
        reader.Join();
        others.Join();

        var last = host.Read();
        long all = (long)Threads * lives * calls;
        ledger.Says("measurements of each kind", all);
        ledger.Says("snapshots meanwhile", snapshots);
        ledger.Equals("totals that decreased", decreases, 0);
        ledger.Equals("sums behind their counts", torn, 0);
        ledger.Equals("whole counter: series", last.Count(static s => s.Key.StartsWith("calls{", StringComparison.Ordinal)), Values + 1); // the passing instruments leave a tag out
        ledger.Equals("whole counter: measured = read", Sum(last, "calls"), all * 3);
        ledger.Equals("floating counter: measured = read", Sum(last, "work"), all * 0.5);
        ledger.Equals("level: measured = read", Sum(last, "level"), -all);
        ledger.Equals("histogram: measured = read", Sum(last, "size"), all);
        ledger.Equals("histogram: sums", last.Where(static s => s.Key.StartsWith("size", StringComparison.Ordinal)).Sum(static s => s.Value.Sum), all * 2.0);
        ledger.Equals("gauge: series", last.Count(static s => s.Key.StartsWith("heat{", StringComparison.Ordinal)), Values);
        host.Close();
    }

    static double Sum(Dictionary<string, SeriesValue> read, string name) => read.Where(s => s.Key == name || s.Key.StartsWith(name + "{", StringComparison.Ordinal)).Sum(static s => s.Value.Value);

    sealed class Instruments(Meter meter)
    {
        readonly Counter<double> _work = meter.CreateCounter<double>("work", "s");
        readonly UpDownCounter<int> _level = meter.CreateUpDownCounter<int>("level");
        readonly Histogram<int> _size = meter.CreateHistogram<int>("size", "By");
        readonly Gauge<double> _heat = meter.CreateGauge<double>("heat", "Cel");

        public Counter<long> Calls { get; } = meter.CreateCounter<long>("calls");

        public void Measure(int from, int calls)
        {
            for (int i = from; i < from + calls; i++)
            {
                string text = _texts[i % Values];
                object number = i % 3; // boxed anew each time
                if ((i & 1) == 0) Calls.Add(3, new("a", text), new KeyValuePair<string, object?>("b", "same"));
                else Calls.Add(3, new("b", "same"), new KeyValuePair<string, object?>("a", new string(text)));
                _work.Add(0.5, new("a", text), new("n", number), new KeyValuePair<string, object?>("flag", (i & 1) == 0));
                _level.Add(-1, new KeyValuePair<string, object?>("a", text));
                _size.Record(2);
                _heat.Record(i, new KeyValuePair<string, object?>("a", text));
            }
        }
    }
}
