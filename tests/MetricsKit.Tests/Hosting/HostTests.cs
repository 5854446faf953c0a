using MetricsKit.Testing;
using MetricsKit.Tests.Collectors;
using MetricsKit.Tests.Collectors.Proc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace MetricsKit.Tests.Hosting;

public sealed class HostTests
{
    static readonly string[] Groups = ["System", "Process", "Application", "Business", "Safety", "Performance"];

    [Theory]
    [InlineData("System", "cpu_usage_percent", "memory_usage_bytes", "memory_total_bytes", "disk_usage_bytes", "network_bytes_total", "system_load")]
    [InlineData("Application", "http_requests_total", "http_request_duration_seconds", "http_requests_active", "websocket_connections_active", "database_connections_active", "mission_queue_size")]
    [InlineData("Business", "missions_total", "missions_active", "mission_duration_seconds", "mission_success_rate", "telemetry_data_points_total", "telemetry_latency_seconds", "config_changes_total", "config_validation_errors_total")]
    [InlineData("Safety", "safety_events_total", "safety_events_unresolved", "safety_response_time_seconds", "safety_last_event_timestamp_seconds", "safety_events_missed_total", "safety_events_late_total", "safety_events_duplicated_total", "safety_events_unchecked_total")]
    [InlineData("Performance", "api_response_time_seconds", "api_throughput_requests_per_second", "database_query_duration_seconds", "database_connections_pool_size", "cache_lookups_total", "cache_hit_rate", "cache_size_bytes", "memory_allocation_bytes", "garbage_collection_duration_seconds", "gc_collections_total")]
    [Trait("Requirement", "S1-029")]
    public async Task Group_EnabledAlone_ExportsItsInstrumentsAndNoOthers(string group, params string[] names)
    {
        await using var kit = TestKit.Start(o =>
        {
            foreach (string other in Groups.Where(g => g != group)) o.Groups[other] = new() { Enabled = false };
        });
        Exercise(kit);
        using var snapshot = await kit.SnapshotAsync();
        Assert.Equal(names.Order(StringComparer.Ordinal), Exported(snapshot));
        if (group == "Performance") Assert.Equal(1, snapshot.Total("api_response_time_seconds")); // the cells are those of a group that is off
    }

    [Fact]
    [Trait("Requirement", "S1-034")]
    public async Task Group_Narrowed_ExportsWhatBeginsWithTheNames()
    {
        await using var kit = TestKit.Start(configuration: TestKit.Configuration(
            ("Groups:System:Metrics:0", "cpu"), ("Groups:System:Metrics:1", "memory"), ("Groups:Process:Enabled", "false"), ("Groups:Application:Metrics:0", "http_requests"),
            ("Groups:Business:Metrics:0", "mission.duration"), ("Groups:Safety:Enabled", "false"), ("Groups:Performance:Metrics:0", "cache.size")));
        Exercise(kit);
        using var snapshot = await kit.SnapshotAsync();
        Assert.Equal(["cache_size_bytes", "cpu_usage_percent", "http_requests_active", "http_requests_total", "memory_total_bytes", "memory_usage_bytes", "mission_duration_seconds"], Exported(snapshot));
    }

    [Fact]
    public async Task Instrument_SwitchedOffOrOnByItself_OverrulesItsGroup()
    {
        MemoryHostFiles machine = new();
        machine["proc/meminfo"] = Samples.MemInfo;
        machine["proc/loadavg"] = Samples.LoadAvg;
        await using var kit = TestKit.Start(
            static o =>
            {
                o.Groups["System"] = new() { Enabled = false };
                o.Instruments["memory.total"] = new() { Enabled = true };
                o.Instruments["safety.events"] = new() { Enabled = false };
            },
            machine: machine);
        Exercise(kit);
        using var snapshot = await kit.SnapshotAsync();
        Assert.Null(snapshot.Find("safety.events"));
        Assert.Null(snapshot.Find("system.load"));
        Assert.Equal(24683672L * 1024, snapshot.Find("memory.total")?.Value);
        Assert.Null(snapshot.Find("memory.usage"));
    }

