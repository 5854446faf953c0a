using MetricsKit.Testing;
using MetricsKit.Tests.Formats;
using MetricsKit.Tests.Instruments;
using Xunit;
using static MetricsKit.Tests.Peers.PeerScrape;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace MetricsKit.Tests.Peers;

/// <summary>When series begin to be shown, which labels they have from elsewhere, and when they leave, by prometheus-net.</summary>
static class PromNetLifetimes
{
    const string OwnWins = "A series' own tag wins over a constant one: a tag that an operator adds must not stop a service.";

    static readonly TagKey<string> Foo = TagKey.Open("foo");
    static readonly TimeSpan TimeToLive = TimeSpan.FromHours(24);

    /// <summary>A series that is idle for its time to live leaves, one that is in use does not.</summary>
    internal static Func<Task> Leaves { get; } = static () =>
    {
        FakeTimeProvider time = new();
        using Rig<CounterInstrument<string>> rig = new(Define.Counter("my_family", "1", "A counter.", Foo), time: time, timeToLive: TimeToLive);
        rig.Instrument.Add(1, "idle");
        rig.Instrument.Add(1, "used");
        Assert.Equal(2, rig.Read().Count);
        time.Advance(TimeToLive);
        rig.Instrument.Add(1, "used");
        for (int i = 0; i < 3; i++) rig.Read();
        Assert.Equal([new("foo=used", 2)], rig.Read());
        return Task.CompletedTask;
    };

    public static PeerSuite Expiration { get; } = new PeerSuite("prometheus-net", "MetricExpirationTests", 5)
        .Met("promnet-lifetimes-same", "A metric with a lifetime is the metric of that name, whoever holds it and however its labels were given.",
            ["ManagedLifetimeMetric_IsSameMetricAsNormalMetric", "ManagedLifetimeMetric_MultipleHandlesFromSameFactory_AreSameHandle", "ManagedLifetimeMetric_ViaDifferentFactories_IsSameMetric", "ManagedLifetimeMetric_WithMultipleLabelingPaths_SharedSameLifetime"],
            static () =>
            {
                var row = Define.Counter("foo_bar", "1", "A counter.", Foo);
                FakeTimeProvider time = new();
                using Rig<CounterInstrument<string>> rig = new(row, time: time, timeToLive: TimeToLive);
                var again = rig.Registry.Open(new(rig.Meter, row)).Create(row);
                Assert.Same(rig.Instrument, again);
                rig.Instrument.Bind("x").Add(1);
                again.Bind("x").Add(1);
                rig.Instrument.Add(1, "x");
                Assert.Equal([new("foo=x", 3)], rig.Read());
                return Task.CompletedTask;
            })
        .Met("promnet-lifetimes-expiry", "A series that nobody holds leaves when its time has passed, and begins at zero when it returns.", ["ManagedLifetimeMetric_ExpiresOnlyAfterAllLeasesReleased"],
            async () =>
            {
                await Leaves();
                FakeTimeProvider time = new();
                using Rig<CounterInstrument<string>> rig = new(Define.Counter("foo_bar", "1", "A counter.", Foo), time: time, timeToLive: TimeToLive);
                rig.Instrument.Add(5, "x");
                rig.Read();
                time.Advance(TimeToLive);
                for (int i = 0; i < 4; i++) rig.Read();
                Assert.Empty(rig.Read());
                rig.Instrument.Add(2, "x");
                Assert.Equal([new("foo=x", 2)], rig.Read());
            })
        .Differs("promnet-lifetimes-leases", "While somebody holds a lease of a series, it is shown, however long it is idle.", "A handle that is held keeps the total and not the line: an idle series is hidden, and comes back with its total.", ["ManagedLifetimeMetric_ExpiresOnlyAfterAllLeasesReleased"],
            static () =>
            {
                FakeTimeProvider time = new();
                using Rig<CounterInstrument<string>> rig = new(Define.Counter("foo_bar", "1", "A counter.", Foo), time: time, timeToLive: TimeToLive);
                var held = rig.Instrument.Bind("x");
                held.Add(2);
                rig.Read();
                time.Advance(TimeToLive);
                for (int i = 0; i < 3; i++) rig.Read();
                Assert.Empty(rig.Read());
                held.Add(1);
                Assert.Equal([new("foo=x", 3)], rig.Read());
                return Task.CompletedTask;
            });

