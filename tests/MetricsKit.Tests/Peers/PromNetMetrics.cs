using MetricsKit.Testing;
using MetricsKit.Tests.Aggregation;
using MetricsKit.Tests.Formats;
using MetricsKit.Tests.Instruments;
using Xunit;
using static MetricsKit.Tests.Peers.PeerScrape;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace MetricsKit.Tests.Peers;

/// <summary>Counters, gauges, histograms and their names, by prometheus-net.</summary>
static class PromNetMetrics
{
    static readonly TagKey<string> Foo = TagKey.Open("foo");

    public static PeerSuite Metrics { get; } = Names(new PeerSuite("prometheus-net", "MetricsTests", 21)
        .Met("promnet-api", "A gauge shows what it was last set to; a counter adds whatever is not negative, each set of labels for itself.", ["api_usage"],
            Run(static async scrape =>
            {
                var gauge = scrape.Meter.CreateGauge<double>("name1");
                gauge.Record(4.2);
                gauge.Record(4);
                gauge.Record(3.8);
                var counter = scrape.Meter.CreateCounter<double>("name2");
                foreach (double value in (double[])[1, 3.2, 0]) counter.Add(value);
                foreach (double value in (double[])[3.3, 1.1]) counter.Add(value, new Tag("label1", "a"));
                Assert.Equal(["name1 3.8", "name2_total 4.2", "name2_total{label1=\"a\"} 4.4"], await scrape.SamplesAsync());
            }))
        .Differs("promnet-counter-negative", "A counter that is given a negative number throws.", "It is counted as rejected: measuring never throws at whoever measures.", ["api_usage"],
            Run(static async scrape =>
            {
                var counter = scrape.Meter.CreateCounter<double>("name2");
                counter.Add(4.2);
                counter.Add(-1);
                Assert.Equal(["name2_total 4.2"], await scrape.SamplesAsync());
                Assert.Equal(1, scrape.Count(LedgerEntry.Negative));
            }))
        .Met("promnet-registries", "Two registries have counters of their own under one name.", ["CreateCounter_WithDifferentRegistry_CreatesIndependentCounters"],
            static () =>
            {
                var row = Define.Counter("counter", "1", "A counter.");
                using TextRig one = new(rows: [row]), other = new(rows: [row]);
                one.Make(row).Add(1);
                other.Make(row).Add(2);
                Assert.Equal((1, 2), (one.Parse().Text.Value("counter_total"), other.Parse().Text.Value("counter_total")));
                return Task.CompletedTask;
            })
        .Differs("promnet-empty-family", "A family without a series is declared.", "It is not: a header without samples says nothing that the catalogue does not.", ["Export_FamilyWithOnlyNonpublishedUnlabeledMetrics_ExportsFamilyDeclaration", "Export_FamilyWithOnlyNonpublishedLabeledMetrics_ExportsFamilyDeclaration"],
            Run(static async scrape =>
            {
                scrape.Meter.CreateCounter<int>("my_family");
                Assert.DoesNotContain("my_family", TestKit.Text(await scrape.Kit.SnapshotAsync()), StringComparison.Ordinal);
            }))
        .Met("promnet-same-labels", "The same labels give the same handle.", ["same_labels_return_same_instance"],
            static () =>
            {
                using var rig = Rig.Of(Define.Gauge("name1", "1", "A gauge.", Foo));
                Assert.Same(rig.Instrument.Bind("1"), rig.Instrument.Bind("1"));
                Assert.NotSame(rig.Instrument.Bind("1"), rig.Instrument.Bind("2"));
                return Task.CompletedTask;
            })
        .Met("promnet-label-sets", "One name may have series with different sets of labels, as .NET's meters do, declared once.", ["CreateMetric_WithSameMetadataButDifferentLabels_CreatesMetric"],
            Run(static async scrape =>
            {
                var gauge = scrape.Meter.CreateGauge<int>("name1");
                gauge.Record(543289);
                gauge.Record(735467, new Tag("label1", "x"));
                gauge.Record(627864, new Tag("label2", "x"));
                gauge.Record(837855, new("label1", "x"), new Tag("label3", "x"));
                Assert.Equal(["# TYPE name1 gauge", "name1 543289", "name1{label1=\"x\"} 735467", "name1{label2=\"x\"} 627864", "name1{label1=\"x\",label3=\"x\"} 837855"], await scrape.LinesAsync(ExpositionFormat.PrometheusText));
            }))
        .Met("promnet-label-values", "The labels of all series can be listed; a series without labels has none.", ["GetAllLabelValues_GetsThemAll", "GetAllLabelValues_DoesNotGetUnlabelled"],
            Run(static async scrape =>
            {
                var gauge = scrape.Meter.CreateGauge<int>("ahdgfln");
                gauge.Record(1, new("a", "1"), new("b", "2"), new Tag("c", "3"));
                gauge.Record(1, new("a", "4"), new("b", "5"), new Tag("c", "6"));
                scrape.Meter.CreateGauge<int>("bare").Record(1);
                using var snapshot = await scrape.Kit.SnapshotAsync();
                Assert.Equal(["1 2 3", "4 5 6", ""], snapshot.Families.Where(f => f.Meter == scrape.Meter.Name).SelectMany(static f => f.Series).Select(static s => string.Join(' ', s.Tags.Select(static t => t.Value))));
            }))
        .Met("promnet-bounds-increase", "Bounds that do not increase are refused.", ["histogram_buckets_do_not_increase"],
            static () =>
            {
                Assert.Contains("must increase", Assert.Throws<ArgumentException>(static () => Define.Histogram("hist", "s", "A histogram.") with { Bounds = [0.5, 0.1] }).Message, StringComparison.Ordinal);
                return Task.CompletedTask;
            })
        .Differs("promnet-bounds-none", "A histogram without bounds is refused.", "It has the bucket up to infinity, and so count and sum, as OpenTelemetry has it.", ["histogram_no_buckets"],
            Text(static m => m.CreateHistogram("hist", advice: new System.Diagnostics.Metrics.InstrumentAdvice<double> { HistogramBucketBoundaries = [] }).Record(5), "# TYPE hist histogram", "hist_bucket{le=\"+Inf\"} 1", "hist_sum 5", "hist_count 1"))
        .Skips("Makers of bounds: here bounds are listed, in a row, by advice or in the configuration.",
            "histogram_exponential_buckets_are_correct", "histogram_exponential_buckets_with_non_positive_count_throws", "histogram_exponential_buckets_with_non_positive_start_throws", "histogram_exponential_buckets_with__factor_less_than_one_throws",
            "histogram_linear_buckets_are_correct", "histogram_linear_buckets_with_non_positive_count_throws"));

