using System.Buffers;
using System.Text.Json;
using MetricsKit.Testing;
using MetricsKit.Tests.Collectors;
using MetricsKit.Tests.Collectors.Proc;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace MetricsKit.Tests.Hosting;

/// <summary>What a host measures: who decides each attribute, and where the attributes are seen.</summary>
public sealed class ResourceTests
{
    static readonly ResourceDefaults Machine = new("app", "1.2.3", "i-1", "m1", "linux", 7, "exe", "10.0.1", "0.9.0");

    [Fact]
    public void Defaults_AreTheConventions()
    {
        Assert.Equal(
            [
                "service.name=app", "service.version=1.2.3", "service.instance.id=i-1", "host.name=m1", "os.type=linux", "process.pid=7", "process.runtime.name=.NET", "process.runtime.version=10.0.1",
                "telemetry.sdk.name=MetricsKit", "telemetry.sdk.language=dotnet", "telemetry.sdk.version=0.9.0",
            ],
            Of(Machine, static _ => { }));
    }

    [Theory]
    [InlineData("", "exe", "unknown_service:exe")]
    [InlineData("", "", "unknown_service")]
    public void Service_ThatNobodyNames_IsUnknown(string application, string executable, string expected) =>
        Assert.Equal("service.name=" + expected, Of(Machine with { Application = application, Executable = executable }, static _ => { })[0]);

    [Fact]
    public void Attributes_ThatAreUnknown_AreAbsent() =>
        Assert.DoesNotContain(Of(Machine with { Version = "", System = "" }, static _ => { }), static a => a.StartsWith("service.version", StringComparison.Ordinal) || a.StartsWith("os.type", StringComparison.Ordinal));

    [Fact]
    public void Precedence_IsOptionsThenTagsThenVariablesThenDefaults()
    {
        var all = Of(Machine, static o =>
        {
            o.Resource.Variables = [new("host.name", "variable"), new("a", "variable"), new("b", "variable"), new("c", "variable")];
            o.Tags["a"] = o.Tags["b"] = "tag";
            o.Resource.Attributes["a"] = "option";
        });
        Assert.Equal(["a=option", "b=tag", "c=variable"], all[^3..].Order(StringComparer.Ordinal));
        Assert.Equal("host.name=variable", all[3]); // in its place
        Assert.Equal(Machine.Attributes.Length + 3, all.Length);
    }

    [Fact]
    public void Attribute_Empty_TakesAwayWhatWouldBeThere()
    {
        var all = Of(Machine, static o => o.Resource.Attributes["host.name"] = o.Resource.Attributes["process_pid"] = o.Resource.Attributes["service.name"] = "");
        Assert.DoesNotContain(all, static a => a.StartsWith("host.name", StringComparison.Ordinal) || a.StartsWith("process", StringComparison.Ordinal) && a.Contains("pid", StringComparison.Ordinal));
        Assert.Equal("service.name=app", all[0]); // is never missing
    }

    [Fact]
    public void Attribute_WithUnderscores_IsTheOneThatIsThereWithDots()
    {
        var all = Of(Machine, static o => (o.Resource.Attributes["service_name"], o.Resource.Attributes["service_id"]) = ("fleet", "s"));
        Assert.Equal(("service.name=fleet", "service_id=s"), (all[0], all[^1]));
        Assert.Equal(Machine.Attributes.Length + 1, all.Length);
    }

    [Fact]
    public void Tag_WithUnderscores_IsTheAttributeThatIsThereWithDots() => Assert.Equal("service.name=fleet", Of(Machine, static o => o.Tags["service_name"] = "fleet")[0]);

    [Fact]
    public void Attribute_WithALoneSurrogate_IsMended() => Assert.Equal("k=a\uFFFD", Of(Machine, static o => o.Resource.Attributes["k"] = "a\uD800")[^1]);