    [Fact]
    [Trait("Requirement", "S1-036")]
    public async Task Tags_OfTheHost_AreOnEverySeriesButTheKitsOwnAndASeriesOwnTagWins()
    {
        await using var kit = TestKit.Start(static o =>
        {
            o.Tags["site"] = "north";
            o.Tags["type"] = "host";
        });
        Exercise(kit);
        var scrape = await kit.ScrapeAsync();
        foreach (var sample in scrape.Samples)
        {
            bool own = sample.Name.StartsWith("metricskit_", StringComparison.Ordinal);
            Assert.Equal(own ? null : "north", sample["site"]);
        }
        Assert.Equal("door", scrape.Family("safety_events_total").Samples.First(static s => s.Value > 0)["type"]);
        Assert.Equal("host", scrape.Family("database_connections_active").Samples[0]["type"]);
    }

    [Fact]
    public async Task Values_Declared_ArePublishedAtZero()
    {
        await using var kit = TestKit.Start(configuration: TestKit.Configuration(("Groups:Safety:Values:type:0", "door"), ("Groups:Safety:Values:type:1", "laser")));
        using var snapshot = await kit.SnapshotAsync();
        Assert.Equal(0, snapshot.Find("safety.events", ("type", "laser"), ("severity", "critical"))!.Value.Value);
        Assert.Equal(0, snapshot.Find("safety.response.time", ("type", "door"))!.Value.Count);
        Assert.Null(snapshot.Find("safety.events.unresolved"));
        Assert.Null(snapshot.Find("missions"));
    }

    [Theory]
    [InlineData(ExpositionFormat.PrometheusText, "# HELP metricskit_enabled Whether the kit measures: 1, or 0 when it is switched off.\n# TYPE metricskit_enabled gauge\nmetricskit_enabled 0\n")]
    [InlineData(ExpositionFormat.OpenMetrics, "# TYPE metricskit_enabled gauge\n# HELP metricskit_enabled Whether the kit measures: 1, or 0 when it is switched off.\nmetricskit_enabled 0\n# EOF\n")]
    public async Task KillSwitch_Thrown_OnlyTheKitsOwnStateIsLeft(ExpositionFormat format, string text)
    {
        await using var kit = TestKit.Start(static o => o.Prefix = "oht50", configuration: TestKit.Configuration(("Enabled", "false"), ("Tags:site", "north")), add: static b => b.AddMeter<RobotMetrics>().AddCollector<RobotCollector>());
        Exercise(kit);
        using var snapshot = await kit.SnapshotAsync();
        Assert.Equal(text, TestKit.Text(snapshot, format));
    }

    [Fact]
    [Trait("Requirement", "S1-031")]
    public async Task Sources_OfAllKinds_MeetInOneSnapshot()
    {
        MemoryHostFiles machine = new();
        machine["proc/meminfo"] = Samples.MemInfo;
        await using var kit = TestKit.Start(machine: machine);
        Exercise(kit);
        using var snapshot = await kit.SnapshotAsync();
        Assert.All(["http.requests", "telemetry.data.points", "memory.total", "missions", "safety.events"], name => Assert.True(snapshot.Total(name) > 0, name));
    }

    [Fact]
    [Trait("Requirement", "S1-032")]
    public async Task UsersMeterAndCollector_Added_AreReadAndExportedLikeThePredefinedOnes()
    {
        await using var kit = TestKit.Start(static o => o.Prefix = "oht50", static b => b.AddMeter<RobotMetrics>().AddMeter<RobotMetrics>().AddCollector<RobotCollector>().AddCollector<RobotCollector>());
        kit.Meter<RobotMetrics>().Moved("r1", 12);
        var scrape = await kit.ScrapeAsync(ExpositionFormat.OpenMetrics);
        Assert.Equal(12, scrape.Value("oht50_robot_distance_meters_total", ("robot", "r1")));
        Assert.Equal(80, scrape.Value("oht50_robot_battery_percent", ("robot", "r1")));
        Assert.Single(kit.Monitor.States, static s => s.Name == nameof(RobotCollector));
    }

