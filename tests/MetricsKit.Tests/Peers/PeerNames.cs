using System.Diagnostics.Metrics;
using Xunit;

namespace MetricsKit.Tests.Peers;

/// <summary>What a real instrument is called in a scrape.</summary>
static class PeerNames
{
    public static Func<Task> Gauge(string name, string? unit, string exported) => Gauges((name, unit, exported));

    public static Func<Task> Gauges(params (string Name, string? Unit, string Exported)[] rows) =>
        All(rows, static (meter, row) => meter.CreateGauge<int>(row.Name, row.Unit).Record(1), "gauge", static exported => exported);

    public static Func<Task> Counter(string name, string? unit, string exported) => Counters((name, unit, exported));

    public static Func<Task> Counters(params (string Name, string? Unit, string Exported)[] rows) =>
        All(rows, static (meter, row) => meter.CreateCounter<int>(row.Name, row.Unit).Add(1), "counter", static exported => exported[..^"_total".Length]);

    public static Func<Task> Histogram(string name, string? unit, string exported) =>
        All([(name, unit, exported)], static (meter, row) => meter.CreateHistogram<int>(row.Name, row.Unit).Record(1), "histogram", static e => e);

    /// <summary>Gauges whose units are spelled as given.</summary>
    public static Func<Task> Units(params (string Unit, string Word)[] rows) =>
        Gauges([.. rows.Select(static row => ("metric", (string?)row.Unit, "metric_" + row.Word))]);

    static Func<Task> All((string Name, string? Unit, string Exported)[] rows, Action<Meter, (string Name, string? Unit, string Exported)> measure, string type, Func<string, string> bare) => async () =>
    {
        foreach (var row in rows)
        {
            await using var scrape = PeerScrape.Start();
            measure(scrape.Meter, row);
            Assert.Contains($"# TYPE {row.Exported} {type}", await scrape.LinesAsync(ExpositionFormat.PrometheusText));
            var open = await scrape.LinesAsync(ExpositionFormat.OpenMetrics);
            Assert.Contains($"# TYPE {bare(row.Exported)} {type}", open);
            Assert.StartsWith(type == "histogram" ? row.Exported + "_bucket{" : row.Exported + " ", open.First(static line => !line.StartsWith('#')), StringComparison.Ordinal);
        }
    };
}
