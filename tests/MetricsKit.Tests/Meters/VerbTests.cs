using System.Globalization;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Meters;

/// <summary>Each verb moves the series it names, by what it says, and nothing else.</summary>
public sealed class VerbTests
{
    const double Start = 1767225600; // where the clock of these tests stands, in seconds since 1970

    [Fact]
    [Trait("Requirement", "S1-006")]
    public Task RequestCompleted_MovesTheCountOfRequestsAlone() =>
        Moves<ApplicationMetrics>(static m => m.RequestCompleted("POST", "/a/{id}", "499"), ("http.requests{method=POST,endpoint=/a/{id},status_code=499}", 1));

    [Fact]
    public Task RequestCompleted_UnknownMethod_IsOther() =>
        Moves<ApplicationMetrics>(static m => m.RequestCompleted("BREW", "/", "418"), ("http.requests{method=_OTHER,endpoint=/,status_code=418}", 1));

    [Fact]
    [Trait("Requirement", "S1-007")]
    [Trait("Requirement", "S1-020")]
    [Trait("Requirement", "B1-16")]
    public Task RequestTimed_MovesTheDurationAndItsSecondName() =>
        Moves<ApplicationMetrics>(static m => m.RequestTimed("GET", "/a", TimeSpan.FromSeconds(2)), ("http.request.duration{method=GET,endpoint=/a}", 1), ("api.response.time{method=GET,endpoint=/a}", 1));

    [Fact]
    public Task ActiveRequests_Increment_MovesTheActiveRequestsOfTheMethod() =>
        Moves<ApplicationMetrics>(static m => m.ActiveRequests("GET").Increment(), ("http.requests.active{method=GET}", 1));

    [Fact]
    [Trait("Requirement", "S1-008")]
    public Task StartWebSocket_MovesTheChannel() =>
        Moves<ApplicationMetrics>(static m => m.StartWebSocket("robots"), ("websocket.connections.active{channel=robots}", 1));

    [Fact]
    [Trait("Requirement", "S1-009")]
    public Task StartDatabaseConnection_MovesTheConnectionsInUse() =>
        Moves<ApplicationMetrics>(static m => m.StartDatabaseConnection(), ("database.connections.active", 1));

    [Fact]
    [Trait("Requirement", "S1-016")]
    public Task TelemetryReceived_MovesThePointsByKindAndModule() =>
        Moves<BusinessMetrics>(static m => m.TelemetryReceived("battery", "m7", 12), ("telemetry.data.points{data_type=battery,module_id=m7}", 12));

    [Fact]
    [Trait("Requirement", "S1-017")]
    public Task TelemetryDelayed_MovesTheLatency() =>
        Moves<BusinessMetrics>(static m => m.TelemetryDelayed("battery", TimeSpan.FromMilliseconds(4)), ("telemetry.latency{data_type=battery}", 1));

    [Fact]
    [Trait("Requirement", "S1-018")]
    public Task ConfigChanged_MovesTheChanges() =>
        Moves<BusinessMetrics>(static m => m.ConfigChanged("network"), ("config.changes{config_type=network}", 1));

    [Fact]
    [Trait("Requirement", "S1-019")]
    public Task ConfigRejected_MovesTheValidationErrors() =>
        Moves<BusinessMetrics>(static m => m.ConfigRejected("network"), ("config.validation.errors{config_type=network}", 1));

    [Fact]
    [Trait("Requirement", "S1-014")]
    public Task EventOccurred_MovesTheEventsByTypeAndSeverity() =>
        Moves<SafetyMetrics>(static m => m.EventOccurred("door", Severity.Critical),
            ("safety.events{type=door,severity=critical}", 1), ("safety.last.event.timestamp{severity=critical}", Start));

    [Fact]
    [Trait("Requirement", "S1-014")]
    public Task EventOccurred_NumberedWithAGap_MovesTheMissedAsWell() =>
        Moves<SafetyMetrics>(
            static m =>
            {
                m.EventOccurred("door", Severity.Info, "plc1", 7);
                m.EventOccurred("door", Severity.Info, "plc1", 10);
                m.EventOccurred("door", Severity.Info, "plc1", 9);
                m.EventOccurred("door", Severity.Info, "plc1", 10);
                m.EventOccurred("door", Severity.Info, "plc1", -1);
                m.SourceRestarted("plc1");
                m.EventOccurred("door", Severity.Info, "plc1", 5);
            },
            ("safety.events{type=door,severity=info}", 6), ("safety.last.event.timestamp{severity=info}", Start),
            ("safety.events.missed{source=plc1}", 2), ("safety.events.late{source=plc1}", 1), ("safety.events.duplicated{source=plc1}", 1), ("safety.events.unchecked", 1));

    [Fact]
    [Trait("Requirement", "S1-043")]
    [Trait("Requirement", "B1-02")]
    [Trait("Requirement", "B1-03")]
    public Task UnresolvedChanged_MovesALevelOfItsOwnAndNeverTheCounter() =>
        Moves<SafetyMetrics>(
            static m =>
            {
                m.UnresolvedChanged("door", Severity.Critical, 3);
                m.UnresolvedChanged("door", Severity.Critical, 3);
            },
            ("safety.events.unresolved{type=door,severity=critical}", 3));

