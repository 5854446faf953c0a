using System.Diagnostics.Metrics;
using MetricsKit.Testing;
using MetricsKit.Tests.Aggregation;
using Xunit;
using static MetricsKit.Tests.Peers.PeerScrape;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace MetricsKit.Tests.Peers;

/// <summary>Texts and the adapter of .NET's meters, by prometheus-net.</summary>
static class PromNetText
{
    const string SumsLast = "Buckets come first, then sum and count, as in the formats' own examples and in OpenTelemetry's exporter; Prometheus takes either order.";

    public static PeerSuite Serializer { get; } = new PeerSuite("prometheus-net", "TextSerializerTests", 11)
        .Met("promnet-text-gauge", "A gauge is its help, its type and a line for each set of labels.", ["ValidateTextFmtGaugeExposition_Labels"],
            Text(static m => m.CreateGauge<int>("boom_bam", null, "Help.").Record(10, new Tag("blah", "foo")), "# HELP boom_bam Help.", "# TYPE boom_bam gauge", "boom_bam{blah=\"foo\"} 10"))
        .Met("promnet-text-counter-total", "A counter called _total keeps its name in text.", ["ValidateTextFmtCounterExposition_TotalSuffixInName"],
            Text(static m => m.CreateCounter<int>("boom_bam_total", null, "Help.").Add(10, new Tag("blah", "foo")), "# HELP boom_bam_total Help.", "# TYPE boom_bam_total counter", "boom_bam_total{blah=\"foo\"} 10"))
        .Met("promnet-openmetrics-counter-total", "In OpenMetrics the family of a counter has no _total and its sample has.", ["ValidateOpenMetricsFmtCounter_TotalInNameSuffix"],
            OpenMetrics(static m => m.CreateCounter<int>("boom_bam_total", null, "Help.").Add(1, new Tag("blah", "foo")), "# TYPE boom_bam counter", "# HELP boom_bam Help.", "boom_bam_total{blah=\"foo\"} 1"))
        .Differs("promnet-text-counter", "A counter that is not called _total has no _total, and is of an unknown type in OpenMetrics.", "_total is appended: a counter is a counter in both formats, under one name.", ["ValidateTextFmtCounterExposition_Labels", "ValidateOpenMetricsFmtCounter_MultiItemExemplar"],
            PeerNames.Counter("boom_bam", null, "boom_bam_total"))
        .Differs("promnet-text-no-help", "A metric without help has an empty HELP line.", "A sentence with the instrument's own name stands in.", ["ValidateTextFmtGaugeExposition_Labels"],
            Run(static async scrape =>
            {
                scrape.Meter.CreateGauge<int>("boom.bam").Record(10);
                Assert.Contains("# HELP boom_bam Measurements of 'boom.bam'.\n", TestKit.Text(await scrape.Kit.SnapshotAsync()), StringComparison.Ordinal);
            }))
        .Met("promnet-histogram-large-bound", "A bound of 10 to the power of 45 is 1e+45.", ["ValidateTextFmtHistogramExposition_NoLabels"],
            Run(static async scrape =>
            {
                Histogram(scrape.Meter, 1, 1e45).Record(0.5);
                Assert.Contains("boom_bam_bucket{le=\"1e+45\"} 1", await scrape.SamplesAsync());
            }))
        .Met("promnet-histogram-openmetrics", "In OpenMetrics whole bounds have .0, and a bound is part of its bucket.", ["ValidateOpenMetricsFmtHistogram_Basic"],
            Run(static async scrape =>
            {
                var histogram = Histogram(scrape.Meter, 1, 2.5);
                histogram.Record(1.5);
                histogram.Record(1);
                string[] expected = ["boom_bam_bucket{le=\"+Inf\"} 2", "boom_bam_bucket{le=\"1.0\"} 1", "boom_bam_bucket{le=\"2.5\"} 2", "boom_bam_count 2", "boom_bam_sum 2.5"];
                Assert.Equal(expected, (await scrape.SamplesAsync(ExpositionFormat.OpenMetrics)).Order(StringComparer.Ordinal));
            }))
        .Differs("promnet-histogram-order", "Sum and count come before the buckets.", SumsLast, ["ValidateTextFmtHistogramExposition_Labels", "ValidateOpenMetricsFmtHistogram_Basic"],
            Text(static m => Histogram(m, 1).Record(0.5, new Tag("blah", "foo")),
                "# TYPE boom_bam histogram", "boom_bam_bucket{blah=\"foo\",le=\"1.0\"} 1", "boom_bam_bucket{blah=\"foo\",le=\"+Inf\"} 1", "boom_bam_sum{blah=\"foo\"} 0.5", "boom_bam_count{blah=\"foo\"} 1"))
        .Differs("promnet-histogram-le-in-text", "In text a whole bound has no .0.", "It has one in both formats, so that a bucket is one series whichever format a scrape was answered in.", ["ValidateTextFmtHistogramExposition_Labels", "ValidateTextFmtHistogramExposition_NoLabels"],
            Run(static async scrape =>
            {
                Histogram(scrape.Meter, 1).Record(0.5);
                Assert.Equal("boom_bam_bucket{le=\"1.0\"} 1", (await scrape.SamplesAsync())[0]);
            }))
        .Met("promnet-histogram-exemplars", "Each bucket has the last exemplar that fell into it, behind a hash, with its value and the time in seconds.", ["ValidateOpenMetricsFmtHistogram_WithExemplar"],
            Exemplars(static async (scrape, time) =>
            {
                var histogram = Histogram(scrape.Meter, 1, 2.5, 3, 1e45);
                string[] ids = [.. ((double[])[1, 1.5, 4, 1e44]).Select(value =>
                {
                    time.Advance(TimeSpan.FromSeconds(2));
                    return Trace.Recorded(() => histogram.Record(value)).TraceId.ToHexString();
                })];
                string[] lines = await scrape.SamplesAsync(ExpositionFormat.OpenMetrics);
                Assert.StartsWith($"boom_bam_bucket{{le=\"1.0\"}} 1 # {{trace_id=\"{ids[0]}\",", lines[0], StringComparison.Ordinal);
                Assert.StartsWith($"boom_bam_bucket{{le=\"2.5\"}} 2 # {{trace_id=\"{ids[1]}\",", lines[1], StringComparison.Ordinal);
                Assert.Equal("boom_bam_bucket{le=\"3.0\"} 2", lines[2]);
                Assert.StartsWith($"boom_bam_bucket{{le=\"1e+45\"}} 4 # {{trace_id=\"{ids[3]}\",", lines[3], StringComparison.Ordinal);
                Assert.Contains($" 1E+44 {time.GetUtcNow().ToUnixTimeSeconds()}", lines[3], StringComparison.Ordinal);
                Assert.Equal("boom_bam_bucket{le=\"+Inf\"} 4", lines[4]);
            }))
        .Differs("promnet-exemplar-labels", "An exemplar has the labels that the caller gives it.", "It has trace_id and span_id of the current activity: nobody gives anything, and foreign instruments have exemplars too.", ["ValidateOpenMetricsFmtCounter_MultiItemExemplar", "ValidateOpenMetricsFmtCounter_TotalInNameSuffix"],
            Exemplars(static async (scrape, _) =>
            {
                var counter = scrape.Meter.CreateCounter<int>("boom_bam_total");
                var activity = Trace.Recorded(() => counter.Add(1, new("blah", "foo"), new Tag("yaay", "4321")));
                Assert.StartsWith($"boom_bam_total{{blah=\"foo\",yaay=\"4321\"}} 1 # {{trace_id=\"{activity.TraceId}\",span_id=\"{activity.SpanId}\"}} 1 ", Assert.Single(await scrape.SamplesAsync(ExpositionFormat.OpenMetrics)), StringComparison.Ordinal);
            }))
        .Skips("There are no summaries here, and .NET has no instrument for them.", "ValidateTextFmtSummaryExposition_Labels", "ValidateTextFmtSummaryExposition_NoLabels");

