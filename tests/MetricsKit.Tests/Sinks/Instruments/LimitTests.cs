using Xunit;
using static MetricsKit.Tests.Sinks.Instruments.CustomMetrics;

namespace MetricsKit.Tests.Sinks.Instruments;

/// <summary>What happens when there are too many metrics, series or keys: sums are kept, and what is lost is counted.</summary>
public sealed class LimitTests
{
    [Fact]
    public void Metrics_PastTheirLimit_AreRefusedAndCounted()
    {
        using CustomMetrics metrics = new();
        Assert.Equal(0, metrics.Write(All(0, 1000)));
        Assert.Equal(500, metrics.Write(All(500, 1000)));
        Assert.Contains("500 of more metrics than MaxMetrics allows (1000)", metrics.LastRefusal, StringComparison.Ordinal);
        Assert.Contains("such as 'metric1000'", metrics.LastRefusal, StringComparison.Ordinal);

        var (text, openMetrics) = metrics.Parse();
        Assert.Equal(1000, text.Families.Count);
        Assert.Equal(1000, openMetrics.Families.Count);
        Assert.Equal(1000, metrics.Registry.Budget.Used);
        Assert.Empty(metrics.Conflicts);

        static Sample[] All(int from, int count) => [.. Enumerable.Range(from, count).Select(static n => Sample(Series("metric" + Number(n), (SampleKind)(n % 3)), 1))];
    }

    [Fact]
    [Trait("Invariant", "I8")]
    public void Series_PastTheirLimit_FoldIntoOneAndSumsAreKept()
    {
        const int Many = 10_000;
        using CustomMetrics metrics = new(tags: [("site", "north")]);
        Sample[] samples = [.. Enumerable.Range(0, Many).SelectMany(static n => new[]
        {
            Sample(Series("count", SampleKind.Counter, ("n", Number(n))), n + 0.5),
            Sample(Series("size", SampleKind.Histogram, ("n", Number(n)), ("k" + Number(n % 7), "v")), n + 0.25),
        })];
        for (int round = 0; round < 2; round++)
        {
            foreach (var chunk in samples.Chunk(4096)) Assert.Equal(0, metrics.Write(chunk));
        }

        using var snapshot = metrics.Read();
        Assert.Equal(Many * (double)Many, snapshot.Total("count")); // each n twice, and a half twice
        Assert.Equal(2 * Many, snapshot.Total("size"));
        foreach (string name in new[] { "count", "size" })
        {
            var series = snapshot.Families.Single(f => f.Definition.Name == name).Series.ToArray();
            Assert.Equal(875 + 1, series.Length); // an eighth is kept back for series that come again
            Assert.Empty(Assert.Single(series, static s => s.IsOverflow).Tags);
        }
        Assert.Equal(Many * (Many - 1.0) + Many / 2, snapshot.Families.Single(static f => f.Definition.Name == "size").Series.Sum(static s => s.Sum));
        var (text, _) = metrics.Parse();
        Assert.Equal(2 * 9125, text.Value("size_count", ("site", "north"), ("otel_metric_overflow", "true")));
        Assert.Equal(877, text.Samples.Count(static s => s.Name == "count_total") + 1);
        Assert.Equal(2 * 9125, metrics.Registry.Meters[^1].All[0]!.Table!.Folded);
        Assert.Equal("n", metrics.Registry.Meters[^1].All[1]!.Table!.Widest()!.Value.Key);
    }

    [Fact]
    [Trait("Invariant", "I8")]
    public void Gauges_PastTheirLimit_AreRefusedAndCounted()
    {
        using CustomMetrics metrics = new(new() { MaxSeries = 7 });
        Sample[] samples = [.. Enumerable.Range(0, 30).Select(static n => Sample(Series("level", SampleKind.Gauge, ("n", Number(n))), n))];
        Assert.Equal(23, metrics.Write(samples));
        Assert.Equal(23, metrics.Write(samples));
        Assert.Equal(46, metrics.Registry.Ledger.Read(LedgerEntry.PastLimit));
        Assert.Contains("23 of gauges with more series than MaxSeries allows (7)", metrics.LastRefusal, StringComparison.Ordinal);
        Assert.Equal(7, metrics.Parse().Text.Samples.Count);
    }