    static PeerSuite Names(PeerSuite suite) => suite
        .Met("promnet-names", "A name that Prometheus cannot have is refused where a metric is declared.", ["metric_names"],
            static () =>
            {
                foreach (string name in (string[])["my-metric", "my!metric", "%", "5a", "a:3"]) Assert.Throws<ArgumentException>(() => Define.Gauge(name, "1", "A gauge."));
                Assert.Equal("abc", Define.Gauge("abc", "1", "A gauge.").Name);
                return Task.CompletedTask;
            })
        .Differs("promnet-names-case", "A name may have capitals.", "A declared one may not, since OpenTelemetry's conventions are in lower case; names of foreign instruments keep theirs.", ["metric_names"],
            async () =>
            {
                Assert.Throws<ArgumentException>(static () => Define.Gauge("myMetric2", "1", "A gauge."));
                await PeerNames.Gauge("myMetric2", null, "myMetric2")();
            })
        .Met("promnet-label-names", "A label that Prometheus cannot have, or keeps for itself, is refused where it is declared.", ["label_names"],
            static () =>
            {
                foreach (string name in (string[])["my-label", "my!label", "my%label", "le", "my:label", "__reserved"]) Assert.Throws<ArgumentException>(() => TagKey.Open(name));
                Assert.Equal("good_name", TagKey.Open("good_name").Name);
                return Task.CompletedTask;
            })
        .Differs("promnet-label-null", "A label whose value is null is refused; an empty one is not.", "Both are left out, and measuring throws at nobody.", ["label_values"],
            static () =>
            {
                using var rig = Rig.Of(Define.Counter("a", "1", "A counter.", Foo));
                rig.Instrument.Add(1, "");
                rig.Instrument.Add(1, null!);
                rig.Instrument.Add(1, "mylabelvalue");
                Assert.Equal([new("", 2), new("foo=mylabelvalue", 1)], rig.Read());
                return Task.CompletedTask;
            })
        .Met("promnet-type-conflict", "Two metrics of one name and different types are refused where they are declared.", ["cannot_create_metrics_with_the_same_name_and_labels_but_different_type"],
            static () =>
            {
                Assert.Contains("name1", Assert.Throws<ArgumentException>(static () => new MeterDefinition("M", Define.Gauge("name1", "1", "A gauge."), Define.Counter("name1", "1", "A counter."))).Message, StringComparison.Ordinal);
                return Task.CompletedTask;
            })
        .Differs("promnet-removal", "A series is removed by hand.", "It leaves by itself when it has been idle for its time to live.", ["DisposeChild_RemovesMetric"], PromNetLifetimes.Leaves);