    public static PeerSuite Initialization { get; } = new PeerSuite("prometheus-net", "MetricInitializationTests", 12)
        .Met("promnet-init-unlabelled", "A counter or a histogram without labels is shown at zero as soon as it is declared.", ["CreatingUnlabelledMetric_WithoutObservingAnyData_ExportsImmediately"],
            static () =>
            {
                var counter = Define.Counter("counter", "1", "A counter.");
                var histogram = Define.Histogram("histogram", "1", "A histogram.") with { Bounds = [1] };
                using TextRig rig = new(rows: [counter, histogram]);
                rig.Make(counter);
                rig.Make(histogram);
                Assert.Equal(["counter_total 0", "histogram_bucket{le=\"1.0\"} 0", "histogram_bucket{le=\"+Inf\"} 0", "histogram_sum 0", "histogram_count 0"], Samples(rig));
                return Task.CompletedTask;
            })
        .Met("promnet-init-labelled", "A counter or a histogram with labels is shown at zero as soon as somebody holds a series of it.", ["CreatingLabelledMetric_WithoutObservingAnyData_ExportsImmediately"],
            static () =>
            {
                var counter = Define.Counter("counter", "1", "A counter.", Foo);
                var histogram = Define.Histogram("histogram", "1", "A histogram.", Foo) with { Bounds = [1] };
                using TextRig rig = new(rows: [counter, histogram]);
                rig.Make(counter).Bind("bar");
                rig.Make(histogram).Bind("bar");
                Assert.Equal(
                    ["counter_total{foo=\"bar\"} 0", "histogram_bucket{foo=\"bar\",le=\"1.0\"} 0", "histogram_bucket{foo=\"bar\",le=\"+Inf\"} 0", "histogram_sum{foo=\"bar\"} 0", "histogram_count{foo=\"bar\"} 0"], Samples(rig));
                return Task.CompletedTask;
            })
        .Differs("promnet-init-gauge", "A gauge is shown at zero as soon as it is declared.", "A gauge is absent until it is set: nobody has measured zero.", ["CreatingUnlabelledMetric_WithoutObservingAnyData_ExportsImmediately", "CreatingLabelledMetric_WithoutObservingAnyData_ExportsImmediately"],
            static () =>
            {
                var bare = Define.Gauge("bare", "1", "A gauge.");
                var tagged = Define.Gauge("tagged", "1", "A gauge.", Foo);
                using TextRig rig = new(rows: [bare, tagged]);
                var gauge = rig.Make(bare);
                rig.Make(tagged).Bind("bar");
                Assert.Empty(Samples(rig));
                gauge.Set(0);
                Assert.Equal(["bare 0"], Samples(rig));
                return Task.CompletedTask;
            })
        .Met("promnet-init-suppressed", "A metric whose first value is suppressed, as a plain .NET instrument's is, is shown when it has one, with labels or without.",
            [
                "CreatingUnlabelledMetric_WithInitialValueSuppression_ExportsNothingByDefault", "CreatingUnlabelledMetric_WithInitialValueSuppression_ExportsAfterValueChange",
                "CreatingLabelledMetric_WithInitialValueSuppression_ExportsNothingByDefault", "CreatingLabelledMetric_WithInitialValueSuppression_ExportsAfterValueChange",
            ],
            Run(static async scrape =>
            {
                var gauge = scrape.Meter.CreateGauge<int>("gauge");
                var counter = scrape.Meter.CreateCounter<int>("counter");
                var histogram = scrape.Meter.CreateHistogram("histogram", advice: new System.Diagnostics.Metrics.InstrumentAdvice<int> { HistogramBucketBoundaries = [50] });
                Assert.Empty(await scrape.LinesAsync(ExpositionFormat.PrometheusText));
                gauge.Record(123);
                counter.Add(1, new Tag("foo", "bar"));
                histogram.Record(31);
                Assert.Equal(["gauge 123", "counter_total{foo=\"bar\"} 1", "histogram_bucket{le=\"50.0\"} 1", "histogram_bucket{le=\"+Inf\"} 1", "histogram_sum 31", "histogram_count 1"], await scrape.SamplesAsync());
            }))
        .Met("promnet-init-no-unlabelled", "A metric with labels has no series without them, until one is measured.", ["CreatingLabelledMetric_WithoutObservingAnyData_DoesNotExportUnlabelled", "CreatingLabelledMetric_AfterObservingLabelledData_DoesNotExportUnlabelled"],
            Run(static async scrape =>
            {
                var counter = scrape.Meter.CreateCounter<int>("counter");
                counter.Add(1, new Tag("labelname", "labelvalue"));
                Assert.Equal(["counter_total{labelname=\"labelvalue\"} 1"], await scrape.SamplesAsync());
                counter.Add(1);
                Assert.Equal(["counter_total 1", "counter_total{labelname=\"labelvalue\"} 1"], (await scrape.SamplesAsync()).Order(StringComparer.Ordinal));
            }))
        .Met("promnet-init-return", "A series that has left and returns is another one, which begins at zero.", ["RemovingLabeledInstance_ThenRecreatingIt_CreatesIndependentInstance"],
            static () => Expiration.Facts.Single(static f => f.Id == "promnet-lifetimes-expiry").Proof!())
        .Skips("Series are not published or withdrawn by hand: they are shown from their first value on and leave when they are idle.",
            "CreatingUnlabelledMetric_WithInitialValueSuppression_ExportsAfterPublish", "CreatingLabelledMetric_WithInitialValueSuppression_ExportsAfterPublish", "CreatingLabelledMetric_AndUnpublishingAfterObservingData_DoesNotExport");

