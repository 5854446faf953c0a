namespace MetricsKit;

/// <summary>What the application does at its edges: HTTP requests, WebSocket channels, database connections and the queue of missions.</summary>
public sealed class ApplicationMetrics : ICatalogMeter
{
    internal static class Rows
    {
        public static readonly InstrumentDefinition<CounterInstrument<string, string, string>> Requests =
            Define.Counter("http.requests", "{request}", "HTTP requests that were answered, by method, route and status code.", Tags.Method, Tags.Endpoint, Tags.StatusCode) with { MaxSeries = 2000 };

        public static readonly InstrumentDefinition<HistogramInstrument<string, string>> RequestDuration =
            Define.Histogram("http.request.duration", "s", "Time from the arrival of an HTTP request to the end of its response, by method and route.", Tags.Method, Tags.Endpoint);

        public static readonly InstrumentDefinition<UpDownCounterInstrument<string>> ActiveRequests =
            Define.UpDownCounter("http.requests.active", "{request}", "HTTP requests that are being answered, by method.", Tags.Method);

        public static readonly InstrumentDefinition<UpDownCounterInstrument<string>> WebSockets =
            Define.UpDownCounter("websocket.connections.active", "{connection}", "Open WebSocket connections, by channel.", TagKey.Open("channel"));

        public static readonly InstrumentDefinition<UpDownCounterInstrument> DatabaseConnections =
            Define.UpDownCounter("database.connections.active", "{connection}", "Database connections in use.");

        public static readonly InstrumentDefinition<GaugeInstrument<MissionPriority>> MissionQueue =
            Define.Gauge("mission.queue.size", "{mission}", "Missions that wait to be started, by priority.", Tags.Priority);
    }

    readonly CounterInstrument<string, string, string> _requests;
    readonly HistogramInstrument<string, string> _requestDuration;
    readonly UpDownCounterInstrument<string> _activeRequests;
    readonly UpDownCounterInstrument<string> _webSockets;
    readonly UpDownCounterInstrument _databaseConnections;
    readonly GaugeInstrument<MissionPriority> _missionQueue;

    /// <summary>Creates the instruments in a host.</summary>
    /// <param name="instruments">The meter's instruments.</param>
    public ApplicationMetrics(Instruments<ApplicationMetrics> instruments)
    {
        ArgumentNullException.ThrowIfNull(instruments);
        _requests = instruments.Create(Rows.Requests);
        _requestDuration = instruments.Create(Rows.RequestDuration);
        _activeRequests = instruments.Create(Rows.ActiveRequests);
        _webSockets = instruments.Create(Rows.WebSockets);
        _databaseConnections = instruments.Create(Rows.DatabaseConnections);
        _missionQueue = instruments.Create(Rows.MissionQueue);
    }

    /// <inheritdoc/>
    public static MeterDefinition Definition { get; } = new("MetricsKit.Application",
        Rows.Requests, Rows.RequestDuration, Rows.ActiveRequests, Rows.WebSockets, Rows.DatabaseConnections, Rows.MissionQueue) { Group = "Application" };

    /// <summary>Counts an answered request. The middleware of <c>MetricsKit.AspNetCore</c> calls it for ASP.NET Core.</summary>
    /// <param name="method">The HTTP method; one that is not registered is recorded as <c>_OTHER</c>.</param>
    /// <param name="endpoint">The route template, never the path.</param>
    /// <param name="statusCode">The status code as text; 499 for a request that its client gave up.</param>
    public void RequestCompleted(string method, string endpoint, string statusCode) => _requests.Add(1, method, endpoint, statusCode);

    /// <summary>Records how long a request took.</summary>
    /// <param name="method">The HTTP method; one that is not registered is recorded as <c>_OTHER</c>.</param>
    /// <param name="endpoint">The route template, never the path.</param>
    /// <param name="elapsed">From its arrival to the end of its response.</param>
    public void RequestTimed(string method, string endpoint, TimeSpan elapsed) => _requestDuration.Record(elapsed, method, endpoint);

    /// <summary>A request began; the series it is counted on, to be decremented when it ends.</summary>
    /// <param name="method">The HTTP method; one that is not registered is recorded as <c>_OTHER</c>.</param>
    internal UpDownCounterSeries ActiveRequests(string method) => _activeRequests.Bind(method);

    /// <summary>A WebSocket connection is open until the scope is disposed.</summary>
    /// <param name="channel">The name of the channel.</param>
    public ActiveScope StartWebSocket(string channel) => new(_webSockets.Bind(channel));

    /// <summary>A database connection is in use until the scope is disposed.</summary>
    public ActiveScope StartDatabaseConnection() => new(_databaseConnections.Bind());

    /// <summary>Sets how many missions of a priority wait.</summary>
    /// <param name="priority">The priority.</param>
    /// <param name="missions">The length of the queue.</param>
    public void MissionQueueChanged(MissionPriority priority, long missions) => _missionQueue.Set(missions, priority);
}