    public static PeerSuite Histograms { get; } = new PeerSuite("prometheus-net", "HistogramTests", 9)
        .Met("promnet-histogram-buckets", "A bound is inclusive; buckets are cumulative; count and sum are of all.", ["Observe_IncrementsCorrectBucketsAndCountAndSum"],
            static () =>
            {
                var row = Define.Histogram("xxx", "1", "A histogram.") with { Bounds = [1, 2, 3] };
                using TextRig rig = new(rows: [row]);
                var histogram = rig.Make(row);
                histogram.Record(2);
                histogram.Record(3);
                Assert.EndsWith("xxx_bucket{le=\"1.0\"} 0\nxxx_bucket{le=\"2.0\"} 1\nxxx_bucket{le=\"3.0\"} 2\nxxx_bucket{le=\"+Inf\"} 2\nxxx_sum 5\nxxx_count 2\n", rig.Text(ExpositionFormat.PrometheusText), StringComparison.Ordinal);
                return Task.CompletedTask;
            })
        .Met("promnet-histogram-exemplar", "An exemplar stands at the bucket that its value falls into, and at none above it.", ["ObserveExemplar_OnlyAddsExemplarToSingleBucket"],
            static () =>
            {
                using ExemplarRig<HistogramInstrument> rig = new(Define.Histogram("xxx", "1", "A histogram.") with { Bounds = [1, 2, 3] });
                Trace.Recorded(() => rig.Instrument.Record(1.9));
                Assert.Equal("2.0", Assert.Single(rig.Parse().Samples, static s => s.Exemplar is not null)["le"]);
                return Task.CompletedTask;
            })
        .Skips("Callers give no labels for exemplars here.", "ObserveExemplarDuplicateKeys", "ObserveExemplarTooManyRunes")
        .Skips("Makers of bounds.", "PowersOfTenDividedBuckets_CreatesExpectedBuckets", "PowersOfTenDividedBuckets_WithOverlappingEdges_CreatesExpectedBuckets", "LinearBuckets_CreatesExpectedBuckets", "ExponentialBuckets_CreatesExpectedBuckets", "ExponentialBuckets_CreatesExpectedBuckets2");

    public static PeerSuite Counters { get; } = new PeerSuite("prometheus-net", "CounterTests and GaugeTests", 6)
        .Met("promnet-exemplar-interval", "A new exemplar is taken only when an interval has passed.", ["ObserveExemplar_WithLimitedRecordingInterval_RecordsOnlyAfterIntervalElapses"],
            static () =>
            {
                using ExemplarRig<CounterInstrument> rig = new(Define.Counter("xxx", "1", "A counter."));
                var first = Trace.Recorded(() => rig.Instrument.Add(1));
                Trace.Recorded(() => rig.Instrument.Add(1));
                Assert.Equal(first.TraceId, Assert.Single(rig.Of()).TraceId);
                rig.Time.Advance(TimeSpan.FromSeconds(1));
                var third = Trace.Recorded(() => rig.Instrument.Add(1));
                Assert.Equal(third.TraceId, Assert.Single(rig.Of()).TraceId);
                return Task.CompletedTask;
            })
        .Differs("promnet-exemplar-provider", "The application may say what an exemplar is where the caller does not.", "It is the current activity, if its trace is recorded.", ["ObserveExemplar_WithDefaultExemplarProvider_UsesDefaultOnlyWhenNoExplicitExemplarProvided"],
            static () =>
            {
                using ExemplarRig<CounterInstrument> rig = new(Define.Counter("xxx", "1", "A counter."));
                Trace.Unrecorded(() => rig.Instrument.Add(1));
                Assert.Empty(rig.Of());
                var recorded = Trace.Recorded(() => rig.Instrument.Add(1));
                Assert.Equal(recorded.SpanId, Assert.Single(rig.Of()).SpanId);
                return Task.CompletedTask;
            })
        .Skips("Callers hold no exemplars that they could use twice.", "ObserveExemplar_ReusingInstance_Throws")
        .Skips("Setting a counter, or a gauge one way only, is no verb of .NET's instruments; totals that are known elsewhere are observable counters.", "IncTo_IncrementsButDoesNotDecrement", "GaugeTests.IncTo_IncrementsButDoesNotDecrement", "DecTo_DecrementsButDoesNotIncrement");
}
