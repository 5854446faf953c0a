using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using MetricsKit.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MetricsKit.Stress;

/// <summary>Many scrapers at once, over real sockets.</summary>
static class Scrapers
{
    const int Count = 64, Slow = 16, Writers = 4, SlowBytesASecond = 300;
    const string OpenMetrics = "application/openmetrics-text; version=1.0.0";

    public static void Run(StressLedger ledger, Effort effort) => RunAsync(ledger, effort).GetAwaiter().GetResult();

    static async Task RunAsync(StressLedger ledger, Effort effort)
    {
        await using var app = Site();
        await app.StartAsync();
        Uri metrics = new(app.Urls.Single() + "/metrics");
        var on = app.Services.GetRequiredService<StressMetrics>();
        var (counters, histograms) = (Bind(9_800, on.Growing.Bind), Bind(200, on.Sizes.Bind));
        using CancellationTokenSource ended = new();
        Thread[] writers = [.. Enumerable.Range(0, Writers).Select(lane => new Thread(() => Write(lane, counters, histograms, ended.Token)))];
        foreach (var writer in writers) writer.Start();

        var checks = await Task.WhenAll(Enumerable.Range(0, Count).Select(i => CheckAsync(metrics, i, effort.Of(2, 50))));
        ledger.Equals("scrapes that were answered whole and parsed", checks.Sum(static c => c.Good), Count * effort.Of(2, 50));
        foreach (string fault in checks.SelectMany(static c => c.Faults).Take(5)) ledger.Says("fault", fault);
        ledger.AtLeast("series of each scrape", checks.Min(static c => c.Samples), 10_000);
        ledger.Equals("counters that decreased", checks.Sum(static c => c.Decreases), 0);
        ledger.Equals("buckets above their count", checks.Sum(static c => c.AboveCount), 0);

        await TimesAsync(metrics, 1, 20); // the writers go on
        double[] crowd = [.. (await Task.WhenAll(Enumerable.Range(0, Count).Select(i => TimesAsync(metrics, i, effort.Of(3, 100))))).SelectMany(static t => t)];
        Judge(ledger, effort, $"{Count} scrapers at once: p99 in ms", Quantile(crowd, 0.99), 250);
        ledger.Says($"{Count} scrapers at once: median in ms", Quantile(crowd, 0.5).ToString("F1", CultureInfo.InvariantCulture));

        double alone = Quantile(await TimesAsync(metrics, 0, effort.Of(20, 300)), 0.99);
        var readers = await Task.WhenAll(Enumerable.Range(0, Slow).Select(_ => SlowAsync(metrics)));
        double beside = Quantile(await TimesAsync(metrics, 0, effort.Of(20, 300)), 0.99);
        ledger.Equals($"readers of {SlowBytesASecond} bytes a second that are still served", readers.Count(static r => r.IsServed), Slow);
        ledger.Says("one scraper alone: p99 in ms", alone.ToString("F1", CultureInfo.InvariantCulture));
        Judge(ledger, effort, $"delay by {Slow} slow readers in ms, p99", beside - alone, 100);
        foreach (var reader in readers) reader.Dispose();
        await ended.CancelAsync();
        foreach (var writer in writers) writer.Join();
    }

    static void Judge(StressLedger ledger, Effort effort, string what, double milliseconds, long most)
    {
        if (effort.IsLong) ledger.AtMost(what, (long)Math.Ceiling(milliseconds), most);
        else ledger.Says(what, milliseconds.ToString("F1", CultureInfo.InvariantCulture));
    }