    [Fact]
    [Trait("Requirement", "S1-042")]
    [Trait("Requirement", "S1-043")]
    public async Task Hooks_OfTheBusiness_AreCollectorsThatSetLevels()
    {
        await using var kit = TestKit.Start(add: static b => b.AddCollector<HookCollector>());
        using var snapshot = await kit.SnapshotAsync();
        Assert.Equal(4, snapshot.Find("mission.queue.size", ("priority", "high"))!.Value.Value);
        Assert.Equal(2, snapshot.Find("safety.events.unresolved", ("severity", "critical"))!.Value.Value);
        Assert.Equal(0, snapshot.Total("safety.events"));
    }

    [Fact]
    public async Task AddMetricsKit_CalledTwice_IsOneRegistrationAndBothDelegatesRun()
    {
        ServiceCollection services = new();
        services.AddMetricsKit(static o => o.Prefix = "one");
        int count = services.Count;
        services.AddMetricsKit(static o => o.Tags["site"] = "north");
        Assert.Equal(count + 1, services.Count); // the second delegate
        await using var provider = services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptions<MetricsKitOptions>>().Value;

        Assert.Equal(("one", "north"), (options.Prefix, options.Tags["site"]));
        Assert.Single(provider.GetServices<IHostedService>());
        using var snapshot = await provider.GetRequiredService<IMetricsSnapshotSource>().GetSnapshotAsync();
        Assert.Equal(snapshot.Families.Select(static f => f.PrometheusName).Distinct(), snapshot.Families.Select(static f => f.PrometheusName));
    }

    [Fact]
    [Trait("Requirement", "S1-044")]
    public async Task GenericHost_Starting_StartsCollectorsBeforeTheUsersServices()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton<FirstSight>();
        builder.Services.AddHostedService(static p => p.GetRequiredService<FirstSight>());
        builder.Services.AddMetricsKit(static o => o.Groups["System"] = new() { Interval = TimeSpan.FromHours(1) }).AddCollector<Ticking>();
        using var host = builder.Build();
        await host.StartAsync();