    public static PeerSuite Labels { get; } = new PeerSuite("prometheus-net", "FactoryLabelTests and StaticLabelTests", 10)
        .Met("promnet-constant-labels", "Constant labels are on every series, beside its own; none of them change nothing.", ["WithLabels_WithSomeLabels_AddsLabelsToCreatedMetrics", "StaticLabels_EmittedForAllLevels", "WithLabels_WithEmptyLabelSet_IsNoop"],
            Run(static async scrape =>
            {
                scrape.Meter.CreateCounter<int>("foo1").Add(1);
                scrape.Meter.CreateCounter<int>("foo3").Add(1, new Tag("instanceLabel", "instanceLabelValue"));
                Assert.Equal(["foo1_total{registryLabel=\"registryLabelValue\"} 1", "foo3_total{instanceLabel=\"instanceLabelValue\",registryLabel=\"registryLabelValue\"} 1"], await scrape.SamplesAsync());
            }, static o => o.Tags["registryLabel"] = "registryLabelValue"))
        .Differs("promnet-constant-conflict", "A label that is constant and a metric's own is refused.", OwnWins, ["WithLabels_WithFactoryAndMetricConflict_WillThrowWhenCreatingMetric", "LabelCollision_IsNotAllowed"],
            Run(static async scrape =>
            {
                var counter = scrape.Meter.CreateCounter<int>("test_counter");
                counter.Add(1, new Tag("foo", "own"));
                counter.Add(1, new Tag("other", "x"));
                Assert.Equal(["test_counter_total{foo=\"own\"} 1", "test_counter_total{other=\"x\",foo=\"bar\"} 1"], await scrape.SamplesAsync());
            }, static o => o.Tags["foo"] = "bar"))
        .Met("promnet-one-family", "Series that differ in a label stand in one family.", ["Issue389"],
            Run(static async scrape =>
            {
                var counter = scrape.Meter.CreateCounter<int>("counter");
                for (int i = 1; i <= 3; i++) counter.Add(1, new Tag("factory", $"factory{i}"));
                Assert.Equal(
                    ["# TYPE counter_total counter", "counter_total{factory=\"factory1\",registry=\"r\"} 1", "counter_total{factory=\"factory2\",registry=\"r\"} 1", "counter_total{factory=\"factory3\",registry=\"r\"} 1"],
                    await scrape.LinesAsync(ExpositionFormat.PrometheusText));
            }, static o => o.Tags["registry"] = "r"))
        .Skips("Constant labels come from one place, which is read when the host starts: there is no second set and no later one.",
            "WithLabels_WithFactoryAndRegistryConflict_WillThrowWhenCreatingMetric", "SetRegistryLabelsTwice_IsNotAllowed", "SetRegistryLabelsAfterFirstCollect_IsNotAllowed", "SetRegistryLabelsAfterMetricAdded_IsNotAllowed");