    [Theory]
    [InlineData(SampleKind.Counter)]
    [InlineData(SampleKind.Histogram)]
    [InlineData(SampleKind.Gauge)]
    [Trait("Invariant", "I8")]
    public void Series_PastTheirLimitThatComeAgain_GetOneThatWasKeptBack(SampleKind kind)
    {
        using CustomMetrics metrics = new(new() { MaxSeries = 8 });
        for (int n = 0; n < 30; n++) metrics.Write(Series("m", kind, ("n", Number(n))), 1);
        var again = Series("m", kind, ("n", "again"));
        for (int n = 0; n < SightingSketch.Often + 2; n++) metrics.Write(again, 1);
        using var snapshot = metrics.Read();
        Assert.Equal(kind == SampleKind.Gauge ? 1 : 3, snapshot.Find("m", ("n", "again"))!.Value.Value);
        Assert.Equal(8, snapshot.Families[0].Series.Count(static s => !s.IsOverflow));
    }

    [Fact]
    public void Series_PastTheHostsLimit_Fold()
    {
        using CustomMetrics metrics = new(maxSeries: 5);
        for (int n = 0; n < 8; n++) metrics.Write(Series("count", SampleKind.Counter, ("n", Number(n))), 1);
        Assert.Equal(1, metrics.Write(Series("level", SampleKind.Gauge), 1));
        var (text, _) = metrics.Parse();
        Assert.Equal(3, text.Value("count_total", ("otel_metric_overflow", "true")));
        Assert.Equal(6, text.Samples.Count);
    }

    [Fact]
    public void Keys_WithoutEnd_FoldAndAreNotKept()
    {
        using CustomMetrics metrics = new(new() { MaxSeries = 100_000 });
        for (int n = 0; n < 3000; n++) metrics.Write(Series("count", SampleKind.Counter, ("k" + Number(n), "v")), 1);
        using var snapshot = metrics.Read();
        Assert.Equal(3000, snapshot.Total("count"));
        Assert.InRange(snapshot.Families[0].Series.Count(), 100, 2000);
    }

    [Fact]
    public void SeriesObjects_WithoutEnd_AreForgotten()
    {
        using CustomMetrics metrics = new();
        WeakReference first = WriteOne(metrics);
        for (int batch = 0; batch < 20; batch++) metrics.Write([.. Enumerable.Range(0, 4096).Select(static _ => Sample(Series("count", SampleKind.Counter, ("a", "b")), 1))]);
        GC.Collect();
        Assert.False(first.IsAlive);
        Assert.Equal(20 * 4096 + 1, metrics.Value("count"));

        static WeakReference WriteOne(CustomMetrics metrics)
        {
            var series = Series("count", SampleKind.Counter, ("a", "b"));
            metrics.Write(series, 1);
            return new(series);
        }
    }

    [Theory]
    [InlineData(double.NaN, SampleKind.Gauge)]
    [InlineData(double.PositiveInfinity, SampleKind.Counter)]
    [InlineData(double.NegativeInfinity, SampleKind.Histogram)]
    [InlineData(-1, SampleKind.Counter)]
    [Trait("Invariant", "I9")]
    public void Values_OfNoUse_NeverReachACell(double value, SampleKind kind)
    {
        using CustomMetrics metrics = new();
        var series = Series("x", kind);
        Assert.Equal(1, metrics.Write(Sample(series, 2), Sample(series, value), Sample(series, 3)));
        Assert.Equal(1, metrics.Registry.Ledger.Read(double.IsFinite(value) ? LedgerEntry.Negative : LedgerEntry.NotFinite));
        using var snapshot = metrics.Read();
        Assert.Equal(kind switch { SampleKind.Gauge => 3, SampleKind.Counter => 5, _ => 2 }, snapshot.Find("x")!.Value.Value);
    }

    [Fact]
    public void Text_OfTheLongestLabels_FitsTheWriter()
    {
        // 32 tags with keys of 255 characters and values of which each takes three bytes, and 16 of the host's.
        var tags = Enumerable.Range(0, 32).Select(static n => (new string('\U0000540D', 253) + Number(10 + n), new string('\U0000540D', 256))).ToArray();
        var host = Enumerable.Range(0, 16).Select(static n => (new string('k', 126) + Number(10 + n), new string('\U0000540D', 256))).ToArray();
        using CustomMetrics metrics = new(prefix: new('p', 64), tags: host);
        foreach (var kind in Enum.GetValues<SampleKind>()) metrics.Write(Series(new string('n', 254) + Number((int)kind), kind, tags), 1);
        using var snapshot = metrics.Read();
        foreach (var format in Enum.GetValues<ExpositionFormat>())
        {
            byte[] text = Formats.TextRig.Fill(snapshot, format, PrometheusTextWriter.SegmentSize);
            var read = MetricsKit.Testing.ExpositionParser.Parse(text, format == ExpositionFormat.OpenMetrics ? MetricsKit.Testing.ExpositionSyntax.OpenMetrics : MetricsKit.Testing.ExpositionSyntax.Text);
            Assert.Equal(2 + 22 + 2, read.Samples.Count);
        }
    }
}
