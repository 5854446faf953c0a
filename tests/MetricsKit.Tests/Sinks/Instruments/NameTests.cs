using MetricsKit.Testing;
using Xunit;
using static MetricsKit.Tests.Sinks.Instruments.CustomMetrics;

namespace MetricsKit.Tests.Sinks.Instruments;

/// <summary>Names, keys and what they collide with.</summary>
[Trait("Requirement", "S2-009")]
public sealed class NameTests
{
    [Theory]
    [InlineData("temperature_celsius", SampleKind.Gauge, "oht50_temperature_celsius")]
    [InlineData("line.energy", SampleKind.Counter, "oht50_line_energy_total")]
    [InlineData("line_energy_total", SampleKind.Counter, "oht50_line_energy_total")]
    [InlineData("_total", SampleKind.Counter, "oht50___total")]
    [InlineData("total", SampleKind.Counter, "oht50_total")]
    [InlineData("a_total_total", SampleKind.Counter, "oht50_a_total")]
    [InlineData("9 lives", SampleKind.Gauge, "oht50__9_lives")]
    [InlineData("größe", SampleKind.Gauge, "oht50_gr__e")]
    [InlineData("a:b", SampleKind.Gauge, "oht50_a_b")]
    public void Name_AnyText_IsPrefixedAndSpelledForPrometheus(string name, SampleKind kind, string exported)
    {
        using CustomMetrics metrics = new(prefix: "oht50");
        metrics.Write(Series(name, kind), 1);
        var (text, openMetrics) = metrics.Parse();
        Assert.Equal(1, text.Value(exported));
        Assert.Equal(1, openMetrics.Value(exported));
        Assert.Equal(1, metrics.Value(name)); // under its own name, and under the exported one
        Assert.Equal(1, metrics.Value(exported));
    }

    [Theory]
    [InlineData("_total", SampleKind.Counter)]
    [InlineData("_total_total", SampleKind.Counter)]
    [InlineData("_", SampleKind.Counter)]
    [InlineData("日本", SampleKind.Histogram)]
    public void Name_WithoutAnyLetter_IsValidWithoutPrefix(string name, SampleKind kind)
    {
        using CustomMetrics metrics = new();
        metrics.Write(Series(name, kind), 1);
        Assert.NotEmpty(metrics.Parse().OpenMetrics.Samples);
    }

    [Theory]
    [InlineData("sensor.id", "sensor_id")]
    [InlineData("2nd", "_2nd")]
    [InlineData("le", "exported_le")]
    [InlineData("quantile", "exported_quantile")]
    [InlineData("otel.metric.overflow", "exported_otel_metric_overflow")]
    [InlineData("__name__", "exported___name__")]
    [InlineData("\U0001F600", "exported___")]
    public void Key_AnyText_IsSpelledForPrometheus(string key, string exported)
    {
        using CustomMetrics metrics = new();
        metrics.Write(Series("a", SampleKind.Gauge, (key, "v")), 1);
        metrics.Write(Series("b", SampleKind.Histogram, (key, "v")), 1);
        var (text, openMetrics) = metrics.Parse();
        foreach (var read in new[] { text, openMetrics })
        {
            Assert.Equal(1, read.Value("a", (exported, "v")));
            Assert.Equal(1, read.Value("b_count", (exported, "v")));
        }
        Assert.Equal(1, metrics.Value("a", (key, "v")));
        using var snapshot = metrics.Read();
        Assert.Equal([KeyValuePair.Create(key, "v")], snapshot.Find("a")!.Value.Tags);
    }

    [Fact]
    [Trait("Invariant", "I10")]
    public void Keys_ExportedAlike_AreOneKey()
    {
        using CustomMetrics metrics = new();
        metrics.Write(Series("a", SampleKind.Counter, ("x.y", "1")), 1);
        metrics.Write(Series("a", SampleKind.Counter, ("x_y", "1")), 2);
        metrics.Write(Series("a", SampleKind.Counter, ("x y", "1"), ("x_y", "2")), 4); // ordered by key the last wins
        metrics.Write(Series("a", SampleKind.Counter, ("x_y", "2"), ("b", "3")), 8);
        var (text, openMetrics) = metrics.Parse();
        foreach (var read in new[] { text, openMetrics })
        {
            Assert.Equal(3, read.Value("a_total", ("x_y", "1")));
            Assert.Equal(4, read.Value("a_total", ("x_y", "2")));
            Assert.Equal(8, read.Value("a_total", ("x_y", "2"), ("b", "3")));
        }
    }

