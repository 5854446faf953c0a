using System.Globalization;
using System.Text.Json;
using MetricsKit.Testing;
using MetricsKit.Tests.Exporters;
using MetricsKit.Tests.Formats;
using MetricsKit.Tests.Sinks;
using MetricsKit.Tests.Sinks.Files;
using MetricsKit.Tests.Sinks.InfluxDb;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MetricsKit.Tests.Hosting;

/// <summary>One host with every sink and every exporter at once, by configuration alone: each destination holds what was recorded.</summary>
[Collection(SharedInfluxDb.Name)]
public sealed class EveryDestinationTests(SharedInfluxDb shared)
{
    const string Database = "every destination";

    static readonly DateTime _began = InfluxDbRig.Now; // what is older than its retention InfluxDB refuses
    static readonly KeyValuePair<string, string> _host = new("service", "fleet");

    // A name of its own for each kind; two series of each, and two samples of each series.
    static readonly Sample[] _recorded =
    [
        .. from row in new[] { ("level", SampleKind.Gauge, 0.25), ("energy", SampleKind.Counter, 2), ("weight", SampleKind.Histogram, 70) }
           from line in new[] { "a", "b \"x\"" }
           from n in new[] { 0, 1 }
           select new Sample(new(row.Item1, row.Item2, new KeyValuePair<string, string>("line", line)), _began.AddSeconds(n), row.Item3 + n),
    ];

    [InfluxDbFact]
    [Trait("Requirement", "S2-044")]
    public async Task Recorded_WithEverythingOn_ArrivesEverywhere()
    {
        using TemporaryFolder folder = new();
        using Exporters.ScriptedServer server = new();
        using SampleLog log = new();
        Exposition scrape;
        await using (var kit = TestKit.Start(configuration: TestKit.Configuration(
            ("Tags:service", "fleet"), ("Sinks:File:Directory", folder["samples"]), ("Sinks:File:Format", "json"), ("Sinks:Log:Level", "Debug"), ("Sinks:Instruments:Enabled", "true"),
            ("Sinks:InfluxDb:Url", shared.Server.Address.ToString()), ("Sinks:InfluxDb:Database", Database), ("Json:Path", folder["metrics.json"]), ("Json:Url", server.Url)),
            add: b => b.Services.AddLogging(l => l.SetMinimumLevel(LogLevel.Debug).AddProvider(log))))
        {
            var recorder = kit.Services.GetRequiredService<IMetricRecorder>();
            foreach (var sample in _recorded) Assert.True(recorder.Series(sample.Series.Name, sample.Series.Kind, [.. sample.Series.Tags.Select(static t => (t.Key, t.Value))]).Record(sample.Value, sample.Timestamp));
            Assert.True(await recorder.FlushAsync(Threads.Patience));
            scrape = await kit.ScrapeAsync();
        }
        string[] expected = [.. _recorded.Select(static s => StoredSample.Of(s with { Series = new(s.Series, [_host]) }).ToString()).Order(StringComparer.Ordinal)];

        Assert.Equal(expected, SinkFolder.Read(folder["samples"]).Select(static s => s.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(expected, log.Samples.Select(static s => s.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(_recorded.Select(static s => Point(s.Series.Name, (s.Timestamp - DateTime.UnixEpoch).Ticks * 100, s.Value, [.. s.Series.Tags, _host])).Order(StringComparer.Ordinal),
            (await shared.Server.ReadAllAsync(Database)).Select(static p => Point(p.Measurement, p.Time, p.Value, p.Tags)).Order(StringComparer.Ordinal));
        foreach (string line in new[] { "a", "b \"x\"" })
        {
            Assert.Equal(1.25, scrape.Value("level", ("line", line), ("service", "fleet")));
            Assert.Equal(5, scrape.Value("energy_total", ("line", line), ("service", "fleet")));
            Assert.Equal((2, 141), (scrape.Value("weight_count", ("line", line), ("service", "fleet")), scrape.Value("weight_sum", ("line", line), ("service", "fleet"))));
            // What a host says when it stops holds everything.
            HoldsTotals(File.ReadAllBytes(folder["metrics.json"]), line);
            HoldsTotals(server.Requests[^1].Document, line);
        }
    }

    static void HoldsTotals(byte[] document, string line)
    {
        using var json = JsonDocument.Parse(document);
        Assert.Equal("fleet", json.RootElement.GetProperty("tags").GetProperty("service").GetString());
        Assert.Equal(1.25, JsonReading.Series(json.RootElement, "level", ("line", line)).GetProperty("value").GetDouble());
        Assert.Equal(5, JsonReading.Series(json.RootElement, "energy", ("line", line)).GetProperty("value").GetDouble());
        var weight = JsonReading.Series(json.RootElement, "weight", ("line", line));
        Assert.Equal((2, 141), (weight.GetProperty("count").GetInt64(), weight.GetProperty("sum").GetDouble()));
    }

    static string Point(string name, long nanoseconds, double value, IEnumerable<KeyValuePair<string, string>> tags) =>
        string.Create(CultureInfo.InvariantCulture, $"{name} {nanoseconds} {value} {string.Join(' ', tags.OrderBy(static t => t.Key, StringComparer.Ordinal).Select(static t => $"{t.Key}={t.Value}"))}");

    /// <summary>The samples among the entries of a log, from their properties.</summary>
    sealed class SampleLog : ILoggerProvider
    {
        readonly List<StoredSample> _samples = [];

        public IReadOnlyList<StoredSample> Samples
        {
            get { lock (_samples) return [.. _samples]; }
        }

        public ILogger CreateLogger(string categoryName) => new Category(categoryName == LogSink.Category ? _samples : []);

        public void Dispose() { }

        sealed class Category(List<StoredSample> samples) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (state is not IReadOnlyList<KeyValuePair<string, object?>> properties || properties.All(static p => p.Key != "Kind")) return;
                var entry = properties.ToDictionary(static p => p.Key, static p => p.Value);
                var tags = ((string)entry["Tags"]!).Trim('{', '}').Split(',').Select(static t => t.Split('=', 2)).Select(static t => KeyValuePair.Create(t[0], t[1][1..^1].Replace("\\\"", "\"", StringComparison.Ordinal)));
                lock (samples) samples.Add(new((string)entry["Name"]!, (SampleKind)entry["Kind"]!, tags, (DateTime)entry["Timestamp"]!, (double)entry["Value"]!));
            }
        }
    }
}
