using System.Diagnostics.Metrics;
using MetricsKit.Testing;
using MetricsKit.Tests.Aggregation;
using Xunit;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace MetricsKit.Tests.Peers;

/// <summary>Exemplars, by OpenTelemetry's <c>PrometheusSerializerTests</c>.</summary>
static class OtelExemplars
{
    const string TraceAlone = "An exemplar names its trace and nothing else: it leads to what was measured, where all tags are, and 128 characters are never exceeded.";

    public static PeerSuite Add(PeerSuite suite) => suite
        .Met("otel-exemplar-counter", "A counter shows the latest measurement of a trace, with both ids, its value and its time.", ["CounterWithOpenMetricsFormatEmitsLatestExemplar", "WriteExemplarEscapesReservedTraceIdKeyToPreventCollisionWithFilteredTag"],
            Run(static async (scrape, time) =>
            {
                var counter = scrape.Meter.CreateCounter<long>("test_counter");
                Trace.Recorded(() => counter.Add(1, new Tag("trace_id", "drop-me")));
                time.Advance(TimeSpan.FromSeconds(2));
                var second = Trace.Recorded(() => counter.Add(2, new Tag("trace_id", "drop-me")));
                Assert.StartsWith($"test_counter_total{{trace_id=\"drop-me\"}} 3 # {{trace_id=\"{second.TraceId}\",span_id=\"{second.SpanId}\"}} 2 {time.GetUtcNow().ToUnixTimeSeconds()}", Assert.Single(await scrape.SamplesAsync(ExpositionFormat.OpenMetrics)), StringComparison.Ordinal);
                Assert.Equal(["test_counter_total{trace_id=\"drop-me\"} 3"], await scrape.SamplesAsync());
            }))
        .Met("otel-exemplar-histogram", "A measurement of a trace stands at the bucket it fell into and at no other.", ["HistogramWithOpenMetricsFormatEmitsLatestBucketExemplar"],
            Run(static async (scrape, time) =>
            {
                var histogram = scrape.Meter.CreateHistogram("test_histogram", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [5, 10] });
                var older = Trace.Recorded(() => histogram.Record(4));
                Trace.Recorded(() => histogram.Record(8));
                time.Advance(TimeSpan.FromSeconds(2));
                var latest = Trace.Recorded(() => histogram.Record(9));
                string[] lines = await scrape.SamplesAsync(ExpositionFormat.OpenMetrics);
                Assert.StartsWith($"test_histogram_bucket{{le=\"5.0\"}} 1 # {{trace_id=\"{older.TraceId}\",span_id=\"{older.SpanId}\"}} 4 ", lines[0], StringComparison.Ordinal);
                Assert.StartsWith($"test_histogram_bucket{{le=\"10.0\"}} 3 # {{trace_id=\"{latest.TraceId}\",span_id=\"{latest.SpanId}\"}} 9 ", lines[1], StringComparison.Ordinal);
                Assert.Equal(["test_histogram_bucket{le=\"+Inf\"} 3", "test_histogram_sum 21", "test_histogram_count 3"], lines[2..]);
            }))
        .Met("otel-exemplar-not-finite", "What is not a number is at no bucket.", ["IsHistogramBucketExemplarMatchReturnsFalseForNaN"],
            Run(static async (scrape, _) =>
            {
                var histogram = scrape.Meter.CreateHistogram("test_histogram", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [5] });
                histogram.Record(1);
                Trace.Recorded(() => histogram.Record(double.NaN));
                Assert.DoesNotContain(await scrape.SamplesAsync(ExpositionFormat.OpenMetrics), static l => l.Contains(" # ", StringComparison.Ordinal));
            }))
        .Differs("otel-exemplar-without-trace", "A measurement outside of a trace is an exemplar too, with no labels when there are none.", "Only measurements of a trace that is recorded are exemplars: the others lead nowhere.",
            ["CounterWithOpenMetricsFormatEmitsExemplarWithoutLabelsWhenOnlyReservedTagNamesAreFiltered", "CounterWithOpenMetricsFormatFiltersSanitizedReservedExemplarTagNames", "HistogramWithOpenMetricsFormatFiltersSanitizedReservedExemplarTagNames"],
            Run(static async (scrape, _) =>
            {
                scrape.Meter.CreateCounter<long>("test_counter").Add(2, new Tag("keep", "value"));
                Assert.Equal(["test_counter_total{keep=\"value\"} 2"], await scrape.SamplesAsync(ExpositionFormat.OpenMetrics));
            }))
        .Differs("otel-exemplar-tags", "Tags that a view has left out stand in the exemplar, as far as 128 characters go, counted in code points.", TraceAlone, ["CounterWithOpenMetricsFormatDropsExemplarLabelsExceedingLimit", "ExemplarLabelWithSurrogatePairCountsUnicodeCodePoints"],
            Run(static async (scrape, _) =>
            {
                var counter = scrape.Meter.CreateCounter<long>("test_counter");
                var activity = Trace.Recorded(() => counter.Add(2, new("keep", "value"), new("rocket", "rkt:\U0001F680"), new Tag("too.long", new string('x', 80))));
                Assert.StartsWith($"test_counter_total{{keep=\"value\"}} 2 # {{trace_id=\"{activity.TraceId}\",span_id=\"{activity.SpanId}\"}} 2 ", Assert.Single(await scrape.SamplesAsync(ExpositionFormat.OpenMetrics)), StringComparison.Ordinal);
            }, static o => o.Instruments["test_counter"] = new() { TagKeys = ["keep"] }))
        .Skips("The exporter's own choice among several exemplars of one series; here there is one, which is replaced as a whole.", "TryGetLatestExemplarPrefersLaterCandidateWhenTimestampsMatch", "TryGetLatestHistogramBucketExemplarMatchesNegativeInfinityInFirstBucket");

    static Func<Task> Run(Func<PeerScrape, FakeTimeProvider, Task> proof, Action<MetricsKitOptions>? options = null) => async () =>
    {
        FakeTimeProvider time = new();
        await using var scrape = PeerScrape.Start(
            o =>
            {
                o.Exemplars = true;
                options?.Invoke(o);
            },
            time);
        await proof(scrape, time);
    };
}
