using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using static MetricsKit.Benchmarks.MarkdownReport;

namespace MetricsKit.Benchmarks;

/// <summary>What it costs to hand a sample of 24 bytes (series, time, value) to another thread.</summary>
/// <remarks>
/// Each thread records 64 samples, which is timed, and then waits 20 µs, as an application does between its measurements; a drainer takes everything.
/// The figure is the mean of the bursts without the slowest hundredth, in which the thread lost its processor: what it costs to change blocks and to wake the drainer is in it.
/// </remarks>
static class Recording
{
    const int Rounds = 5;
    const int Burst = 64;
    const string Coarse = "MetricsKit, coarse time", Precise = "MetricsKit, precise time", ByName = "MetricsKit, by name, coarse time";
    const string ChannelPolled = "bounded Channel, polled", ChannelAwaited = "bounded Channel, awaited", Locked = "lock and List", Nobody = "empty call";

    static readonly string[] _rivals = [Nobody, Coarse, Precise, ByName, ChannelPolled, ChannelAwaited, Locked];
    static readonly int[] _threadCounts = [1, 2, 4];

    internal static string Report()
    {
        string[][] cases = [.. _rivals.Select(static r => new[] { "recorder", r })];
        double[][] medians = Child.Medians(Rounds, cases);
        double[] channel = medians[Array.IndexOf(_rivals, ChannelPolled)];
        MarkdownReport report = new("Recorder: handing samples over", $"Nanoseconds for one sample on each thread; bursts of {Burst} every 20 µs, median of {Rounds} interleaved processes. Reading the clock around a burst is in all figures: see the empty call. The channel holds 65,536 samples, drops what it has no room for, and is given the time for nothing.");
        report.Table("Cost of a sample", ["to", "1 thread", "2 threads", "4 threads", "4 : 1", "channel : it, 1 thread", "channel : it, 4 threads", "bytes allocated a sample", "not taken, %"],
            _rivals.Select((rival, i) => Row(rival, medians[i], channel)));
        return report.ToString();
    }

    static string[] Row(string rival, double[] own, double[] channel) =>
        [rival, Number(own[0]), Number(own[1]), Number(own[2]), Number(own[2] / own[0]), Ratio(channel[0] / own[0]), Ratio(channel[2] / own[2]), Number(own[3], "0.##"), Number(own[4], "0.##")];

    static string Ratio(double ratio) => Number(ratio, "0.0");

    internal static async Task<string> RunChildAsync(string[] arguments)
    {
        Rival rival = Make(arguments[0]);
        await using (rival.Owner)
        {
            Measure(rival, 1, TimeSpan.FromSeconds(1)); // past tiering
            Measure(rival, _threadCounts[^1], TimeSpan.FromSeconds(1)); // and as many blocks as there will be
            var all = _threadCounts.Select(threads => Measure(rival, threads, TimeSpan.FromSeconds(0.5))).ToArray();
            return Child.Line([.. all.Select(static f => f.Nanoseconds), all.Max(static f => f.Bytes), all.Max(static f => f.Lost) * 100]);
        }
    }

    /// <summary>Records a number of samples and says how many were taken.</summary>
    delegate int Recorded(int samples);

    sealed record Rival(Recorded Record, IAsyncDisposable? Owner);

    static Rival Make(string name) => name switch
    {
        Nobody => new(Times(static i => Empty(i)), null),
        Coarse => OfRecorder(TimestampSource.Coarse, static recorder =>
        {
            var series = SeriesOf(recorder);
            return i => Record(series, i);
        }),
        Precise => OfRecorder(TimestampSource.Precise, static recorder =>
        {
            var series = SeriesOf(recorder);
            return i => Record(series, i);
        }),
        ByName => OfRecorder(TimestampSource.Coarse, static recorder => i => recorder.Record("queue.depth", i, SampleKind.Gauge, ("queue", "orders"), ("region", "north"))),
        ChannelPolled => OfChannel(static reader => new Thread(() => { while (true) { while (reader.TryRead(out _)) { } Thread.Sleep(1); } }) { IsBackground = true }.Start()),
        ChannelAwaited => OfChannel(static reader => Task.Run(async () => { while (await reader.WaitToReadAsync()) { while (reader.TryRead(out _)) { } } })),
        Locked => OfList(),
        _ => throw new ArgumentException($"There is no rival '{name}'."),
    };