    public static PeerSuite Adapter { get; } = new PeerSuite("prometheus-net", "MeterAdapterTests", 5)
        .Met("promnet-meter-counters", "Counters of whole and of floating numbers add up exactly.", ["CounterInt", "CounterFloat"],
            Run(static async scrape =>
            {
                var whole = scrape.Meter.CreateCounter<long>("int_counter");
                var floating = scrape.Meter.CreateCounter<double>("float_counter");
                whole.Add(1);
                floating.Add(1);
                Assert.Equal(["int_counter_total 1", "float_counter_total 1"], await scrape.SamplesAsync());
                whole.Add(2);
                floating.Add(0.002);
                Assert.Equal(["int_counter_total 3", "float_counter_total 1.002"], await scrape.SamplesAsync());
            }))
        .Differs("promnet-meter-name", "The name of the meter stands before the name of the metric.", "It does not: names are those of OpenTelemetry's exporter, so that dashboards of instrumented libraries fit.", ["CounterInt", "CounterFloat"],
            PeerNames.Counter("int_counter", null, "int_counter_total"))
        .Met("promnet-meter-labels", "Sets of tags are series of their own, whatever the order of the tags is.", ["CounterLabels"],
            Run(static async scrape =>
            {
                var counter = scrape.Meter.CreateCounter<long>("int_counter");
                counter.Add(1, new("l1", "value"), new Tag("l2", 111));
                counter.Add(1000);
                counter.Add(1000, new("l1", "value"), new Tag("l2", 0));
                counter.Add(1000, new Tag("l1", "value"));
                counter.Add(1, new("l2", 111), new Tag("l1", "value"));
                Assert.Equal(
                    ["int_counter_total 1000", "int_counter_total{l1=\"value\",l2=\"0\"} 1000", "int_counter_total{l1=\"value\",l2=\"111\"} 2", "int_counter_total{l1=\"value\"} 1000"],
                    (await scrape.SamplesAsync()).Order(StringComparer.Ordinal));
            }))
        .Met("promnet-meter-label-names", "Hyphens and dots of keys become underscores, and labels are in order.", ["LabelRenaming"],
            Run(static async scrape =>
            {
                scrape.Meter.CreateCounter<long>("int_counter").Add(1, new("my-label", 1), new Tag("another.label", 1));
                Assert.Equal(["int_counter_total{another_label=\"1\",my_label=\"1\"} 1"], await scrape.SamplesAsync());
            }))
        .Differs("promnet-meter-label-case", "Keys of labels are in lower case.", "Their case stays, as with OpenTelemetry.", ["LabelRenaming"],
            Run(static async scrape =>
            {
                scrape.Meter.CreateCounter<long>("int_counter").Add(1, new Tag("Another.Label", 1));
                Assert.Equal(["int_counter_total{Another_Label=\"1\"} 1"], await scrape.SamplesAsync());
            }))
        .Met("promnet-meter-instances", "Two listeners in one process know nothing of each other, and one that has ended counts no more.", ["MultipleInstances"],
            Run(static async scrape =>
            {
                var counter = scrape.Meter.CreateCounter<long>("int_counter");
                counter.Add(1000);
                await using (var second = TestKit.Start(o => o.Meters.Add(scrape.Meter.Name)))
                {
                    counter.Add(1);
                    Assert.Equal(["int_counter_total 1001"], await scrape.SamplesAsync());
                    Assert.Equal(1, await second.TotalAsync("int_counter"));
                }
                counter.Add(1);
                Assert.Equal(["int_counter_total 1002"], await scrape.SamplesAsync());
            }));

    static Histogram<double> Histogram(Meter meter, params double[] bounds) =>
        meter.CreateHistogram("boom_bam", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });

    static Func<Task> Exemplars(Func<PeerScrape, FakeTimeProvider, Task> proof) => async () =>
    {
        FakeTimeProvider time = new();
        await using var scrape = Start(static o => o.Exemplars = true, time);
        await proof(scrape, time);
    };
}