    [Fact]
    public async Task Resource_OfAHost_ComesFromItsEnvironmentItsVariablesAndItsSection()
    {
        NamedEnvironment environment = new();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [new("OTEL_RESOURCE_ATTRIBUTES", "service.name=listed,deployment.environment.name=plant%201"), new("MetricsKit:Resource:Attributes:service.namespace", "oht"), new("MetricsKit:Tags:site", "north")]).Build();
        await using var kit = TestKit.Start(configuration: configuration, add: b => b.Services.AddSingleton<IHostEnvironment>(environment));
        await using var other = TestKit.Start(configuration: new ConfigurationBuilder().Build(), add: b => b.Services.AddSingleton<IHostEnvironment>(environment));
        using var snapshot = await kit.SnapshotAsync();
        using var again = await kit.SnapshotAsync();
        using var others = await other.SnapshotAsync();
        var (resource, its) = (snapshot.Resource.ToDictionary(), others.Resource.ToDictionary());
        Assert.Equal(("listed", "plant 1", "oht", "north", "robots"), (resource["service.name"], resource["deployment.environment.name"], resource["service.namespace"], resource["site"], its["service.name"]));
        Assert.Equal(Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture), resource["process.pid"]);
        Assert.True(Guid.TryParse(resource["service.instance.id"], out _));
        Assert.NotEqual(resource["service.instance.id"], its["service.instance.id"]); // two hosts of one process are two instances
        Assert.Equal(snapshot.Resource, again.Resource);

        ArrayBufferWriter<byte> json = new();
        JsonSnapshotWriter.Write(snapshot, json);
        using var document = JsonDocument.Parse(json.WrittenMemory);
        Assert.Equal(resource, document.RootElement.GetProperty("resource").EnumerateObject().ToDictionary(static m => m.Name, static m => m.Value.GetString()!));
    }

    [Theory]
    [InlineData(ExpositionFormat.PrometheusText, "target_info")]
    [InlineData(ExpositionFormat.OpenMetrics, "target")]
    [Trait("Requirement", "S3-040")]
    public async Task Tags_OfTheUser_AreOnEverySeriesAndInTheResource(ExpositionFormat format, string target)
    {
        string[] keys = ["instance_id", "project_id", "service_id"];
        await using var kit = TestKit.Start(configuration: TestKit.Configuration([.. keys.Select(static k => ("Tags:" + k, "my " + k))]));
        kit.Meter<BusinessMetrics>().ConfigChanged("zones");
        kit.Services.GetRequiredService<IMetricRecorder>().Record("level", 1);
        Assert.True(await kit.Services.GetRequiredService<IMetricRecorder>().FlushAsync(Threads.Patience));
        var page = await kit.ScrapeAsync(format);
        Assert.Contains(page.Samples, static s => s.Name == "config_changes_total");
        Assert.Contains(page.Samples, static s => s.Name == "level");
        Assert.All(page.Samples.Where(static s => !s.Name.StartsWith("metricskit_", StringComparison.Ordinal)), s => Assert.All(keys, k => Assert.Equal("my " + k, s[k])));
        Assert.Equal(target, page.Families[0].Name);
        using var snapshot = await kit.SnapshotAsync();
        Assert.All(keys, k => Assert.Contains(KeyValuePair.Create(k, "my " + k), snapshot.Resource));
    }

    [Theory]
    [InlineData(ExpositionFormat.PrometheusText)]
    [InlineData(ExpositionFormat.OpenMetrics)]
    [Trait("Requirement", "S2-094")]
    public async Task Labels_FromAttributes_AreOnEverySeriesInPrometheusAlone(ExpositionFormat format)
    {
        await using var kit = TestKit.Start(configuration: TestKit.Configuration(
            ("Resource:Attributes:service.name", "plantd"), ("Resource:Attributes:host.name", "h1"), ("Resource:Labels:service", "service.name"), ("Resource:Labels:host", "host.name"), ("Prefix", "plantd")));
        var recorder = kit.Services.GetRequiredService<IMetricRecorder>();
        recorder.Record("plantd_message_count", 2, SampleKind.Counter);
        recorder.Record("own_count", 3, SampleKind.Counter, ("service", "own"));
        Assert.True(await recorder.FlushAsync(Threads.Patience));
        kit.Meter<BusinessMetrics>().ConfigChanged("zones");
        var page = await kit.ScrapeAsync(format);
        var others = page.Samples.Where(static s => !s.Name.StartsWith("metricskit_", StringComparison.Ordinal) && s.Name is not "target_info").ToArray();
        Assert.Contains(others, static s => s.Name == "plantd_config_changes_total" && s["service"] == "plantd");
        Assert.Contains(others, static s => s.Name.EndsWith("plantd_message_count_total", StringComparison.Ordinal) && s["service"] == "plantd");
        Assert.All(others, static s => Assert.Equal((s.Name.EndsWith("own_count_total", StringComparison.Ordinal) ? "own" : "plantd", "h1"), (s["service"], s["host"])));
        Assert.Contains(others, static s => s["service"] == "own"); // a series' own tag wins
        var target = Assert.Single(page.Samples, static s => s.Name is "target_info");
        Assert.Null(target["service"]);
        using var snapshot = await kit.SnapshotAsync();
        Assert.DoesNotContain(snapshot.Resource, static a => a.Key is "service" or "host"); // where they are already, under their own keys
        Assert.All(snapshot.Families.SelectMany(static f => f.Series), static s => Assert.DoesNotContain(s.Tags, static t => t.Key is "host"));
    }

    [Fact]
    [Trait("Requirement", "S2-092")]
    [Trait("Requirement", "S2-093")]
    public async Task Labels_FromAttributes_AreOnWhatTheMachineDoes()
    {
        MemoryHostFiles machine = new();
        machine["proc/stat"] = "cpu  1 1 1 1 1 1 1 1 0 0\ncpu0 100 100 100 100 100 100 100 100\nbtime 1\n";
        machine["proc/meminfo"] = Samples.MemInfo;
        await using var kit = TestKit.Start(
            configuration: TestKit.Configuration(("Resource:Attributes:service.name", "plantd"), ("Resource:Attributes:host.name", "h1"), ("Resource:Labels:service", "service.name"), ("Resource:Labels:host", "host.name"), ("Prefix", "plantd")),
            time: new(), machine: machine);
        await kit.SettleAsync();
        machine["proc/stat"] = "cpu  1 1 1 1 1 1 1 1 0 0\ncpu0 130 105 110 140 108 101 102 104\nbtime 1\n";
        await kit.PassAsync();
        var page = await kit.ScrapeAsync();
        foreach (string name in new[] { "plantd_cpu_usage_percent", "plantd_memory_usage_bytes" })
        {
            var family = page.Family(name);
            Assert.NotEmpty(family.Samples);
            Assert.NotEmpty(family.Help!);
            Assert.Equal(ExpositionType.Gauge, family.Type);
            Assert.All(family.Samples, static s => Assert.Equal(("plantd", "h1"), (s["service"], s["host"])));
        }
    }

    [Fact]
    public async Task Target_SwitchedOff_IsGone()
    {
        await using var kit = TestKit.Start(configuration: TestKit.Configuration(("Resource:TargetInfo", "false")));
        Assert.DoesNotContain((await kit.ScrapeAsync()).Families, static f => f.Name.StartsWith("target", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Target_WithAllThatIsAllowed_FitsTheWritersSegment()
    {
        // Each as long as it may be, and of what takes the most room when it is escaped.
        string[] variables = ["OTEL_RESOURCE_ATTRIBUTES"];
        Dictionary<string, string?> values = new() { [variables[0]] = "v=" + new string('\\', ResourceOptions.MaxBytes - 2), ["MetricsKit:Resource:Attributes:a"] = new('"', ResourceOptions.MaxBytes - 1) };
        for (int i = 0; i < 16; i++) values[$"MetricsKit:Tags:{(char)('a' + i)}{new string('k', 127)}"] = new('語', 256);
        await using var kit = TestKit.Start(configuration: new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        var target = (await kit.ScrapeAsync()).Samples[0];
        Assert.Equal((ResourceOptions.MaxBytes - 2, ResourceOptions.MaxBytes - 1), (target["v"]!.Length, target["a"]!.Length));
    }

    [Theory]
    [InlineData("Resource:Attributes: ", "x", "MetricsKit:Resource:Attributes has ' ', which is no key: it has 1 to 128 characters, such as 'deployment.environment.name'.")]
    [InlineData("Resource:Labels:ser-vice", "service.name", "MetricsKit:Resource:Labels:ser-vice is not a label name: it has letters, digits and underscores, begins with no digit, and is not reserved.")]
    [InlineData("Resource:Labels:le", "service.name", "MetricsKit:Resource:Labels:le is not a label name: it has letters, digits and underscores, begins with no digit, and is not reserved.")]
    [InlineData("Resource:Labels:site.name", "service.name", "MetricsKit:Resource:Labels:site.name is on every series already, by MetricsKit:Tags or another label: remove one of the two.")]
    public void Fault_OfTheSection_IsToldWithItsCure(string key, string value, string sentence) =>
        Assert.Equal([sentence], TestKit.Faults(configuration: TestKit.Configuration((key, value), ("Tags:site_name", "north"))));

    [Fact]
    public void Fault_OfALabelWithoutItsAttribute_ListsThoseThereAre()
    {
        string fault = Assert.Single(TestKit.Faults(configuration: TestKit.Configuration(("Resource:Labels:service", "service.nam"), ("Resource:Attributes:os.type", ""), ("Tags:site", "north"))));
        Assert.StartsWith("MetricsKit:Resource:Labels:service is 'service.nam', which is no attribute: there are service.name, ", fault, StringComparison.Ordinal);
        Assert.EndsWith(", telemetry.sdk.version, site.", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("os.type", fault, StringComparison.Ordinal); // was taken away
    }

    [Fact]
    public void Faults_OfTooMuch_AreTold()
    {
        var faults = TestKit.Faults(o =>
        {
            o.Resource.Attributes["a"] = new string('x', 8192);
            for (int i = 0; i < 17; i++) o.Resource.Labels["k" + (char)('a' + i)] = "service.name";
        }, new ConfigurationBuilder().Build());
        Assert.Equal(["MetricsKit:Resource:Attributes has 8,193 bytes of keys and texts: it may have at most 8,192.", "MetricsKit:Resource:Labels has 17 labels beside 0 tags: at most 16 can go on every series."], faults);
    }

    static string[] Of(ResourceDefaults defaults, Action<MetricsKitOptions> set)
    {
        MetricsKitOptions options = new();
        set(options);
        return [.. ResourceAttributes.Of(defaults.Attributes, options).Select(static a => $"{a.Key}={a.Value}")];
    }

    sealed class NamedEnvironment : IHostEnvironment
    {
        public string ApplicationName { get; set; } = "robots";

        public string EnvironmentName { get; set; } = "";

        public string ContentRootPath { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
