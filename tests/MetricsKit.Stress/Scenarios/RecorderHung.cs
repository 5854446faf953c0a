using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsKit.Stress;

/// <summary>Sinks that hang and ignore that they are cancelled, beside two that are well.</summary>
static class RecorderHung
{
    const int Producers = 2, MostHung = 5;

    static readonly TimeSpan _flush = TimeSpan.FromSeconds(1);

    public static void Run(StressLedger ledger, Effort effort)
    {
        for (int hung = 1; hung <= MostHung; hung += effort.Of(MostHung - 1, 1)) Run(ledger, effort, hung);
        // The watchdog of the caller sees whether threads that hang keep the process.
    }

    static void Run(StressLedger ledger, Effort effort, int hung)
    {
        // Those that are well must be done in it, on a machine that may do other things for a while in the brief version.
        var budget = TimeSpan.FromSeconds(effort.Of(4, 1));
        string with = string.Create(CultureInfo.InvariantCulture, $"with {hung} hung");
        RecorderSink[] healthy = [.. Enumerable.Range(0, 2).Select(i => new RecorderSink($"healthy{i}", ledger, Producers))];
        HungSink[] sick = [.. Enumerable.Range(0, hung).Select(static i => new HungSink((Hang)(i % 3)))];
        var host = StressHost.Open(options =>
        {
            options.Recorder.ShutdownTimeout = budget;
            options.Recorder.Capacity = 1 << 20;
        }, sinks: [.. healthy.Select(static s => (s.Name, (IMetricSink)s)), .. sick.Select(static (s, i) => (string.Create(CultureInfo.InvariantCulture, $"hung{i}"), (IMetricSink)s))]);
        var series = RecorderPayload.SeriesOf(host.Recorder);
        Array.ForEach(healthy, s => s.Series = series);
        RecorderWriter[] writers = [.. Enumerable.Range(0, Producers).Select(i => new RecorderWriter(series, i))];
        using CancellationTokenSource over = new();
        var threads = writers.Select(w => new Thread(() => { while (!over.IsCancellationRequested) { w.Record(100); Thread.Sleep(1); } })).ToList();
        threads.ForEach(static t => t.Start());
        while (Array.Exists(sick, static s => s.Calls == 0)) Thread.Sleep(1);
        long began = Stopwatch.GetTimestamp();
        bool flushed = host.Recorder.FlushAsync(_flush).AsTask().GetAwaiter().GetResult();
        Judge(ledger, effort, $"seconds of a flush of 1 s, {with}", began, 1.1);
        ledger.Equals($"flushed, {with}", flushed ? 1 : 0, 0);
        over.Cancel();
        threads.ForEach(static t => t.Join());
        began = Stopwatch.GetTimestamp();
        host.Close();
        Judge(ledger, effort, string.Create(CultureInfo.InvariantCulture, $"seconds of the host's end with a budget of {budget.TotalSeconds} s, {with}"), began, budget.TotalSeconds + 0.5);
        long accepted = writers.Sum(static w => (long)w.Accepted);
        foreach (var sink in healthy)
        {
            ledger.Equals($"{sink.Name}: samples, {with}", sink.Taken, accepted);
            ledger.Equals($"{sink.Name}: threads that are complete, {with}", writers.Count(w => sink.UpTo(w.Number) == w.Accepted), Producers);
        }
        ledger.Equals($"samples accepted after the end, {with}", writers.Count(static w => w.Record()), 0);
        ledger.AtMost($"calls of a sink that hangs, {with}", sick.Max(static s => s.Calls), 2);
    }

    /// <summary>A bar in seconds is for a machine that does nothing else; the brief version only says the figure.</summary>
    static void Judge(StressLedger ledger, Effort effort, string what, long began, double most)
    {
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        if (effort.IsLong) ledger.AtMost(what, seconds, most);
        else ledger.Says(what, seconds.ToString("F3", CultureInfo.InvariantCulture));
    }

    enum Hang
    {
        Blocks,
        NeverCompletes,
        BlocksInItsCancellation,
    }

    sealed class HungSink(Hang how) : IMetricSink
    {
        static readonly ManualResetEventSlim _never = new();
        readonly TaskCompletionSource _neverAsync = new();
        int _calls;

        public int Calls => Volatile.Read(ref _calls);

        public ValueTask WriteAsync(SampleBatch batch, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _calls);
            if (how == Hang.BlocksInItsCancellation) cancellationToken.Register(_never.Wait);
            if (how == Hang.NeverCompletes) return new(_neverAsync.Task);
            _never.Wait(CancellationToken.None);
            return default;
        }
    }
}
