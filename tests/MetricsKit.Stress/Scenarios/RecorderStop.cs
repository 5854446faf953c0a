using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MetricsKit.Stress;

/// <summary>Hosts that are asked to stop while four threads record into them: everything that was accepted is in the sink.</summary>
static class RecorderStop
{
    /// <summary>Set for a child: it hosts the kit, says that it is ready, and judges itself when it was asked to end.</summary>
    const string Child = "METRICSKIT_STRESS_STOP_CHILD";

    const string Ready = "recording";
    const int Producers = 4;

    /// <summary>A quarter of the room that each producer's share of the recorder and of the sink's queue is.</summary>
    const int MostAhead = 1 << 16;

    static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    public static void Run(StressLedger ledger, Effort effort)
    {
        if (Environment.GetEnvironmentVariable(Child) is not null)
        {
            RunHost(ledger);
            return;
        }
        int stops = effort.Of(10, 200), signals = effort.Of(3, 100), clean = 0;
        Random random = new(1);
        for (int i = 0; i < stops; i++) StopOne(ledger, random, i);
        ledger.Says("stops in this process", stops);
        if (OperatingSystem.IsWindows()) return; // no signal that a host would hear
        for (int i = 0; i < signals; i++) clean += Signal(ledger, random.Next(1, 400)) ? 1 : 0;
        ledger.Equals("programs that ended well by SIGTERM", clean, signals);
    }

    /// <summary>A program's own host, stopped by its owner while threads go on.</summary>
    static void StopOne(StressLedger ledger, Random random, int number)
    {
        RecorderSink sink = new("sink", ledger, Producers);
        var host = StressHost.Open(options =>
        {
            options.Recorder.ShutdownTimeout = TimeSpan.FromMinutes(1); // 0 lost, however slow the machine is
            options.Recorder.Overload = (OverloadPolicy)(number & 1);
            options.Recorder.FlushInterval = TimeSpan.FromMilliseconds(random.Next(10, 1_000));
            options.Recorder.BlockSize = 64 << random.Next(6);
            options.Recorder.Capacity = 1 << 20;
        }, sinks: ("sink", sink));
        using Recorders recorders = new(host.Recorder, sink);
        Thread.Sleep(random.Next(1, 60));
        host.Close();
        recorders.End(ledger, $"stop {number}", quiet: true);
    }

    /// <summary>The child: a generic host whose lifetime listens to signals.</summary>
    static void RunHost(StressLedger ledger)
    {
        RecorderSink sink = new("sink", ledger, Producers);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(new SinkRegistration("sink", new() { QueueSamples = 1 << 22, QueueBytes = 1L << 30 }, _ => sink));
        builder.Services.AddMetricsKit(static options =>
        {
            options.Recorder.Capacity = 1 << 20;
            options.Recorder.ShutdownTimeout = TimeSpan.FromSeconds(25); // below what the host itself gives its services
        });
        using var host = builder.Build();
        host.Start();
        using Recorders recorders = new(host.Services.GetRequiredService<IMetricRecorder>(), sink);
        Console.WriteLine(Ready);
        host.WaitForShutdown();
        recorders.End(ledger, "SIGTERM", quiet: false);
    }

    static bool Signal(StressLedger ledger, int after)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, [typeof(RecorderStop).Assembly.Location, "recorder-stop"]) { RedirectStandardOutput = true };
        start.Environment[Child] = "1";
        using var child = Process.Start(start)!;
        string said = "";
        while (child.StandardOutput.ReadLine() is { } line && line != Ready) said += line + "\n";
        Thread.Sleep(after);
        using (var kill = Process.Start("kill", ["-TERM", child.Id.ToString(CultureInfo.InvariantCulture)])) kill.WaitForExit();
        said += child.StandardOutput.ReadToEnd();
        if (!child.WaitForExit(_patience)) child.Kill();
        child.WaitForExit();
        if (child.ExitCode == 0) return true;
        ledger.Complain($"a program ended with {child.ExitCode} after SIGTERM and said\n{said}");
        return false;
    }

    /// <summary>Threads that record before, through and after the stop.</summary>
    sealed class Recorders : IDisposable
    {
        readonly RecorderSink _sink;
        readonly RecorderWriter[] _writers;
        readonly Thread[] _threads;
        readonly long[] _late = new long[Producers];
        volatile bool _hasStopped, _isOver;

        public Recorders(IMetricRecorder recorder, RecorderSink sink)
        {
            _sink = sink;
            var series = sink.Series = RecorderPayload.SeriesOf(recorder);
            _writers = [.. Enumerable.Range(0, Producers).Select(i => new RecorderWriter(series, i))];
            _threads = [.. _writers.Select(w => new Thread(() => Work(w)) { IsBackground = true })];
            Array.ForEach(_threads, static t => t.Start());
        }

        public void End(StressLedger ledger, string what, bool quiet)
        {
            long taken = _sink.Taken;
            _hasStopped = true;
            Thread.Sleep(5); // they go on
            Dispose();
            Equal("accepted after the stop", _late.Sum() + _writers.Count(static w => w.Record()), 0);
            Equal("taken after the stop", _sink.Taken - taken, 0);
            Equal("in the sink of what was accepted", _sink.Taken, _writers.Sum(static w => (long)w.Accepted));
            Equal("threads that are complete", _writers.Count(w => _sink.UpTo(w.Number) == w.Accepted), Producers);
            if (!_writers.All(static w => w.Accepted > 0)) ledger.Says($"{what}: threads that recorded nothing", _writers.Count(static w => w.Accepted == 0));

            void Equal(string line, double found, double expected)
            {
                if (!quiet) ledger.Equals($"{what}: {line}", found, expected);
                else if (!found.Equals(expected)) ledger.Complain(string.Create(CultureInfo.InvariantCulture, $"{what}: {line}: {found}, expected {expected}"));
            }
        }

        public void Dispose()
        {
            _isOver = true;
            Array.ForEach(_threads, static t => t.Join());
        }

        void Work(RecorderWriter writer)
        {
            while (!_isOver)
            {
                // Read before the call: what began before the stop ended may still be accepted.
                bool hasStopped = _hasStopped;
                uint before = writer.Accepted;
                // No further ahead of the sink than the recorder has room for, however the machine shares its time: nothing may be dropped.
                if (writer.Accepted - _sink.UpTo(writer.Number) < MostAhead) writer.Record(50);
                else Thread.Yield();
                if (hasStopped) _late[writer.Number] += writer.Accepted - before;
                Thread.SpinWait(300);
            }
        }
    }
}