        var seen = host.Services.GetRequiredService<FirstSight>();
        Assert.Contains("missions_active", seen.Families);
        await Eventually.BecomesAsync(() => host.Services.GetRequiredService<Ticking>().Calls > 0, Threads.Patience, "the collector was called without anybody asking");
        await host.StopAsync();
    }

    [Fact]
    public async Task GenericHost_WithAWrongConfiguration_DoesNotStartAndSaysEverything()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddMetricsKit(static o => { o.Prefix = "9"; o.Limits.MaxSeries = 0; });
        using var host = builder.Build();
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal(2, refused.Failures.Count());
    }

    [Fact]
    public async Task MetricsKitHost_InAProgramWithoutAHost_MeasuresAndEnds()
    {
        SafetyMetrics safety;
        await using (var kit = MetricsKitHost.Create(static b => b.AddMeter<RobotMetrics>(), TestKit.Configuration(("Prefix", "oht50"))))
        {
            safety = kit.GetMeter<SafetyMetrics>();
            safety.EventOccurred("door", Severity.Critical);
            kit.GetMeter<RobotMetrics>().Moved("r1", 3);
            using var snapshot = await kit.GetSnapshotAsync();
            Assert.Equal(1, snapshot.Find("oht50_safety_events_total", ("severity", "critical"))!.Value.Value);
            Assert.Equal(3, snapshot.Total("robot.distance"));
        }
        safety.EventOccurred("door", Severity.Critical);
    }

    [Fact]
    public async Task MetricsKitHost_MeterThatWasNotAdded_SaysHowToAddIt()
    {
        await using var kit = MetricsKitHost.Create();
        Assert.Contains("AddMeter<RobotMetrics>()", Assert.Throws<InvalidOperationException>(() => kit.GetMeter<RobotMetrics>()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MetricsKitHost_WithAWrongConfiguration_IsRefused() =>
        Assert.Throws<OptionsValidationException>(() => MetricsKitHost.Create(configuration: TestKit.Configuration(("Prefix", "9"))));

    [Fact]
    public async Task MetricsKitHost_TwoInOneProcess_AreIndependent()
    {
        await using var one = MetricsKitHost.Create();
        await using var other = MetricsKitHost.Create();
        one.GetMeter<SafetyMetrics>().EventOccurred("door", Severity.Info);
        using var snapshot = await other.GetSnapshotAsync();
        Assert.Equal(0, snapshot.Total("safety.events"));
    }

    static IEnumerable<string> Exported(MetricsSnapshot snapshot) =>
        snapshot.Families.Where(static f => f.Meter != "MetricsKit").Select(static f => f.PrometheusName).Order(StringComparer.Ordinal);

    static void Exercise(TestKit kit)
    {
        kit.Meter<ApplicationMetrics>().RequestCompleted("GET", "/a", "200");
        kit.Meter<ApplicationMetrics>().RequestTimed("GET", "/a", TimeSpan.FromSeconds(1));
        kit.Meter<BusinessMetrics>().StartMission("transport").Succeed();
        kit.Meter<BusinessMetrics>().TelemetryReceived("battery", "m1");
        kit.Meter<SafetyMetrics>().EventOccurred("door", Severity.Critical);
        kit.Meter<PerformanceMetrics>().CacheHit("robots");
    }

    public sealed class RobotMetrics : ICatalogMeter
    {
        static class Rows
        {
            static readonly TagKey<string> Robot = TagKey.Open("robot");

            public static readonly InstrumentDefinition<CounterInstrument<string>> Distance = Define.Counter("robot.distance", "m", "How far a robot has gone.", Robot);

            public static readonly InstrumentDefinition<ObservableGaugeInstrument<string>> Battery = Define.ObservableGauge("robot.battery", "%", "How full a robot's battery is.", Robot);
        }

        public static MeterDefinition Definition { get; } = new("Fleet.Robots", Rows.Distance, Rows.Battery);

        readonly CounterInstrument<string> _distance;

        public RobotMetrics(Instruments<RobotMetrics> instruments)
        {
            _distance = instruments.Create(Rows.Distance);
            Battery = instruments.Create(Rows.Battery);
        }

        public ObservableGaugeInstrument<string> Battery { get; }

        public void Moved(string robot, long meters) => _distance.Add(meters, robot);
    }

    public sealed class RobotCollector(RobotMetrics robots) : ICollector
    {
        public void Collect() => robots.Battery.Observe(80, "r1");
    }

    public sealed class HookCollector(ApplicationMetrics application, SafetyMetrics safety) : ICollector
    {
        public void Collect()
        {
            application.MissionQueueChanged(MissionPriority.High, 4);
            safety.UnresolvedChanged("door", Severity.Critical, 2);
        }
    }

    public sealed class Ticking : ICollector
    {
        int _calls;

        public int Calls => Volatile.Read(ref _calls);

        public TimeSpan? Interval => TimeSpan.FromHours(1);

        public void Collect() => Interlocked.Increment(ref _calls);
    }

    public sealed class FirstSight(IMetricsSnapshotSource source) : IHostedService
    {
        public IReadOnlyList<string> Families { get; private set; } = [];

        public async Task StartAsync(CancellationToken cancellationToken)
        {
            using var snapshot = await source.GetSnapshotAsync(cancellationToken: cancellationToken);
            Families = [.. snapshot.Families.Select(static f => f.PrometheusName)];
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
