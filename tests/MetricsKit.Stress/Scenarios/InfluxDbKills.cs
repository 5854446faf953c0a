using System.Diagnostics;
using System.Globalization;
using MetricsKit.Testing;

namespace MetricsKit.Stress;

/// <summary>A steady load through a recorder into a real InfluxDB that is killed and started again: every accepted sample is there in the end.</summary>
/// <remarks>
/// That a batch was written twice cannot be seen: it comes again with the same bytes, and its points take the place of themselves. It can have been only where a
/// try failed after the server had taken it. Tries are made one at a time, so a kill leaves one of them in doubt; those at a server that is down reach nobody.
/// </remarks>
static class InfluxDbKills
{
    const int Producers = 2, SeriesOfEach = 4;
    const string Database = "stress";

    // The bursts of a producer; each has one coarse timestamp, so that the sink has to keep its samples apart.
    static readonly TimeSpan _burst = TimeSpan.FromMilliseconds(10);

    // Only a run in which something hangs meets it.
    static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    public static void Run(StressLedger ledger, Effort effort) => RunAsync(ledger, effort).GetAwaiter().GetResult();

    static async Task RunAsync(StressLedger ledger, Effort effort)
    {
        int kills = effort.Of(2, 10), rate = effort.Of(4_000, 20_000);
        var down = TimeSpan.FromSeconds(effort.Of(1, 5));
        await using var server = await RealInfluxDb.StartAsync();
        var host = Open(server.Address);
        var recorder = (MetricRecorder)host.Recorder;
        using ManualResetEventSlim stop = new();
        var tallies = Enumerable.Range(0, Producers * SeriesOfEach).Select(static n => new SequenceTally(n)).ToArray();
        var load = Enumerable.Range(0, Producers).Select(p => OnAThread(() => Produce(recorder, tallies.AsSpan(p * SeriesOfEach, SeriesOfEach), rate / Producers, stop))).ToArray();
        try
        {
            await KillAsync(server, kills, down, ledger);
        }
        finally
        {
            stop.Set();
            await Task.WhenAll(load);
        }
        bool flushed = await recorder.FlushAsync(_patience);
        ledger.Equals("flushed in the end", flushed ? 1 : 0, 1);
        Account(ledger, recorder, tallies, kills);
        await host.DisposeAsync();
        foreach (var tally in tallies) await CompareAsync(ledger, server, tally);
    }

    static MetricsKitHost Open(Uri address) => StressHost.Open(options =>
    {
        (options.Recorder.Timestamps, options.Recorder.Capacity) = (TimestampSource.Coarse, 1 << 18);
        options.Recorder.FlushInterval = TimeSpan.FromMilliseconds(100);
        options.Sinks.Instruments.Enabled = false;
        options.Sinks.InfluxDb = new()
        {
            Url = address.ToString(),
            Database = Database,
            QueueSamples = 1 << 20,
            QueueBytes = 256 << 20,
            Timeout = TimeSpan.FromSeconds(5),
            MaxRetryDelay = TimeSpan.FromMilliseconds(250),
        };
    });

    static async Task KillAsync(RealInfluxDb server, int kills, TimeSpan down, StressLedger ledger)
    {
        Random random = new(20261121);
        TimeSpan restarts = TimeSpan.Zero;
        for (int i = 0; i < kills; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(500, 2_000))); // any moment of any write
            await server.KillAsync();
            await Task.Delay(down);
            long began = Stopwatch.GetTimestamp();
            await server.RestartAsync();
            restarts += Stopwatch.GetElapsedTime(began);
        }
        await Task.Delay(TimeSpan.FromMilliseconds(500));
        ledger.Says("kills", kills);
        ledger.Says("seconds down by each kill", down.TotalSeconds);
        ledger.Says("seconds that all starts took", restarts.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture));
    }

    static void Produce(MetricRecorder recorder, ReadOnlySpan<SequenceTally> tallies, int rate, ManualResetEventSlim stop)
    {
        foreach (var tally in tallies) tally.Begin(recorder);
        long began = Stopwatch.GetTimestamp(), made = 0;
        while (!stop.Wait(_burst))
        {
            for (long due = (long)(Stopwatch.GetElapsedTime(began).TotalSeconds * rate); made < due; made++) tallies[(int)(made % tallies.Length)].Record();
        }
    }

    static void Account(StressLedger ledger, MetricRecorder recorder, SequenceTally[] tallies, int kills)
    {
        var lane = recorder.Lanes.Single().Ledger;
        long accepted = tallies.Sum(static t => t.Count);
        ledger.Says("samples accepted", accepted);
        ledger.Equals("samples refused by the recorder", tallies.Sum(static t => t.Refused), 0);
        ledger.Says("batches tried", lane.Attempts);
        ledger.Says("batches acknowledged (tries but those that failed)", lane.Attempts - lane.Failures);
        ledger.AtLeast("tries that failed", lane.Failures, kills);
        ledger.Says("batches written twice", "cannot be seen: the same bytes come again, and points overwrite themselves");
        ledger.Says("tries that ran out of time", lane.Timeouts);
        ledger.Equals("posted to the sink", lane.Posted, accepted);
        ledger.Equals("acknowledged", lane.Delivered, accepted);
        ledger.Equals("dropped, refused, queued, in flight", lane.Dropped + lane.Refused + lane.Queued + lane.InFlight, 0);
        ledger.Equals("posted and not explained", lane.Imbalance, 0);
    }

    static async Task CompareAsync(StressLedger ledger, RealInfluxDb server, SequenceTally expected)
    {
        SequenceTally found = new(expected.Number);
        var series = await server.QueryAsync(string.Create(CultureInfo.InvariantCulture, $"SELECT value FROM sequence WHERE producer = '{expected.Number}'"), Database);
        foreach (var row in series.SelectMany(static s => s.GetProperty("values").EnumerateArray())) found.Add((long)row[1].GetDouble());
        string name = string.Create(CultureInfo.InvariantCulture, $"series {expected.Number}: ");
        ledger.Equals(name + "points stored", found.Count, expected.Count);
        ledger.Equals(name + "their sum is wrong by", found.Sum - expected.Sum, 0);
        ledger.Equals(name + "their xor is wrong by", found.Xor ^ expected.Xor, 0);
    }

    static Task OnAThread(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