    static WebApplication Site()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddMetricsKit(static o => o.Instruments["stress.growing"] = o.Instruments["stress.sizes"] = new() { MaxSeries = 20_000 }).AddMeter<StressMetrics>();
        var app = builder.Build();
        app.MapMetricsKit();
        return app;
    }

    static T[] Bind<T>(int count, Func<string, T> bind) => [.. Enumerable.Range(0, count).Select(i => bind(i.ToString("D5", CultureInfo.InvariantCulture)))];

    /// <summary>Some millions of measurements a second, and the processor to others in between: on as few processors as there are writers the times would be theirs.</summary>
    static void Write(int lane, CounterSeries[] counters, HistogramSeries[] histograms, CancellationToken ended)
    {
        const int Burst = 5_000;
        for (int i = lane; !ended.IsCancellationRequested; i++)
        {
            counters[i % counters.Length].Add();
            histograms[i % histograms.Length].Record(i & 63);
            if (i % Burst == 0) Thread.Sleep(1);
        }
    }

    sealed record Check(int Good, int Samples, long Decreases, long AboveCount, List<string> Faults);

    /// <summary>One scraper, which remembers what it has seen.</summary>
    static async Task<Check> CheckAsync(Uri metrics, int number, int scrapes)
    {
        using HttpClient http = Client(number);
        var syntax = IsOpenMetrics(number) ? ExpositionSyntax.OpenMetrics : ExpositionSyntax.Text;
        Dictionary<string, double> before = new(StringComparer.Ordinal);
        int good = 0, samples = int.MaxValue;
        long decreases = 0, aboveCount = 0;
        List<string> faults = [];
        for (int i = 0; i < scrapes; i++)
        {
            try
            {
                using var answer = await http.GetAsync(metrics);
                if (answer.StatusCode != HttpStatusCode.OK) throw new InvalidOperationException($"{(int)answer.StatusCode}");
                byte[] body = await answer.Content.ReadAsByteArrayAsync();
                var read = await Task.Run(() => ExpositionParser.Parse(body, syntax));
                samples = Math.Min(samples, read.Samples.Count);
                foreach (var family in read.Families.Where(static f => f.Name.StartsWith("stress", StringComparison.Ordinal))) Follow(family, before, ref decreases, ref aboveCount);
                good++;
            }
            catch (Exception fault) when (fault is InvalidOperationException or HttpRequestException or ExpositionException) { faults.Add(fault.Message); }
        }
        return new(good, samples, decreases, aboveCount, faults);
    }

    static void Follow(ExpositionFamily family, Dictionary<string, double> before, ref long decreases, ref long aboveCount)
    {
        Dictionary<string, double> infinite = new(StringComparer.Ordinal);
        foreach (var sample in family.Samples)
        {
            string labels = string.Join(',', sample.Labels.Where(static l => l.Key != "le").Select(static l => $"{l.Key}={l.Value}"));
            string identity = $"{sample.Name}|{string.Join(',', sample.Labels.Select(static l => $"{l.Key}={l.Value}"))}";
            if (before.TryGetValue(identity, out double last) && sample.Value < last) decreases++;
            before[identity] = sample.Value;
            if (sample.Name.EndsWith("_bucket", StringComparison.Ordinal)) infinite[labels] = Math.Max(infinite.GetValueOrDefault(labels), sample.Value);
            else if (sample.Name.EndsWith("_count", StringComparison.Ordinal) && infinite[labels] > sample.Value) aboveCount++;
        }
    }

    /// <summary>How long each scrape took from the request to the last byte, in milliseconds.</summary>
    static async Task<double[]> TimesAsync(Uri metrics, int number, int scrapes)
    {
        using HttpClient http = Client(number);
        byte[] room = new byte[64 * 1024];
        double[] times = new double[scrapes];
        for (int i = 0; i < scrapes; i++)
        {
            long began = Stopwatch.GetTimestamp();
            using var answer = await http.GetAsync(metrics, HttpCompletionOption.ResponseHeadersRead);
            answer.EnsureSuccessStatusCode();
            await using var body = await answer.Content.ReadAsStreamAsync();
            while (await body.ReadAsync(room) > 0) { }
            times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }
        return times;
    }

    static double Quantile(double[] times, double quantile) => times.Order().ElementAt((int)Math.Ceiling(quantile * times.Length) - 1);

    static bool IsOpenMetrics(int number) => (number & 1) == 0;

    /// <summary>A scraper of one of the two formats, with or without compression.</summary>
    static HttpClient Client(int number)
    {
        HttpClient http = new(new SocketsHttpHandler { AutomaticDecompression = (number & 2) == 0 ? DecompressionMethods.None : DecompressionMethods.GZip });
        http.DefaultRequestHeaders.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(IsOpenMetrics(number) ? OpenMetrics : "text/plain"));
        return http;
    }

    static async Task<SlowReader> SlowAsync(Uri metrics)
    {
        SlowReader reader = new(metrics);
        await reader.BeginAsync();
        return reader;
    }

    /// <summary>A connection with little room that is read a little at a time, for as long as it lives.</summary>
    sealed class SlowReader(Uri metrics) : IDisposable
    {
        readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 2048 };
        readonly byte[] _room = new byte[SlowBytesASecond / 10];
        Timer? _timer;
        volatile bool _ended;

        public bool IsServed => !_ended;

        public async Task BeginAsync()
        {
            await _socket.ConnectAsync(IPAddress.Loopback, metrics.Port);
            await _socket.SendAsync("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
            Read(null); // the answer has begun: the snapshot is lent
            _timer = new(Read, null, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100));
        }

        public void Dispose()
        {
            _timer?.Dispose();
            _socket.Dispose();
        }

        void Read(object? state)
        {
            try { _ended |= _socket.Receive(_room) == 0; }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException) { _ended = true; }
        }
    }
}
