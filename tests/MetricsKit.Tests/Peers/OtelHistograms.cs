using System.Diagnostics.Metrics;
using MetricsKit.Testing;
using MetricsKit.Tests.Formats;
using Xunit;
using static MetricsKit.Tests.Peers.PeerScrape;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace MetricsKit.Tests.Peers;

/// <summary>Histograms and their bounds, by OpenTelemetry's <c>PrometheusSerializerTests</c>.</summary>
static class OtelHistograms
{
    public static PeerSuite Add(PeerSuite suite) => suite
        .Met("otel-histogram", "Buckets are cumulative and followed by sum and count; without a unit the bounds are 0, 5, 10 up to 10000; le is the last label.",
            ["HistogramZeroDimension", "HistogramOneDimension", "HistogramTwoDimensions", "HistogramOneDimensionWithOpenMetricsFormat"],
            Run(static async scrape =>
            {
                var histogram = scrape.Meter.CreateHistogram<double>("test_histogram");
                foreach (double value in (double[])[18, 100]) histogram.Record(value, new("y", "2"), new Tag("x", "1"));
                foreach (double value in (double[])[18, 100]) histogram.Record(value);
                int[] bounds = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];
                string[] Lines(string labels, string alone) =>
                    [.. bounds.Select(b => $"test_histogram_bucket{{{labels}le=\"{b}.0\"}} {(b < 18 ? 0 : b < 100 ? 1 : 2)}"), $"test_histogram_bucket{{{labels}le=\"+Inf\"}} 2", $"test_histogram_sum{alone} 118", $"test_histogram_count{alone} 2"];
                string[] expected = [.. Lines("x=\"1\",y=\"2\",", "{x=\"1\",y=\"2\"}"), .. Lines("", "")];
                Assert.Equal(expected, await scrape.SamplesAsync(ExpositionFormat.OpenMetrics));
            }))
        .Met("otel-histogram-fractions", "Bounds that no double is exactly are spelled as they were written, in OpenMetrics with .0 on whole ones.", ["HistogramWithFractionalBoundaries"],
            Bounds(ExpositionFormat.OpenMetrics, (0.005, "0.005"), (0.01, "0.01"), (0.025, "0.025"), (0.05, "0.05"), (0.075, "0.075"), (0.1, "0.1"), (0.25, "0.25"), (0.5, "0.5"), (0.75, "0.75"), (1, "1.0"), (2.5, "2.5"), (5, "5.0"), (7.5, "7.5"), (10, "10.0")))
        .Differs("otel-histogram-le-in-text", "In text a whole bound has no .0.", "It has one in both formats, so that a bucket is one series whichever format a scrape was answered in.", ["HistogramWithFractionalBoundaries", "HistogramZeroDimension", "HistogramOneDimension", "HistogramTwoDimensions"],
            Bounds(ExpositionFormat.PrometheusText, (0.005, "0.005"), (1, "1.0"), (10, "10.0")))
        .Met("otel-bound-numbers", "A bound is the shortest number that reads back as itself, with .0 on whole ones and a small e with two digits.", ["WriteCanonicalLabelValueUsesOpenMetricsCanonicalNumbers"],
            Bounds(ExpositionFormat.OpenMetrics,
                (-1e-10, "-1e-10"), (0, "0.0"), (1e-100, "1e-100"), (1e-10, "1e-10"), (1e-09, "1e-09"), (1e-05, "1e-05"), (1.5e-05, "1.5e-05"), (0.0001, "0.0001"), (0.00025, "0.00025"), (0.001, "0.001"), (0.002, "0.002"), (0.0025, "0.0025"), (0.005, "0.005"), (0.0075, "0.0075"),
                (0.01, "0.01"), (0.025, "0.025"), (0.05, "0.05"), (0.075, "0.075"), (0.1, "0.1"), (0.25, "0.25"), (0.1 + 0.2, "0.30000000000000004"), (0.5, "0.5"), (0.75, "0.75"), (0.9, "0.9"), (0.95, "0.95"), (0.99, "0.99"), (0.999, "0.999"),
                (1, "1.0"), (1.7, "1.7"), (2.5, "2.5"), (7.5, "7.5"), (10, "10.0"), (12.5, "12.5"), (33.333, "33.333"), (100000, "100000.0"), (1e100, "1e+100")))
        .Differs("otel-bound-large", "A bound of a million or more is spelled with an exponent.", "It keeps its digits up to 1e+15, as the rest of the text does: bounds of bytes stay readable, and a Prometheus of version 3 takes both for one.", ["WriteCanonicalLabelValueUsesOpenMetricsCanonicalNumbers", "WriteCanonicalLabelValueDoesNotRoundNearPowersOfTen"],
            Bounds(ExpositionFormat.OpenMetrics, (-1e11, "-100000000000.0"), (-1e10, "-10000000000.0"), (1e6, "1000000.0"), (1000000.0000005, "1000000.0000005"), (1234567.89, "1234567.89"), (1e10, "10000000000.0"), (1e11, "100000000000.0")))
        .Met("otel-bound-precision", "Every bound reads back as itself.", ["WriteCanonicalLabelValueRoundTrips", "WriteCanonicalLabelValueDoesNotRoundNearPowersOfTen"],
            Run(static async scrape =>
            {
                double[] bounds = [double.MinValue, double.Epsilon, 0.00011, 0.1 + 0.2, Math.PI, 1e6, 1000000.0000005, 1234567.89, 1e11, double.MaxValue];
                Histogram(scrape.Meter, bounds).Record(1);
                var read = (await scrape.SamplesAsync()).Where(static l => l.Contains("le=", StringComparison.Ordinal)).Select(static l => double.Parse(l.Split('"')[1].Replace("+Inf", "Infinity", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture));
                Assert.Equal([.. bounds, double.PositiveInfinity], read);
            }))
        .Skips("No bound can be other than a number.", "WriteCanonicalLabelValueFormatsNaN")
        .Differs("otel-histogram-not-finite", "An infinite measurement, or one that is not a number, is in the last bucket and spoils the sum.", "It is counted as rejected and kept out, so that sum and average stay usable.", ["HistogramInfinities", "HistogramNaN"],
            Run(static async scrape =>
            {
                var histogram = Histogram(scrape.Meter, 25);
                foreach (double value in (double[])[18, double.PositiveInfinity, double.PositiveInfinity, double.NaN]) histogram.Record(value);
                Assert.Equal(["test_histogram_bucket{le=\"25.0\"} 1", "test_histogram_bucket{le=\"+Inf\"} 1", "test_histogram_sum 18", "test_histogram_count 1"], await scrape.SamplesAsync());
                Assert.Equal(3, scrape.Count(LedgerEntry.NotFinite));
            }))
        .Differs("otel-histogram-le-tag", "A tag called le is left out of a histogram.", "It is the label exported_le, as Prometheus calls labels whose name is taken: nothing is lost, and series stay apart.", ["HistogramWithOpenMetricsFormatDropsCollidingLeLabelKeys", "HistogramCreatedMetricSkipsReservedHistogramLabels"],
            Run(static async scrape =>
            {
                Histogram(scrape.Meter, 25).Record(18, new("le", "user-value"), new Tag("x", "1"));
                Assert.Equal("test_histogram_bucket{exported_le=\"user-value\",x=\"1\",le=\"25.0\"} 1", (await scrape.SamplesAsync(ExpositionFormat.OpenMetrics))[0]);
            }))
        .Met("otel-histogram-negative-bounds", "In OpenMetrics a histogram with a negative bound has neither sum nor count, since its sum may fall.", ["HistogramWithNegativeBucketBoundsOmitsSumAndCountWithOpenMetricsFormat"],
            Run(static async scrape =>
            {
                Histogram(scrape.Meter, -1, 0, 1).Record(-0.5, new Tag("x", "1"));
                string[] buckets = ["test_histogram_bucket{x=\"1\",le=\"-1.0\"} 0", "test_histogram_bucket{x=\"1\",le=\"0.0\"} 1", "test_histogram_bucket{x=\"1\",le=\"1.0\"} 1", "test_histogram_bucket{x=\"1\",le=\"+Inf\"} 1"];
                Assert.Equal(buckets, await scrape.SamplesAsync(ExpositionFormat.OpenMetrics));
                string[] all = [.. buckets, "test_histogram_sum{x=\"1\"} -0.5", "test_histogram_count{x=\"1\"} 1"];
                Assert.Equal(all, await scrape.SamplesAsync());

                for (int i = 0; i < 800; i++) Histogram(scrape.Meter, -1, 0, 1).Record(0.5, new Tag("x", $"in a text of several segments, {i}"));
                using var snapshot = await scrape.Kit.SnapshotAsync();
                var read = ExpositionParser.Parse(TextRig.Fill(snapshot, ExpositionFormat.OpenMetrics, PrometheusTextWriter.SegmentSize), ExpositionSyntax.OpenMetrics);
                Assert.Equal(801 * 4, read.Family("test_histogram").Samples.Count);
            }))
        .Differs("otel-value-long", "A tag's value of 4,096 characters is written whole.", "It is cut to 256 with a hash of the whole, so that values which differ past the cut stay different, and counted.", ["HistogramWithLargeTagValueSerializesUsingGrownBuffer"],
            Run(static async scrape =>
            {
                scrape.Meter.CreateCounter<int>("test_counter").Add(1, new Tag("key", new string('a', 4096)));
                Assert.Matches("^test_counter_total\\{key=\"a{239}~[0-9a-f]{16}\"\\} 1$", Assert.Single(await scrape.SamplesAsync()));
                Assert.Equal(1, scrape.Count(LedgerEntry.TruncatedTag));
            }));

    static Histogram<double> Histogram(Meter meter, params double[] bounds) =>
        meter.CreateHistogram("test_histogram", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });

    static Func<Task> Bounds(ExpositionFormat format, params (double Bound, string Text)[] rows) => Run(async scrape =>
    {
        Histogram(scrape.Meter, [.. rows.Select(static r => r.Bound)]).Record(1);
        var les = (await scrape.SamplesAsync(format)).Where(static l => l.Contains("le=", StringComparison.Ordinal)).Select(static l => l.Split('"')[1]);
        Assert.Equal([.. rows.Select(static r => r.Text), "+Inf"], les);
    });
}
