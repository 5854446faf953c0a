using System.Collections.Immutable;
using System.Globalization;

namespace MetricsKit.Benchmarks;

/// <summary>One large family of counters or histograms with three labels, as the scrapes and the memory of other libraries were measured.</summary>
sealed class ScrapeMeter : ICatalogMeter
{
    internal const int Counters = 100_000, Histograms = 10_000;

    static class Rows
    {
        static readonly TagKey<string> Endpoint = TagKey.Open("endpoint"), Method = TagKey.Open("method"), Status = TagKey.Open("status");

        public static readonly InstrumentDefinition<CounterInstrument<string, string, string>> Requests =
            Define.Counter("web.requests", "{request}", "Requests, by endpoint, method and status.", Endpoint, Method, Status) with { MaxSeries = 2 * Counters };

        public static readonly InstrumentDefinition<HistogramInstrument<string, string, string>> Durations =
            Define.Histogram("web.request.duration", "s", "Duration of requests, by endpoint, method and status.", Endpoint, Method, Status) with { MaxSeries = 2 * Histograms, Bounds = BenchmarkMeter.Bounds };
    }

    public static MeterDefinition Definition { get; } = new("Scrape", Rows.Requests, Rows.Durations);

    readonly CounterInstrument<string, string, string> _requests;
    readonly HistogramInstrument<string, string, string> _durations;

    public ScrapeMeter(Instruments<ScrapeMeter> instruments)
    {
        _requests = instruments.Create(Rows.Requests);
        _durations = instruments.Create(Rows.Durations);
    }

    /// <summary>The texts of one label, which belong to the caller and are not counted as memory of a library.</summary>
    internal static string[] Endpoints(string kind) =>
        [.. Enumerable.Range(0, CountOf(kind)).Select(static i => "/api/v1/resource/" + i.ToString(CultureInfo.InvariantCulture))];

    internal static int CountOf(string kind) => kind == "counters" ? Counters : Histograms;

    /// <summary>Creates every series and gives it a value, in the cells of the calling thread.</summary>
    internal void RecordAll(string kind, string[] endpoints)
    {
        for (int i = 0; i < endpoints.Length; i++)
        {
            if (kind == "counters") _requests.Add(i * 7919 % 1_000_000, endpoints[i], "GET", "200");
            else for (int k = 0; k < 4; k++) _durations.Record((i + k * 2500) % 10_007 / 1000.0, endpoints[i], "GET", "200");
        }
    }
}

/// <summary>Threads that have recorded every series and live on, so that a snapshot has as many cells to add as there were writers.</summary>
sealed class Writers : IDisposable
{
    readonly ManualResetEventSlim _end = new();
    readonly Thread[] _threads;

    internal Writers(int count, Action record)
    {
        using CountdownEvent recorded = new(count);
        _threads = [.. Enumerable.Range(0, count).Select(_ => new Thread(() =>
        {
            record();
            recorded.Signal();
            _end.Wait();
        }))];
        foreach (var thread in _threads) thread.Start();
        recorded.Wait();
    }

    public void Dispose()
    {
        _end.Set();
        foreach (var thread in _threads) thread.Join();
        _end.Dispose();
    }
}