    static SampleSeries SeriesOf(MetricRecorder recorder) => recorder.Series("queue.depth", SampleKind.Gauge, ("queue", "orders"), ("region", "north"));

    static Rival OfRecorder(TimestampSource timestamps, Func<MetricRecorder, Func<int, bool>> record)
    {
        RecorderOptions options = new() { Timestamps = timestamps };
        MetricRecorder recorder = new(options, [SinkLanes.Make("counted", new CountingSink(), new(), TimeProvider.System, NullLogger.Instance)], null, TimeProvider.System, NullLogger.Instance);
        return new(Times(record(recorder)), recorder);
    }

    static Rival OfChannel(Action<ChannelReader<Sample>> drain)
    {
        var channel = Channel.CreateBounded<Sample>(new BoundedChannelOptions(65_536) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
        drain(channel.Reader);
        SampleSeries series = new("queue.depth");
        return new(Times(i => Write(channel.Writer, new(series, default, i))), null);
    }

    static Rival OfList()
    {
        Lock door = new();
        List<Sample> filling = new(65_536), drained = new(65_536);
        new Thread(() =>
        {
            while (true)
            {
                lock (door) (filling, drained) = (drained, filling);
                drained.Clear();
                Thread.Sleep(1);
            }
        }) { IsBackground = true }.Start();
        SampleSeries series = new("queue.depth");
        return new(Times(i =>
        {
            lock (door)
            {
                if (filling.Count == 65_536) return false;
                filling.Add(new(series, default, i));
                return true;
            }
        }), null);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static bool Empty(int value) => value >= 0;

    [MethodImpl(MethodImplOptions.NoInlining)]
    static bool Record(SampleSeries series, int value) => series.Record(value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    static bool Write(ChannelWriter<Sample> writer, Sample sample) => writer.TryWrite(sample);

    static Recorded Times(Func<int, bool> record) => samples =>
    {
        int taken = 0;
        for (int i = 0; i < samples; i++)
        {
            if (record(i)) taken++;
        }
        return taken;
    };

    readonly record struct Figures(double Nanoseconds, double Bytes, double Lost);

    static Figures Measure(Rival rival, int threads, TimeSpan time)
    {
        List<double>[] bursts = [.. Enumerable.Range(0, threads).Select(static _ => new List<double>(100_000))];
        long[] bytes = new long[threads], taken = new long[threads];
        using Barrier start = new(threads);
        Thread[] all = [.. Enumerable.Range(0, threads).Select(t => new Thread(() => Run(t)))];
        foreach (var thread in all) thread.Start();
        foreach (var thread in all) thread.Join();
        long samples = bursts.Sum(static b => (long)b.Count) * Burst;
        double[] sorted = [.. bursts.SelectMany(static b => b).Order()];
        return new(sorted[..(sorted.Length * 99 / 100)].Average() / Burst, bytes.Sum() / (double)samples, 1 - taken.Sum() / (double)samples);

        void Run(int thread)
        {
            for (int i = 0; i < 100; i++) rival.Record(Burst); // the blocks of the thread have grown
            start.SignalAndWait();
            long ticks = (long)(time.TotalSeconds * Stopwatch.Frequency), pause = Stopwatch.Frequency / 50_000;
            for (long end = Stopwatch.GetTimestamp() + ticks; ;)
            {
                long allocated = GC.GetAllocatedBytesForCurrentThread();
                long before = Stopwatch.GetTimestamp();
                if (before > end) return;
                taken[thread] += rival.Record(Burst);
                long after = Stopwatch.GetTimestamp();
                bytes[thread] += GC.GetAllocatedBytesForCurrentThread() - allocated;
                bursts[thread].Add(Stopwatch.GetElapsedTime(before, after).TotalNanoseconds);
                while (Stopwatch.GetTimestamp() - after < pause) { }
            }
        }
    }

    sealed class CountingSink : IMetricSink
    {
        long _count;

        public ValueTask WriteAsync(SampleBatch batch, CancellationToken cancellationToken)
        {
            _count += batch.Count;
            return ValueTask.CompletedTask;
        }
    }
}
