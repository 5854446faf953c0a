using MetricsKit.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace MetricsKit.Tests.Hosting;

public sealed class ConfigurationTests
{
    [Fact]
    public async Task Bind_EveryKey_SetsWhatItNames()
    {
        await using var kit = TestKit.Start(configuration: TestKit.Configuration(
            ("Enabled", "true"), ("Prefix", "oht50"), ("Tags:service", "fleet"), ("Tags:site", "north"),
            ("Groups:System:Enabled", "false"), ("Groups:System:Interval", "00:00:15"), ("Groups:System:Metrics:0", "cpu"), ("Groups:System:Metrics:1", "memory.usage"),
            ("Groups:Safety:Values:type:0", "door"), ("Groups:Safety:Values:type:1", "laser"),
            ("Host:ProcRoot", "/host/proc"), ("Host:SysRoot", "/host/sys"), ("Derived:Window", "00:05:00"), ("Derived:Interval", "00:00:10"),
            ("Limits:MaxSeries", "5000"), ("Limits:MaxCellBytes", "33554433"), ("Limits:MaxThreads", "257"),
            ("Instruments:mission.duration:Bounds:0", "1"), ("Instruments:mission.duration:Bounds:1", "2.5"), ("Instruments:mission.duration:MaxSeries", "500"), ("Instruments:mission.duration:Enabled", "false"),
            ("Prometheus:Path", "/internal/metrics")));
        var o = kit.Services.GetRequiredService<IOptions<MetricsKitOptions>>().Value;

        Assert.Equal((true, "oht50"), (o.Enabled, o.Prefix));
        Assert.Equal(new Dictionary<string, string> { ["service"] = "fleet", ["site"] = "north" }, o.Tags);
        Assert.Equal((false, TimeSpan.FromSeconds(15)), (o.Groups["System"].Enabled, o.Groups["system"].Interval));
        Assert.Equal(["cpu", "memory.usage"], o.Groups["System"].Metrics);
        Assert.Equal(["door", "laser"], o.Groups["Safety"].Values["type"]);
        Assert.Equal(("/host/proc", "/host/sys"), (o.Host.ProcRoot, o.Host.SysRoot));
        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(10)), (o.Derived.Window, o.Derived.Interval));
        Assert.Equal((5000, 33554433, 257), (o.Limits.MaxSeries, o.Limits.MaxCellBytes, o.Limits.MaxThreads));
        Assert.Equal([1, 2.5], o.Instruments["mission.duration"].Bounds!);
        Assert.Equal((500, false), (o.Instruments["mission.duration"].MaxSeries, o.Instruments["mission.duration"].Enabled));
        Assert.Equal("/internal/metrics", o.Prometheus.Path);
        Assert.Empty(kit.Services.GetRequiredService<MetricsKitConfiguration>().UnknownKeys);
    }

    [Fact]
    public void Bind_InAnyCulture_ReadsTheSameNumbers() => Cultures.ForEach(static () =>
    {
        using var services = TestKit.Start(configuration: TestKit.Configuration(("Instruments:mission.duration:Bounds:0", "0.5"), ("Derived:Window", "00:01:30"), ("Limits:MaxSeries", "1000"))).Services;
        var o = services.GetRequiredService<IOptions<MetricsKitOptions>>().Value;
        Assert.Equal(0.5, o.Instruments["mission.duration"].Bounds![0]);
        Assert.Equal((90, 1000), (o.Derived.Window.TotalSeconds, o.Limits.MaxSeries));
    });

    [Fact]
    public async Task Bind_EnvironmentVariables_NameTheSameKeys()
    {
        // A prefix that nobody else uses: the environment belongs to all tests.
        const string Prefix = "ConfigurationTests_";
        Environment.SetEnvironmentVariable(Prefix + "MetricsKit__Prefix", "oht50");
        Environment.SetEnvironmentVariable(Prefix + "METRICSKIT__INSTRUMENTS__MISSION_DURATION__MAXSERIES", "7");
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables(Prefix).Build();
        await using var kit = TestKit.Start(configuration: configuration);

        Assert.Equal(0, (await kit.ScrapeAsync()).Value("oht50_database_connections_active"));
        Assert.Equal(7, kit.Services.GetRequiredService<InstrumentRegistry>().Find(BusinessMetrics.Rows.MissionDuration)!.Table!.MaxSeries);
    }

    [Fact]
    public async Task Bind_InstrumentByDotsInAFileAndUnderscoresInTheEnvironment_IsOne()
    {
        await using var kit = TestKit.Start(
            static o => o.Instruments["mission.duration"].MaxSeries = 9,
            configuration: TestKit.Configuration(("Instruments:mission.duration:Bounds:0", "3"), ("Instruments:mission_duration:MaxSeries", "7"), ("Instruments:Mission_Duration:Enabled", "true")));
        var duration = kit.Services.GetRequiredService<InstrumentRegistry>().Find(BusinessMetrics.Rows.MissionDuration)!;

        Assert.Equal([3], duration.Bounds.ToArray());
        Assert.Equal(9, duration.Table!.MaxSeries);
    }

    [Fact]
    public async Task Bind_DeclaredValuesByDotsAndUnderscores_AreOne()
    {
        await using var kit = TestKit.Start(configuration: TestKit.Configuration(("Groups:Business:Values:config_type:0", "a"), ("Groups:Business:Values:config.type:1", "b")));
        Assert.Equal(0, await kit.ValueAsync("config.changes"));
    }

    [Fact]
    public async Task Code_AgainstConfiguration_Wins()
    {
        await using var kit = TestKit.Start(static o => o.Prefix = "code", configuration: TestKit.Configuration(("Prefix", "file"), ("Tags:site", "north")));
        Assert.Equal(0, (await kit.ScrapeAsync()).Value("code_database_connections_active", ("site", "north")));
    }

    [Fact]
    public void Faults_OfEveryKind_AreReportedAtOnceASentenceEach()
    {
        var faults = TestKit.Faults(
            static o =>
            {
                o.Tags["9x"] = "v";
                o.Tags["empty"] = "";
                o.Tags["le"] = "v";
                o.Tags["otel_metric_overflow"] = "v";
                o.Tags["_.x"] = "v";
                o.Tags["a.b"] = o.Tags["a_b"] = "v";
                o.Limits.MaxSeries = 0;
                o.Limits.MaxCellBytes = 1;
                o.Limits.MaxThreads = -1;
                o.Derived.Interval = TimeSpan.FromMilliseconds(50);
                o.Derived.Window = TimeSpan.FromMilliseconds(10);
                o.Prometheus.Path = "metrics";
                o.Groups["Safety"] = new() { Interval = TimeSpan.Zero };
                o.Groups["Safety"].Metrics.Add("doors");
                o.Groups["Safety"].Values["severity"] = ["bad"];
                o.Instruments["nothing"] = new();
                o.Instruments["missions"] = new() { MaxSeries = 0, Bounds = [1] };
                o.Instruments["api.response.time"] = new() { Bounds = [1] };
                o.Instruments["mission.duration"] = new() { Bounds = [2, 1] };
                o.Instruments["telemetry.latency"] = new() { Bounds = [double.NaN] };
                o.Instruments["safety.response.time"] = new() { Bounds = [.. Enumerable.Range(0, 255).Select(static b => (double)b)] };
            },
            TestKit.Configuration(("Enabled", "yes"), ("Prefix", "9 lives"), ("Limits:MaxSeries", "many"), ("Derived:Window", "a minute"), ("Groups:Weather:Enabled", "true"), ("Groups:System:Metrics", "cpu"), ("Instruments:mission.duration:Bounds:0", "one")));

        string[] begin =
        [
            "MetricsKit:Enabled is 'yes', which is not true or false.", "MetricsKit:Limits:MaxSeries is 'many', which is not a whole number.", "MetricsKit:Derived:Window is 'a minute'",
            "MetricsKit:Groups:System:Metrics is a list", "MetricsKit:Instruments:mission.duration:Bounds has 'one', which is not a number.",
            "MetricsKit:Prefix is '9 lives'", "MetricsKit:Tags:9x is not a label name", "MetricsKit:Tags:empty is empty", "MetricsKit:Tags:le is not a label name", "MetricsKit:Tags:otel_metric_overflow is not a label name",
            "MetricsKit:Tags:_.x is not a label name", "MetricsKit:Tags has 'a_b' twice",
            "MetricsKit:Limits:MaxSeries is 0", "MetricsKit:Limits:MaxCellBytes is 1", "MetricsKit:Limits:MaxThreads is -1", "MetricsKit:Derived:Interval is 00:00:00.0500000", "MetricsKit:Derived:Window is 00:00:00.0100000",
            "MetricsKit:Prometheus:Path is 'metrics'", "MetricsKit:Groups:Weather is no group", "MetricsKit:Groups:Safety:Interval is 00:00:00", "MetricsKit:Groups:Safety:Metrics has 'doors'", "MetricsKit:Groups:Safety:Values:severity is no open tag",
            "MetricsKit:Instruments:nothing is no instrument", "MetricsKit:Instruments:missions:MaxSeries is 0", "MetricsKit:Instruments:missions:Bounds: 'missions' has no bounds", "MetricsKit:Instruments:api.response.time:Bounds: 'api.response.time' has no bounds",
            "MetricsKit:Instruments:mission.duration:Bounds must increase", "MetricsKit:Instruments:telemetry.latency:Bounds must be finite", "MetricsKit:Instruments:safety.response.time:Bounds are 255",
        ];
        foreach (string expected in begin) Assert.Contains(faults, fault => fault.StartsWith(expected, StringComparison.Ordinal));
        Assert.Equal(begin.Length, faults.Count);
        Assert.All(faults, static fault => Assert.EndsWith(".", fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Faults_OfTheDefaults_AreNone() => Assert.Empty(TestKit.Faults());

    [Fact]
    public void UnknownKeys_OfAnyDepth_AreReportedOnceEachAndSetNothing()
    {
        RecordedLogs logs = new();
        using var services = TestKit.Start(
            add: b => b.Services.AddLogging(l => l.AddProvider(logs)),
            configuration: TestKit.Configuration(("Prefx", "x"), ("Groups:Safety:Enabld", "false"), ("Derived:Windw", "1"), ("Instruments:missions:Limit", "3"), ("Stream:Path", "/ws"))).Services;

        Assert.Equal(
            ["MetricsKit:Derived:Windw", "MetricsKit:Groups:Safety:Enabld", "MetricsKit:Instruments:missions:Limit", "MetricsKit:Prefx", "MetricsKit:Stream"],
            logs.Warnings.Select(static w => w.Split(' ')[3]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void UnknownKeys_BesideAnError_AreToldWithIt() =>
        Assert.Equal(
            [
                "MetricsKit:Sinks:File:Directory is empty: name the directory for the files, which no other sink uses.",
                "MetricsKit:Sinks:File:Path is not known to the packages of MetricsKit that are installed, and sets nothing: correct or remove it.",
            ],
            TestKit.Faults(configuration: TestKit.Configuration(("Sinks:File:Path", "metrics"))));

    [Fact]
    public void OtherSections_OfTheConfiguration_AreNobodysBusiness()
    {
        RecordedLogs logs = new();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Logging:LogLevel", "x"), new("MetricsKitchen:Prefix", "x")]).Build();
        using var services = TestKit.Start(add: b => b.Services.AddLogging(l => l.AddProvider(logs)), configuration: configuration).Services;
        Assert.Empty(logs.Warnings);
    }

    sealed class RecordedLogs : ILoggerProvider, ILogger
    {
        readonly List<string> _warnings = [];

        public IReadOnlyList<string> Warnings
        {
            get { lock (_warnings) return [.. _warnings]; }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_warnings) _warnings.Add(formatter(state, exception));
        }

        public void Dispose() { }
    }
}