    public static PeerSuite Others { get; } = new PeerSuite("prometheus-net", "the rest of Tests.NetCore", 56)
        .Met("promnet-registry-export", "What was set is in the text, in invariant culture.", ["ExportAsText_ExportsExpectedData"],
            Text(static m => m.CreateGauge<double>("sb64v77").Record(64835.83), "# TYPE sb64v77 gauge", "sb64v77 64835.83"))
        .Skips("Counting exceptions around a call, and the time of day in a gauge: conveniences of its own.",
            "CountExceptions_WithNoException_DoesNotCount", "CountExceptions_WithExceptionAndNoFilter_CountsAndRethrows", "CountExceptions_WithExceptionNotMatchingFilter_DoesNotCount", "CountExceptionsAsync_WithException_CountsAndRethrows",
            "SetToCurrentTimeUtc_SetsToCorrectValue", "IncToCurrentTimeUtc_SetsToCorrectValue")
        .Skips("Parts of its own machinery: sequences of texts, numbers that threads share, quantiles of summaries.",
            "EmptySequence_EqualsEmptySequence", "Equals_ReturnsCorrectValue", "GetEnumerator_EnumeratesExpectedValues",
            "ThreadSafeDouble_Constructors", "ThreadSafeDouble_ValueSet", "ThreadSafeDouble_Overrides", "ThreadSafeDouble_Add", "ThreadSafeLong_Constructors", "ThreadSafeLong_ValueSet", "ThreadSafeLong_Overrides", "ThreadSafeLong_Add",
            "TestTargetedQuery", "TestUncompressed", "TestUncompressedSamples", "TestUncompressedOne", "TestDefaults")
        .Skips("Its pusher to a Pushgateway: there is none here, and exporters have tests of their own for errors and deadlines.",
            "OnError_CallsErrorCallback", "HttpClient_OnInvalidRequestUri_CallsErrorCallback", "HttpClient_OnUnderlyingConnectionIssue_CallsErrorCallback", "HttpClient_OnTimeout_CallsErrorCallback")
        .Skips("Its handlers for HttpClient and gRPC: .NET's own meters measure both and are selected with AddDotNetMeters().",
            "when_i_request_a_uri_should_inc_inprogress_metric_and_dec_after_that", "OnRequest_IncrementRequestCount", "RequestDuration.OnRequest_IncrementsHistogramCountAndSum", "OnRequest_AwaitsRequestAndRecordsDuration",
            "ResponseDuration.OnRequest_IncrementsHistogramCountAndSum", "OnRequest_AwaitsResponseReadingToFinish_ThenRecordsDuration", "OnRequest_AwaitsResponseDisposal_ThenRecordsDuration",
            "Given_invalid_labels_then_throws", "Given_non_grpc_request_then_does_not_increment_counter", "Given_request_then_increments_counter", "Given_request_populates_labels_correctly")
        .Skips("Labels of requests from parameters of routes, pages and classes of status: the middleware has method, route and status, which the catalogue fixes.",
            "DefaultMetric_AppliesStandardLabels", "DefaultMetric_WithCustomFactory_AppliesStandardLabelsAndFactoryLabels", "CustomMetric_WithNoLabels_AppliesNoLabels", "CustomMetric_WithAllBuiltinLabels_AppliesLabels",
            "CustomMetric_WithStandardLabels_AppliesStandardLabels", "CustomMetric_WithExtendedLabels_AppliesExtendedLabels", "DefaultMetric_WithExtendedLabels_AppliesExtendedLabels", "CustomMetric_WithUnexpectedLabels_Throws",
            "DefaultMetric_WithExtendedLabels_WithStandardParameterNameConflict_DoesNotThrow", "DefaultMetric_WithExtendedLabels_WithStandardLabelNameConflict_Throws", "DefaultMetric_WithExtendedLabels_WithDuplicateParameterName_DoesNotThrow",
            "DefaultMetric_WithExtendedLabels_WithDuplicateLabelName_Throws", "DefaultMetric_WithReducedStatusCodeCardinality_ReducesStatusCodeCardinality", "DefaultMetric_WithPageFeatureEnabled_CreatesPageLabel",
            "DefaultMetric_WithPageFeatureEnabled_WithPageAsMappedRouteParameter_CreatesPageLabel", "DefaultMetric_WithPageFeatureEnabled_WithCustomPageLabel_CustomLabelWins",
            "CustomMetric_WithPageFeatureEnabled_WithoutPageLabel_OperatesWithoutPageLabel", "CustomMetric_WithPageFeatureEnabled_WithPageLabel_OperatesWithPageLabel");

    static IEnumerable<string> Samples(TextRig rig) => rig.Text(ExpositionFormat.PrometheusText).Split('\n').Where(static l => l.Length > 0 && l[0] != '#');
}
