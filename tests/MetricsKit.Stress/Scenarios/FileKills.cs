using System.Diagnostics;
using System.Globalization;

namespace MetricsKit.Stress;

/// <summary>A process that writes files is killed at any moment: what it had acknowledged is there, once, and the next process finds whole files or mends them.</summary>
static class FileKills
{
    const int Kept = 4; // files that stay to be read again after the next kill

    static readonly string[] _formats = ["json", "csv"];
    static readonly string[] _sizes = ["4096", "65536", "1048576", "16777216"];

    public static void Run(StressLedger ledger, Effort effort)
    {
        const int Seed = 20261121;
        int kills = effort.Of(10, 200);
        ledger.Says("seed", Seed);
        Random random = new(Seed);
        var root = Directory.CreateTempSubdirectory("metricskit-kills-");
        try
        {
            Tally tally = new();
            var states = _formats.Select(f => new State(f, Path.Join(root.FullName, f))).ToArray();
            for (int kill = 0; kill < kills; kill++) Kill(ledger, tally, states[kill % states.Length], _sizes[kill / states.Length % _sizes.Length], random);
            ledger.Equals("kills", tally.Kills, kills);
            ledger.Says("samples acknowledged by killed processes", tally.Acknowledged);
            ledger.AtLeast("acknowledged by a killed process, the median at least", tally.Median, 1);
            ledger.Says("samples present beyond those", tally.Beyond);
            ledger.Equals("acknowledged samples that are missing", tally.Missing, 0);
            ledger.Equals("samples that are there twice, or out of their order", tally.OutOfOrder, 0);
            ledger.Equals("files that could not be read after the restart", tally.Unreadable, 0);
            ledger.AtMost("most torn tails that one kill left", tally.MostTorn, 1);
            ledger.Says("kills that left a torn tail", tally.Torn);
            ledger.Says("kills in the middle of a compression", tally.HalfCompressed);
            ledger.Says("longest first write after a kill, ms", tally.LongestRestart.TotalMilliseconds);
        }
        finally { root.Delete(recursive: true); }
    }

    static void Kill(StressLedger ledger, Tally tally, State state, string size, Random random)
    {
        long acknowledged = state.Next - 1, before = acknowledged;
        using (var child = Child.Start(Child.CommandLine("file-kills", state.Folder, state.Format, state.Next.ToString(CultureInfo.InvariantCulture), size), reads: true))
        {
            // Some die before their first batch, most while they write.
            var reading = ReadAsync(child, state.Next);
            int patience = random.Next(10) == 0 ? random.Next(200) : 150 + random.Next(500);
            if (random.Next(10) != 0) reading.First.Wait(TimeSpan.FromSeconds(60));
            if (child.WaitForExit(patience)) ledger.Complain($"the process ended by itself with {child.ExitCode}");
            child.Kill(); // SIGKILL
            child.WaitForExit();
            acknowledged = Math.Max(acknowledged, reading.Last.GetAwaiter().GetResult());
        }
        tally.Kills++;
        tally.Add(acknowledged - before);
        var (torn, half) = WrittenFiles.Wounds(state.Folder);
        tally.MostTorn = Math.Max(tally.MostTorn, torn);
        tally.Torn += Math.Min(torn, 1);
        tally.HalfCompressed += Math.Min(half, 1);
        Restart(state, size, tally);
        Verify(ledger, tally, state, acknowledged);
    }

    /// <summary>Opens a sink in this process and writes one sample of its own, as the next process would.</summary>
    static void Restart(State state, string size, Tally tally)
    {
        using FileSink sink = new(new FileSinkOptions { Directory = state.Folder, Format = state.Format, MaxFileBytes = long.Parse(size, CultureInfo.InvariantCulture), MaxTotalBytes = 1L << 40 }, TimeProvider.System);
        long began = Stopwatch.GetTimestamp();
        SampleSeries series = new("sequence", SampleKind.Gauge, KeyValuePair.Create("check", "a,\"b\""));
        sink.WriteAsync(new([new(series, TimeProvider.System.GetUtcNow().UtcDateTime, Marker)]), CancellationToken.None).AsTask().GetAwaiter().GetResult();
        var took = Stopwatch.GetElapsedTime(began);
        if (took > tally.LongestRestart) tally.LongestRestart = took;
    }

    const long Marker = -1;

    static void Verify(StressLedger ledger, Tally tally, State state, long acknowledged)
    {
        long? last = null;
        int markers = 0;
        var files = WrittenFiles.In(state.Folder);
        foreach (string file in files)
        {
            try
            {
                foreach (long value in WrittenFiles.Values(file))
                {
                    if (value == Marker) markers++;
                    // The first file is where the last look began, or later: whatever was before it was whole.
                    else if (value != (last ?? (state.First.TryGetValue(file, out long known) ? known - 1 : state.Next - 1)) + 1) tally.OutOfOrder++;
                    if (value == Marker) continue;
                    state.First.TryAdd(file, value);
                    last = value;
                }
            }
            catch (Exception broken) when (broken is FormatException or System.Text.Json.JsonException or InvalidDataException)
            {
                tally.Unreadable++;
                ledger.Complain($"{Path.GetFileName(file)}: {broken.Message}");
            }
        }
        long present = Math.Max(last ?? -1, state.Next - 1);
        if (present < acknowledged) tally.Missing += acknowledged - present;
        if (markers == 0) ledger.Complain("the sample of the restart is missing");
        tally.Beyond += Math.Max(0, present - acknowledged);
        state.Next = Math.Max(present, acknowledged) + 1;
        foreach (string file in files.SkipLast(Kept)) WrittenFiles.Delete(file);
    }

    static (Task First, Task<long> Last) ReadAsync(Process child, long next)
    {
        TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return (first.Task, Task.Run(async () =>
        {
            long last = next - 1;
            while (await child.StandardOutput.ReadLineAsync() is { } line)
            {
                string[] range = line.Split(' ');
                if (long.Parse(range[0], CultureInfo.InvariantCulture) != last + 1) throw new InvalidOperationException($"{line} behind {last}");
                last = long.Parse(range[1], CultureInfo.InvariantCulture);
                first.TrySetResult();
            }
            first.TrySetResult();
            return last;
        }));
    }

    /// <summary>One directory over all kills.</summary>
    sealed class State(string format, string folder)
    {
        public string Format => format;

        public string Folder => folder;

        /// <summary>The first value of each file.</summary>
        public Dictionary<string, long> First { get; } = [];

        public long Next { get; set; }
    }

    sealed class Tally
    {
        readonly List<long> _each = [];

        public int Kills, MostTorn, Torn, HalfCompressed, Unreadable;
        public long Acknowledged, Beyond, Missing, OutOfOrder;
        public TimeSpan LongestRestart;

        public double Median => _each.Order().ElementAt(_each.Count / 2);

        public void Add(long acknowledged)
        {
            Acknowledged += acknowledged;
            _each.Add(acknowledged);
        }
    }
}
