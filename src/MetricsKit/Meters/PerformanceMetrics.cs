namespace MetricsKit;

/// <summary>How fast the service is: API responses, database queries and caches. Memory and garbage collection are in <see cref="RuntimeMetrics"/>, of the same group.</summary>
public sealed class PerformanceMetrics : ICatalogMeter
{
    internal static class Rows
    {
        static readonly TagKey<CacheResult> Result = TagKey.OfMembers<CacheResult>("result", "hit", "miss");

        public static readonly InstrumentDefinition<MirrorInstrument> ApiResponseTime =
            Define.Mirror("api.response.time", "Time to answer an API request, by method and route; the same measurements as the duration of HTTP requests.", ApplicationMetrics.Rows.RequestDuration);

        public static readonly InstrumentDefinition<DerivedGauge> ApiThroughput =
            Define.Rate("api.throughput.requests", "{request}/s", "HTTP requests answered in a second over the window, by route.", ApplicationMetrics.Rows.Requests, Tags.Endpoint);

        public static readonly InstrumentDefinition<HistogramInstrument<string, string>> QueryDuration =
            Define.Histogram("database.query.duration", "s", "Time that a database query took, by kind of query and table.", TagKey.Open("query_type"), TagKey.Open("table")) with { Bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };

        public static readonly InstrumentDefinition<GaugeInstrument> PoolSize =
            Define.Gauge("database.connections.pool.size", "{connection}", "Database connections that the pool holds, in use or not.");

        public static readonly InstrumentDefinition<CounterInstrument<string, CacheResult>> CacheLookups =
            Define.Counter("cache.lookups", "{lookup}", "Look-ups in a cache, by cache and by whether they found what was asked.", Tags.CacheType, Result);

        public static readonly InstrumentDefinition<DerivedGauge> CacheHitRate =
            Define.Ratio("cache.hit.rate", "Share of the look-ups that found what was asked, within the window, 0 to 1, by cache.", CacheLookups, Result, "hit", Tags.CacheType);

        public static readonly InstrumentDefinition<GaugeInstrument<string>> CacheSize =
            Define.Gauge("cache.size", "By", "Size of a cache, by cache.", Tags.CacheType);
    }

    /// <summary>Whether a look-up found what was asked.</summary>
    internal enum CacheResult
    {
        Hit,
        Miss,
    }

    readonly HistogramInstrument<string, string> _queryDuration;
    readonly GaugeInstrument _poolSize;
    readonly CounterInstrument<string, CacheResult> _cacheLookups;
    readonly GaugeInstrument<string> _cacheSize;

    /// <summary>Creates the instruments in a host.</summary>
    /// <param name="instruments">The meter's instruments.</param>
    public PerformanceMetrics(Instruments<PerformanceMetrics> instruments)
    {
        ArgumentNullException.ThrowIfNull(instruments);
        instruments.Create(Rows.ApiResponseTime);
        instruments.Create(Rows.ApiThroughput);
        _queryDuration = instruments.Create(Rows.QueryDuration);
        _poolSize = instruments.Create(Rows.PoolSize);
        _cacheLookups = instruments.Create(Rows.CacheLookups);
        instruments.Create(Rows.CacheHitRate);
        _cacheSize = instruments.Create(Rows.CacheSize);
    }

    /// <inheritdoc/>
    public static MeterDefinition Definition { get; } = new("MetricsKit.Performance",
        Rows.ApiResponseTime, Rows.ApiThroughput, Rows.QueryDuration, Rows.PoolSize, Rows.CacheLookups, Rows.CacheHitRate, Rows.CacheSize) { Group = "Performance" };

    /// <summary>Records how long a database query took.</summary>
    /// <param name="queryType">The kind of query, such as <c>select</c>; never its text.</param>
    /// <param name="table">The table.</param>
    /// <param name="elapsed">From sending it to its last row.</param>
    public void QueryExecuted(string queryType, string table, TimeSpan elapsed) => _queryDuration.Record(elapsed, queryType, table);

    /// <summary>Starts a timer that records the query when it is disposed.</summary>
    /// <param name="queryType">The kind of query, such as <c>select</c>; never its text.</param>
    /// <param name="table">The table.</param>
    public HistogramTimer StartQuery(string queryType, string table) => _queryDuration.StartTimer(queryType, table);

    /// <summary>Sets how many connections the pool holds.</summary>
    /// <param name="connections">In use or not.</param>
    public void PoolResized(long connections) => _poolSize.Set(connections);

    /// <summary>Counts a look-up that found what was asked.</summary>
    /// <param name="cacheType">The name of the cache.</param>
    public void CacheHit(string cacheType) => _cacheLookups.Add(1, cacheType, CacheResult.Hit);

    /// <summary>Counts a look-up that did not find what was asked.</summary>
    /// <param name="cacheType">The name of the cache.</param>
    public void CacheMissed(string cacheType) => _cacheLookups.Add(1, cacheType, CacheResult.Miss);

    /// <summary>Sets the size of a cache.</summary>
    /// <param name="cacheType">The name of the cache.</param>
    /// <param name="bytes">In bytes.</param>
    public void CacheResized(string cacheType, long bytes) => _cacheSize.Set(bytes, cacheType);
}
