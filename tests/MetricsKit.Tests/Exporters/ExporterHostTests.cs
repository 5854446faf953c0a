using System.Diagnostics.Metrics;
using System.Text.Json;
using MetricsKit.Testing;
using MetricsKit.Tests.Formats;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace MetricsKit.Tests.Exporters;

/// <summary>Exporters as a host has them: switched on by configuration or code, watched by the kit's own metrics, stopped with the host.</summary>
public sealed class ExporterHostTests
{
    [Fact]
    public async Task JsonPath_InTheConfigurationAlone_GivesADocumentWithWhatWasMeasured()
    {
        using TemporaryFolder folder = new();
        var configuration = TestKit.Configuration(("Json:Path", folder["out/metrics.json"]), ("Json:Interval", "00:00:00.1"), ("Prefix", "oht50"), ("Tags:site", "north"), ("Groups:System:Enabled", "false"), ("Recorder:ShutdownTimeout", "00:01:00"));
        await using (var kit = MetricsKitHost.Create(configuration: configuration))
        {
            kit.GetMeter<SafetyMetrics>().EventOccurred("door", Severity.Critical);
            kit.GetMeter<BusinessMetrics>().ConfigChanged("network");
            // The rounds go on by themselves: documents come without anybody asking.
            await Eventually.BecomesAsync(() => File.Exists(folder["out/metrics.json"]) && Value(folder, "safety.events", ("type", "door"), ("severity", "critical")) == 1, Threads.Patience, "the file shows the event");
            for (int i = 0; i < 3; i++) kit.GetMeter<SafetyMetrics>().EventOccurred("door", Severity.Critical);
            kit.GetMeter<PerformanceMetrics>().QueryExecuted("select", "robots", TimeSpan.FromMilliseconds(30));
        }
        // What was measured after the last round is there, too: disposal takes the last totals.
        using var document = Read(folder);
        Assert.Equal("north", document.RootElement.GetProperty("tags").GetProperty("site").GetString());
        Assert.Equal(4, Value(folder, "safety.events", ("type", "door"), ("severity", "critical")));
        Assert.Equal(1, Value(folder, "config.changes", ("config_type", "network")));
        var duration = JsonReading.Series(document.RootElement, "database.query.duration");
        Assert.Equal((1, 0.03), (duration.GetProperty("count").GetInt64(), duration.GetProperty("sum").GetDouble()));
        Assert.Contains(document.RootElement.GetProperty("families").EnumerateArray(), static f => f.GetProperty("prometheus_name").GetString() == "oht50_safety_events_total");
        Assert.Equal(["metrics.json"], Directory.EnumerateFiles(folder["out"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task JsonPathAndUrl_WhileTheServerHangs_TheFileGoesOnAndTheKitSaysHowEachEnded()
    {
        using TemporaryFolder folder = new();
        using ScriptedServer server = new() { Answer = ScriptedServer.Silence };
        var configuration = TestKit.Configuration(
            ("Json:Path", folder["metrics.json"]), ("Json:Url", server.Url), ("Json:Interval", "00:00:00.1"), ("Json:Timeout", "00:00:00.3"), ("Json:Headers:X-Api-Key", "s3cret"), ("Json:Compress", "false"), ("Recorder:ShutdownTimeout", "00:00:01"));
        await using var kit = MetricsKitHost.Create(configuration: configuration);
        await Eventually.BecomesAsync(async () => await ExportsAsync(kit, "json_file", "success") >= 5 && await ExportsAsync(kit, "json_http", "timeout") >= 2, Threads.Patience, "the file goes on beside the server");
        Assert.Equal(0, await ExportsAsync(kit, "json_http", "success"));
        Assert.Equal("s3cret", server.Requests[0].Headers["X-Api-Key"]);
        Assert.False(server.Requests[0].Headers.ContainsKey("Content-Encoding"));

        server.Answer = ScriptedServer.Status(500);
        await Eventually.BecomesAsync(async () => await ExportsAsync(kit, "json_http", "failure") >= 2, Threads.Patience, "refusals are counted");
        server.Answer = ScriptedServer.Status(204);
        await Eventually.BecomesAsync(async () => await ExportsAsync(kit, "json_http", "success") >= 2, Threads.Patience, "the server works again");
        Assert.Equal(0, await ExportsAsync(kit, "json_file", "failure"));
    }

    [Fact]
    public async Task LastTotals_HoldWhatWasObservedAfterTheLastReadingHoweverFreshThatIs()
    {
        using TemporaryFolder folder = new();
        string name = $"last.totals.{Guid.NewGuid():N}";
        using Meter meter = new(name);
        long done = 1;
        meter.CreateObservableCounter("jobs", () => Volatile.Read(ref done));
        FakeTimeProvider time = new(); // it stands still: every reading is fresh
        await using (var kit = TestKit.Start(o => o.Meters.Add(name), configuration: TestKit.Configuration(("Json:Path", folder["out/metrics.json"]), ("Json:Interval", "01:00:00")), time: time))
        {
            Assert.Equal(1, await kit.TotalAsync("jobs"));
            Volatile.Write(ref done, 2);
            Assert.Equal(1, await kit.TotalAsync("jobs"));
            await kit.Services.GetRequiredService<MetricsKitLifetime>().EndAsync();
        }
        Assert.Equal(2, Value(folder, "jobs"));
    }

    [Fact]
    public async Task Exporter_Added_IsMadeByTheContainerAndTakesTheLastTotalsAfterEveryServiceOfTheHost()
    {
        Collected collected = new();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(collected);
        builder.Services.AddMetricsKit(static o => o.Recorder.ShutdownTimeout = Threads.Patience).AddExporter<CollectingExporter>("mine", static o => o.Interval = TimeSpan.FromHours(1));
        TestKit.BePatient(builder.Services);
        builder.Services.AddHostedService<LateWorker>();
        using (var host = builder.Build())
        {
            await host.StartAsync();
            using var snapshot = await host.Services.GetRequiredService<IMetricsSnapshotSource>().GetSnapshotAsync();
            Assert.Equal(0, snapshot.Find("metricskit.exports", ("exporter", "mine"), ("outcome", "success"))!.Value.Value);
            Assert.Empty(collected.Totals);
            await host.StopAsync();
            Assert.Equal([1], collected.Totals);
            Assert.Equal(1, collected.Disposed);
        }
        Assert.Equal([1], collected.Totals);
        Assert.Equal(1, collected.Disposed);
    }

    [Fact]
    public async Task Host_ThatIsDisposedOfWithoutAStop_TakesTheLastTotals()
    {
        Collected collected = new();
        var kit = TestKit.Start(static o => o.Recorder.ShutdownTimeout = Threads.Patience, b =>
        {
            b.AddExporter<CollectingExporter>();
            b.Services.AddSingleton(collected);
        });
        (await kit.SnapshotAsync()).Dispose(); // the container hands the source out again, after the exporters were made
        kit.Meter<BusinessMetrics>().ConfigChanged("any");
        kit.Services.Dispose();
        Assert.Equal([1], collected.Totals);
        Assert.Equal(1, collected.Disposed);
    }

    [Fact]
    public async Task Host_OfItsOwn_StopsExportersBeforeWhatTheyUse()
    {
        Connection connection = new();
        var kit = MetricsKitHost.Create(b =>
        {
            b.Services.AddSingleton(_ => connection); // made by the container, which therefore disposes of it
            b.AddExporter<ConnectedExporter>();
            b.Services.Configure<MetricsKitOptions>(static o => o.Recorder.ShutdownTimeout = Threads.Patience);
        });
        await kit.DisposeAsync();
        await kit.DisposeAsync();
        Assert.Equal("export, disposal", string.Join(", ", connection.Seen));
    }

    [Fact]
    public async Task KillSwitch_Thrown_MakesNoExporter()
    {
        using TemporaryFolder folder = new();
        Collected collected = new();
        await using (TestKit.Start(o => { o.Enabled = false; o.Json = new() { Path = folder["metrics.json"] }; }, b => { b.AddExporter<CollectingExporter>(); b.Services.AddSingleton(collected); })) Assert.Equal(0, collected.Made);
        Assert.Empty(folder.Names);
    }

    [Fact]
    public async Task Json_SwitchedOff_WritesNothing()
    {
        using TemporaryFolder folder = new();
        await using (TestKit.Start(configuration: TestKit.Configuration(("Json:Path", folder["metrics.json"]), ("Json:Enabled", "false")))) { }
        Assert.Empty(folder.Names);
    }

    [Theory]
    [InlineData("Json:Interval", "00:00:00.05", "MetricsKit:Json:Interval is 00:00:00.0500000: it must be 100 ms to one day.")]
    [InlineData("Json:Timeout", "00:11:00", "MetricsKit:Json:Timeout is 00:11:00: it must be 10 ms to 10 minutes.")]
    [InlineData("Json:Path", "", "MetricsKit:Json has neither Path nor Url: say where documents go, or set MetricsKit:Json:Enabled to false.")]
    [InlineData("Json:Path", "somewhere/", "MetricsKit:Json:Path is 'somewhere/', which is no file: write the name of the document as its last part.")]
    [InlineData("Json:Path", "/tmp", "MetricsKit:Json:Path is '/tmp', which is no file: write the name of the document as its last part.")]
    [InlineData("Json:Path", "..", "MetricsKit:Json:Path is '..', which is no file: write the name of the document as its last part.")]
    [InlineData("Json:Url", "collector:s3cret", "MetricsKit:Json:Url is not an address to post to: write it like http://collector:8080/metrics.")]
    [InlineData("Json:Url", "ftp://u:s3cret@collector/", "MetricsKit:Json:Url is not an address to post to: write it like http://collector:8080/metrics.")]
    [InlineData("Json:Url", "/metrics", "MetricsKit:Json:Url is not an address to post to: write it like http://collector:8080/metrics.")]
    [InlineData("Json:Url", "http://u:s3cret@collector/", "MetricsKit:Json:Url has a user in it: set MetricsKit:Json:Headers:Authorization instead.")]
    [InlineData("Json:Headers:X Key", "s3cret", "MetricsKit:Json:Headers has 'X Key', which is no name of a header.")]
    [InlineData("Json:Headers:X-Key", "s3cret\nX: y", "MetricsKit:Json:Headers:X-Key has a value that no header can have: use printable ASCII characters.")]
    [InlineData("Json:Headers:X-Key", "größer", "MetricsKit:Json:Headers:X-Key has a value that no header can have: use printable ASCII characters.")]
    [InlineData("Json:Headers:content-type", "text/plain", "MetricsKit:Json:Headers:content-type follows from the document: remove it.")]
    [InlineData("Json:Headers:Expect", "100-continue", "MetricsKit:Json:Headers:Expect follows from the document: remove it.")]
    public void Json_ThatCannotBe_IsAnErrorAtStart(string key, string value, string sentence)
    {
        (string, string)[] settings = key is "Json:Path" or "Json:Url" ? [(key, value)] : [(key, value), ("Json:Url", "http://collector/")];
        Assert.Equal([sentence], TestKit.Faults(configuration: TestKit.Configuration(settings)));
    }

    [Fact]
    public void Exporters_ThatCannotBe_AreErrorsAtStart()
    {
        List<string> faults = [.. Faults(static b => b.AddExporter<CollectingExporter>(configure: static o => o.Interval = TimeSpan.Zero))];
        Assert.Equal(["AddExporter CollectingExporter:Interval is 00:00:00: it must be 100 ms to one day."], faults);
        Assert.Equal(["Two exporters are called 'CollectingExporter': give AddExporter a name for one of them."], Faults(static b => b.AddExporter<CollectingExporter>().AddExporter<CollectingExporter>()));
        Assert.Equal(["Two exporters are called 'json_http': give AddExporter a name for one of them."], Faults(static b => b.AddJsonExporter(static o => o.Url = "http://collector/").AddExporter<CollectingExporter>("json_http")));
        Assert.Equal(["AddExporter was given an empty name: leave it out, or say what the exporter is called."], Faults(static b => b.AddExporter<CollectingExporter>(" ")));
        Assert.Empty(Faults(static b => b.AddExporter<CollectingExporter>("a").AddExporter<CollectingExporter>("b")));

        static IEnumerable<string> Faults(Action<IMetricsKitBuilder> add)
        {
            try { TestKit.Start(add: b => { add(b); b.Services.AddSingleton<Collected>(); }).Services.Dispose(); }
            catch (Microsoft.Extensions.Options.OptionsValidationException refused) { return refused.Failures; }
            return [];
        }
    }

    static JsonDocument Read(TemporaryFolder folder) => JsonDocument.Parse(File.ReadAllBytes(folder["out/metrics.json"]));

    static double Value(TemporaryFolder folder, string name, params (string, string)[] tags)
    {
        using var document = Read(folder);
        return JsonReading.Series(document.RootElement, name, tags).GetProperty("value").GetDouble();
    }

    static async Task<double> ExportsAsync(MetricsKitHost kit, string exporter, string outcome)
    {
        using var snapshot = await kit.GetSnapshotAsync();
        return snapshot.Find("metricskit.exports", ("exporter", exporter), ("outcome", outcome))?.Value ?? -1;
    }

    sealed class Collected
    {
        readonly Lock _lock = new();
        readonly List<double> _totals = [];
        int _made, _disposed;

        public IReadOnlyList<double> Totals
        {
            get { lock (_lock) return [.. _totals]; }
        }

        public int Made => Volatile.Read(ref _made);

        public int Disposed => Volatile.Read(ref _disposed);

        public void Make() => Interlocked.Increment(ref _made);

        public void Take(double total)
        {
            lock (_lock) _totals.Add(total);
        }

        public void Dispose() => Interlocked.Increment(ref _disposed);
    }

    sealed class CollectingExporter : IMetricExporter, IDisposable
    {
        readonly Collected _collected;

        public CollectingExporter(Collected collected)
        {
            _collected = collected;
            collected.Make();
        }

        public ValueTask ExportAsync(MetricsSnapshot snapshot, CancellationToken cancellationToken)
        {
            _collected.Take(snapshot.Total("config.changes"));
            return ValueTask.CompletedTask;
        }

        public void Dispose() => _collected.Dispose();
    }

    /// <summary>What an exporter uses and the container owns.</summary>
    sealed class Connection : IDisposable
    {
        public List<string> Seen { get; } = [];

        public void Dispose() => Seen.Add("disposal");
    }

    sealed class ConnectedExporter(Connection connection) : IMetricExporter
    {
        public ValueTask ExportAsync(MetricsSnapshot snapshot, CancellationToken cancellationToken)
        {
            connection.Seen.Add("export");
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>A service that measures while it stops.</summary>
    sealed class LateWorker(BusinessMetrics business) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            business.ConfigChanged("last");
            return Task.CompletedTask;
        }
    }
}