    [Fact]
    public void ConstantTags_OnEverySeries_YieldToItsOwn()
    {
        using CustomMetrics metrics = new(tags: [("site", "north"), ("host.name", "h")]);
        metrics.Write(Series("a", SampleKind.Gauge), 1);
        metrics.Write(Series("a", SampleKind.Gauge, ("site", "south")), 2);
        metrics.Write(Series("b", SampleKind.Histogram, ("host name", "own")), 3);
        var (text, openMetrics) = metrics.Parse();
        foreach (var read in new[] { text, openMetrics })
        {
            Assert.Equal(1, read.Value("a", ("site", "north"), ("host_name", "h")));
            Assert.Equal(2, read.Value("a", ("site", "south"), ("host_name", "h")));
            Assert.Equal(3, read.Value("b_sum", ("site", "north"), ("host_name", "own")));
        }
    }

    [Theory]
    [InlineData("things.done", SampleKind.Counter)]
    [InlineData("things_done_total", SampleKind.Gauge)]
    [InlineData("things_done", SampleKind.Histogram)]
    [InlineData("thing_duration_seconds_count", SampleKind.Gauge)]
    [InlineData("thing duration seconds", SampleKind.Gauge)]
    public void Name_OfACataloguedInstrument_StaysItsOwn(string name, SampleKind kind)
    {
        using CustomMetrics metrics = new();
        var counter = Define.Counter("things.done", "{thing}", "Things that are done.");
        var histogram = Define.Histogram("thing.duration", "s", "How long a thing takes.");
        var meter = metrics.Registry.Open(new("Later", counter, histogram)); // behind the sink's, and never shown yet
        meter.Create(counter).Add(5);
        meter.Create(histogram).Record(5);
        for (int i = 0; i < 3; i++) Assert.Equal(2, metrics.Write(Sample(Series(name, kind), 1), Sample(Series(name, kind, ("a", "b")), 2), Sample(Series("other", SampleKind.Gauge), 3)));

        Assert.Contains("rename", metrics.LastRefusal, StringComparison.Ordinal);
        Assert.Contains($"'{name}'", metrics.LastRefusal, StringComparison.Ordinal);
        Assert.Equal([name], metrics.Conflicts.Select(static c => c.Instrument)); // once
        var (text, _) = metrics.Parse();
        Assert.Equal(5, text.Value("things_done_total"));
        Assert.Equal(1, text.Value("thing_duration_seconds_count"));
        Assert.Equal(3, text.Value("other"));
    }

    [Fact]
    public void Kinds_OfOneName_TheFirstWins()
    {
        using CustomMetrics metrics = new();
        Assert.Equal(0, metrics.Write(Series("x", SampleKind.Gauge), 1));
        Assert.Equal(1, metrics.Write(Series("x", SampleKind.Counter), 2));
        Assert.Equal(2, metrics.Write(Sample(Series("x", SampleKind.Histogram), 3), Sample(Series("x", SampleKind.Counter), 4), Sample(Series("x", SampleKind.Gauge), 5)));
        Assert.Equal(1, metrics.Write(Series("x:", SampleKind.Gauge), 1) + metrics.Write(Series("x.", SampleKind.Gauge), 2)); // both are x_

        var (text, _) = metrics.Parse();
        Assert.Equal(5, text.Value("x"));
        Assert.Equal(1, text.Value("x_"));
        Assert.Equal(2, text.Samples.Count);
        Assert.Equal([("x", "x"), ("x", "x"), ("x.", "x:")], metrics.Conflicts.Select(static c => (c.Instrument, c.First)));
    }

    [Fact]
    public void Names_AndTagsOfAnyText_AreExportedValidly() => Properties.Hold(HostileText.Names, static name =>
    {
        using CustomMetrics metrics = new(prefix: name.Length % 2 == 0 ? "oht50" : "", tags: [("site", "n\"o\nrth"), ("le_", "x")]);
        int written = 0;
        foreach (var kind in Enum.GetValues<SampleKind>())
        {
            SampleSeries series;
            try { series = Series(name, kind, (name, "a"), (name + "x", name), ("k", "\"\\\n")); }
            catch (ArgumentException) { continue; } // the recorder refuses it
            metrics.Write(series, 1);
            metrics.Write(Series(name, kind), 2);
            written++;
        }
        if (written > 0) metrics.Parse();
    });

    [PrometheusFact]
    public async Task Text_OfHostileNamesAndTags_PromtoolAccepts()
    {
        using CustomMetrics metrics = new(prefix: "oht50", tags: [("site", "n\\\"o\nrth")]);
        TestSamples samples = new();
        await using InstrumentsRig rig = new();
        for (int i = 0; i < 3; i++) metrics.Write(samples.Hostile(rig));
        var answer = await PromTool.CheckMetricsAsync(metrics.Text());
        Assert.True(answer.ExitCode is 0 or 3, answer.Output); // 3: it would have named them otherwise
        Assert.DoesNotContain("error while linting", answer.Output, StringComparison.Ordinal);
        metrics.Parse();
    }
}
