using MetricsKit.Testing;
using MetricsKit.Tests.Collectors;
using MetricsKit.Tests.Collectors.Proc;
using Xunit;

namespace MetricsKit.Tests.Catalog;

/// <summary>One scrape of a kit with the prefix <c>oht50</c>, on a made-up machine, after every verb of the predefined meters was called.</summary>
public sealed class FleetExposition : IAsyncLifetime
{
    Exposition? _scrape;

    /// <summary>The samples of a family without the suffixes of histograms, after proof of its type and of the labels of every series.</summary>
    internal IReadOnlyList<ExpositionSample> Family(string name, ExpositionType type, params string[] labels)
    {
        var family = _scrape!.Family(name);
        Assert.Equal(type, family.Type);
        Assert.NotEmpty(family.Samples);
        Assert.All(family.Samples, sample => Assert.Equal(
            labels.Order(StringComparer.Ordinal),
            sample.Labels.Select(static label => label.Key).Where(static key => key != "le").Order(StringComparer.Ordinal)));
        return family.Samples;
    }

    internal double Value(string name, params (string, string)[] labels) => _scrape!.Value(name, labels);

    internal IEnumerable<string> Names => _scrape!.Families.Select(static family => family.Name);

    public async Task InitializeAsync()
    {
        MemoryHostFiles machine = new();
        machine["proc/stat"] = "cpu  1 1 1 1 1 1 1 1 0 0\ncpu0 100 100 100 100 100 100 100 100\nbtime 1\n";
        machine["proc/meminfo"] = Samples.MemInfo;
        machine["proc/self/mountinfo"] = Samples.MountInfo;
        machine["proc/net/dev"] = Samples.NetDev;
        machine["proc/loadavg"] = Samples.LoadAvg;
        machine.Disks["/"] = new DiskSpace(Total: 1000, Free: 700, Available: 600);
        await using var kit = TestKit.Start(static o => o.Prefix = "oht50", time: new FakeTimeProvider(), machine: machine);

        await kit.SettleAsync();
        GC.Collect();
        var application = kit.Meter<ApplicationMetrics>();
        application.RequestCompleted("GET", "/api/v1/robots", "200");
        application.RequestTimed("GET", "/api/v1/robots", TimeSpan.FromMilliseconds(30));
        using var socket = application.StartWebSocket("telemetry");
        using var connection = application.StartDatabaseConnection();
        application.MissionQueueChanged(MissionPriority.High, 2);
        application.MissionQueueChanged(MissionPriority.Normal, 5);
        var business = kit.Meter<BusinessMetrics>();
        business.StartMission("transport").Succeed();
        business.StartMission("transport").Fail();
        business.TelemetryReceived("temperature", "module_1");
        business.TelemetryDelayed("temperature", TimeSpan.FromMilliseconds(3));
        business.ConfigChanged("network");
        business.ConfigRejected("network");
        var safety = kit.Meter<SafetyMetrics>();
        safety.EventOccurred("door", Severity.Critical);
        safety.Responded("door", TimeSpan.FromMilliseconds(20));
        var performance = kit.Meter<PerformanceMetrics>();
        performance.QueryExecuted("select", "missions", TimeSpan.FromMilliseconds(2));
        performance.PoolResized(10);
        performance.CacheHit("robots");
        performance.CacheMissed("robots");
        performance.CacheResized("robots", 4096);
        machine["proc/stat"] = "cpu  1 1 1 1 1 1 1 1 0 0\ncpu0 130 105 110 140 108 101 102 104\nbtime 1\n";
        await kit.PassAsync();
        _scrape = await kit.ScrapeAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;
}