    [Fact]
    [Trait("Requirement", "S1-015")]
    public Task Responded_MovesTheResponseTime() =>
        Moves<SafetyMetrics>(static m => m.Responded("door", TimeSpan.FromMilliseconds(4)), ("safety.response.time{type=door}", 1));

    [Fact]
    [Trait("Requirement", "S1-022")]
    public Task QueryExecuted_MovesTheQueriesByKindAndTable() =>
        Moves<PerformanceMetrics>(static m => m.QueryExecuted("select", "robots", TimeSpan.FromMilliseconds(4)), ("database.query.duration{query_type=select,table=robots}", 1));

    [Fact]
    public Task StartQuery_Disposed_MovesTheQueries() =>
        Moves<PerformanceMetrics>(static m => m.StartQuery("select", "robots").Dispose(), ("database.query.duration{query_type=select,table=robots}", 1));

    [Fact]
    [Trait("Requirement", "S1-023")]
    [Trait("Requirement", "B1-16")]
    public Task PoolResized_MovesThePoolAndNotTheConnectionsInUse() =>
        Moves<PerformanceMetrics>(static m => m.PoolResized(20), ("database.connections.pool.size", 20));

    [Fact]
    public Task CacheHit_MovesTheLookUps() => Moves<PerformanceMetrics>(static m => m.CacheHit("robots"), ("cache.lookups{cache_type=robots,result=hit}", 1));

    [Fact]
    public Task CacheMissed_MovesTheLookUps() => Moves<PerformanceMetrics>(static m => m.CacheMissed("robots"), ("cache.lookups{cache_type=robots,result=miss}", 1));

    [Fact]
    [Trait("Requirement", "S1-025")]
    public Task CacheResized_MovesTheSize() => Moves<PerformanceMetrics>(static m => m.CacheResized("robots", 1L << 40), ("cache.size{cache_type=robots}", 1L << 40));

    [Fact]
    public async Task Scopes_DisposedTwice_CountBackOnce()
    {
        await using var kit = TestKit.Start();
        var application = kit.Meter<ApplicationMetrics>();
        var socket = application.StartWebSocket("robots");
        using var other = application.StartWebSocket("robots");
        socket.Dispose();
        socket.Dispose();

        Assert.Equal(1, await kit.ValueAsync("websocket.connections.active", ("channel", "robots")));
    }

    [Fact]
    [Trait("Requirement", "B1-16")]
    public async Task ApiResponseTime_AgainstRequestDuration_ShowsTheSameCells()
    {
        await using var kit = TestKit.Start();
        var application = kit.Meter<ApplicationMetrics>();
        foreach (int milliseconds in new[] { 1, 7, 30, 900, 20_000 }) application.RequestTimed("GET", "/a", TimeSpan.FromMilliseconds(milliseconds));

        using var snapshot = await kit.SnapshotAsync();
        var one = snapshot.Find("http_request_duration_seconds")!.Value;
        var other = snapshot.Find("api_response_time_seconds")!.Value;
        Assert.Equal(5, one.Count);
        Assert.Equal(one.BucketCounts.ToArray(), other.BucketCounts.ToArray());
        Assert.Equal(one.Sum, other.Sum);
        Assert.Equal(one.Tags, other.Tags);
    }

    /// <summary>Everything that the predefined meters show before and after the verb; what moved is all that was said.</summary>
    static async Task Moves<TMeter>(Action<TMeter> verb, params (string Series, double Value)[] moved) where TMeter : class, ICatalogMeter
    {
        await using var kit = TestKit.Start(time: new FakeTimeProvider());
        var before = await Values(kit);
        verb(kit.Meter<TMeter>());
        var after = await Values(kit);

        var changed = after.Where(a => a.Value != before.GetValueOrDefault(a.Key)).OrderBy(static a => a.Key, StringComparer.Ordinal);
        Assert.Equal(moved.OrderBy(static m => m.Series, StringComparer.Ordinal), changed.Select(static a => (a.Key, a.Value)));
    }

    static async Task<Dictionary<string, double>> Values(TestKit kit)
    {
        using var snapshot = await kit.SnapshotAsync();
        Dictionary<string, double> values = [];
        foreach (var family in snapshot.Families)
        {
            if (family.Meter is not ("MetricsKit.Application" or "MetricsKit.Business" or "MetricsKit.Safety" or "MetricsKit.Performance")) continue;
            foreach (var series in family.Series)
            {
                string labels = string.Join(',', series.Tags.Select(static t => string.Create(CultureInfo.InvariantCulture, $"{t.Key}={t.Value}")));
                values.Add(labels.Length == 0 ? family.Definition.Name : $"{family.Definition.Name}{{{labels}}}", series.Value);
            }
        }
        return values;
    }
}
