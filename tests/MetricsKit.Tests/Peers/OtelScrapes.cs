using System.Diagnostics.Metrics;
using MetricsKit.Testing;
using Xunit;
using static MetricsKit.Tests.Peers.PeerScrape;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace MetricsKit.Tests.Peers;

/// <summary>Scrapes beside each other and families beside each other, by OpenTelemetry's <c>PrometheusCollectionManagerTests</c> and the rest of its suites.</summary>
static class OtelScrapes
{
    const string FirstWins = "The first keeps the name; the other is not exported, which is counted and told of once with its cure: two instruments under one name would be added up in every query.";

    public static PeerSuite Collections { get; } = Families(new PeerSuite("OpenTelemetry", "PrometheusCollectionManagerTests", 17)
        .Met("otel-scrape-cached", "Within the age that is allowed a reading is given again, and past it there is a new one.", ["EnterExitCollectTest"],
            static async () =>
            {
                FakeTimeProvider time = new();
                await using var scrape = Start(time: time);
                var counter = scrape.Meter.CreateCounter<int>("counter_int");
                var age = TimeSpan.FromMilliseconds(300);
                counter.Add(100);
                Assert.Equal(100, await Total(age));
                counter.Add(100);
                time.Advance(TimeSpan.FromMilliseconds(1));
                Assert.Equal(100, await Total(age));
                time.Advance(age);
                Assert.Equal(200, await Total(age));

                async Task<double> Total(TimeSpan maxAge)
                {
                    using var snapshot = await scrape.Kit.SnapshotAsync(maxAge);
                    return snapshot.Total("counter_int");
                }
            })
        .Differs("otel-scrape-age", "A scrape may be answered with a reading of up to 300 ms ago.", "A scrape asks for the age zero: it shows everything that was recorded before it came. Reading costs a millisecond.", ["EnterExitCollectTest"],
            Run(static async scrape =>
            {
                var counter = scrape.Meter.CreateCounter<int>("counter_int");
                for (int total = 1; total <= 3; total++)
                {
                    counter.Add(1);
                    Assert.Equal([$"counter_int_total {total}"], await scrape.SamplesAsync());
                }
            }))
        .Differs("otel-scrape-readers", "A new reading waits, without blocking a thread, until everybody has read the one before.", "Nobody waits: each reader has a lease on a buffer of its own.", ["EnterCollectWaitsForActiveReadersToExit", "EnterCollectDoesNotBlockWaitingForActiveReadersToExit"],
            Run(static async scrape =>
            {
                var counter = scrape.Meter.CreateCounter<int>("counter_int");
                List<MetricsSnapshot> held = [];
                for (int i = 0; i < 8; i++)
                {
                    counter.Add(1);
                    held.Add(await scrape.Kit.SnapshotAsync());
                }
                Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], held.Select(static s => s.Total("counter_int")));
                foreach (var snapshot in held) snapshot.Dispose();
            }))
        .Met("otel-scrape-formats", "One reading serves both formats, of which each has its own names and endings.", ["EnterCollectSharesActiveCollectionAcrossProtocols"],
            Run(static async scrape =>
            {
                scrape.Meter.CreateCounter<int>("counter_int").Add(100);
                using var snapshot = await scrape.Kit.SnapshotAsync();
                string text = TestKit.Text(snapshot), open = TestKit.Text(snapshot, ExpositionFormat.OpenMetrics);
                Assert.Contains("# TYPE counter_int counter\n", open, StringComparison.Ordinal);
                Assert.Contains("# TYPE counter_int_total counter\n", text, StringComparison.Ordinal);
                Assert.All([text, open], static t => Assert.Contains("\ncounter_int_total 100\n", t, StringComparison.Ordinal));
                Assert.Equal((false, true), (text.EndsWith("# EOF\n", StringComparison.Ordinal), open.EndsWith("\n# EOF\n", StringComparison.Ordinal)));
            }))
        .Differs("otel-scrape-failed", "A collection that fails is a failure of all scrapes that share it.", "A callback that fails harms itself alone: the rest of that very scrape is complete, and the failure is counted.", ["EnterCollectFailsScrapesWhichSharedAFailedCollection", "EnterCollectRetryPathDoesNotOverflowStackUnderContention"],
            static async () =>
            {
                FakeTimeProvider time = new();
                await using var scrape = Start(time: time);
                scrape.Meter.CreateObservableGauge("broken", static int () => throw new InvalidOperationException("On purpose."));
                scrape.Meter.CreateObservableGauge("whole", static () => 7);
                foreach (string[] lines in await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => scrape.SamplesAsync()))) Assert.Equal(["whole 7"], lines);
                time.Advance(TimeSpan.FromSeconds(1)); // the kit's own metrics are read a few times a second
                using var snapshot = await scrape.Kit.SnapshotAsync();
                Assert.NotEqual(0, snapshot.Total("metricskit_collector_errors_total"));
            })
        .Met("otel-scrape-large", "A text of any length is whole.", ["LargeScrapeExpandsBufferAndReturnsCompleteResponse"],
            Run(static async scrape =>
            {
                AddMany(scrape.Meter);
                foreach (var format in Enum.GetValues<ExpositionFormat>())
                {
                    string[] lines = await scrape.SamplesAsync(format);
                    Assert.Equal(4000, lines.Distinct().Count());
                    Assert.All(lines, static l => Assert.EndsWith(" 1234567890123456", l, StringComparison.Ordinal));
                }
            }, static o => o.Instruments["test_counter"] = new() { MaxSeries = 5000 }))
        .Differs("otel-scrape-limit", "A scrape that is longer than a limit fails, and with it those that share it.", "Series have a limit and not texts: past it series fold into one, sums stay exact, and the scrape never fails for its length.", ["EnterCollectSharesFailedSerializationResult", "MaxScrapeResponseSizeBytesBoundsTheResponseBuffer"],
            Run(static async scrape =>
            {
                AddMany(scrape.Meter);
                string[] lines = await scrape.SamplesAsync();
                Assert.InRange(lines.Length, 800, 1001);
                Assert.Contains("otel_metric_overflow=\"true\"", lines[^1], StringComparison.Ordinal);
                Assert.Equal(4000L * 1234567890123456, lines.Sum(static l => long.Parse(l[(l.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture)));
            })));

    static PeerSuite Families(PeerSuite suite) => suite
        .Met("otel-scope-info", "There is no family of scopes, and its names are free for others.", ["OpenMetricsDoesNotEmitScopeInfoMetricFamily", "OpenMetricsDoesNotReserveOtelScopeMetricFamilyNames"],
            OpenMetrics(static m =>
            {
                m.CreateObservableGauge("otel.scope", static () => 1);
                m.CreateObservableGauge("otel.scope.info", static () => 2);
            }, "# TYPE otel_scope gauge", "otel_scope 1", "# TYPE otel_scope_info gauge", "otel_scope_info 2"))
        .Differs("otel-family-merged", "Instruments whose names become one are one family, with the help and the unit of whichever has them.", FirstWins,
            ["DuplicateMetricMetadataIsWrittenOncePerScrape", "MetricMetadataDiscoveredLaterIsWrittenBeforeSamples", "MetricUnitDiscoveredLaterIsWrittenBeforeSamples", "MetricHelpAndUnitDiscoveredTogetherLaterAreBothWrittenBeforeSamples"],
            Run(static async scrape =>
            {
                scrape.Meter.CreateCounter<int>("test.metric.bytes", null, "First.").Add(1, new Tag("source", "a"));
                scrape.Meter.CreateCounter<int>("test-metric-bytes", "By", "Test help").Add(2, new Tag("source", "b"));
                Assert.Equal(["# HELP test_metric_bytes_total First.", "# TYPE test_metric_bytes_total counter", "test_metric_bytes_total{source=\"a\"} 1"], await scrape.LinesAsync(ExpositionFormat.PrometheusText));
                Assert.Equal(("test-metric-bytes", ConflictReason.Unit), (Assert.Single(scrape.Conflicts).Instrument, scrape.Conflicts[0].Reason));
            }))
        .Differs("otel-family-types", "Of instruments that become one name and differ in type none is shown.", FirstWins, ["ConflictingMetricTypesAreDroppedFromAScrape"],
            Run(static async scrape =>
            {
                scrape.Meter.CreateCounter<int>("test.metric").Add(1);
                scrape.Meter.CreateObservableGauge("test-metric", static () => 1);
                Assert.Equal(["# TYPE test_metric counter", "test_metric_total 1"], await scrape.LinesAsync(ExpositionFormat.OpenMetrics));
                Assert.Equal(ConflictReason.Kind, Assert.Single(scrape.Conflicts).Reason);
            }))
        .Met("otel-family-contiguous", "The lines of a family stand together, whatever else the meters have.", ["OpenMetricsWritesMetricFamiliesContiguously"],
            Run(static async scrape =>
            {
                var test = scrape.Meter.CreateGauge<int>("test.metric", null, "Test help");
                test.Record(1, new Tag("of", "a"));
                scrape.Meter.CreateGauge<int>("other.metric", null, "Other help").Record(3);
                test.Record(2, new Tag("of", "b"));
                Assert.Equal(
                    ["# TYPE test_metric gauge", "# HELP test_metric Test help", "test_metric{of=\"a\"} 1", "test_metric{of=\"b\"} 2", "# TYPE other_metric gauge", "# HELP other_metric Other help", "other_metric 3"],
                    await scrape.LinesAsync(ExpositionFormat.OpenMetrics));
            }));

    public static PeerSuite Fuzz { get; } = new PeerSuite("OpenTelemetry", "PrometheusSerializerFuzzTests", 16)
        .Met("otel-fuzz-texts", "Whatever names, keys and values are made of, malformed UTF-16 included, the text is well-formed.",
            [
                "WriteAsciiStringNoEscapeMatchesReferenceImplementation", "WritePrometheusLabelKeyMatchesReferenceImplementation", "WriteOpenMetricsLabelKeyMatchesReferenceImplementation", "WriteLabelValueMatchesReferenceImplementation",
                "WriteUnicodeStringMatchesReferenceImplementation", "WriteLabelNameMatchesReferenceImplementation", "IsValidLegacyNameMatchesReferenceImplementation", "IsValidLegacyLabelNameMatchesReferenceImplementation",
            ],
            Run(static async scrape =>
            {
                int made = 0;
                Properties.Hold(HostileText.Names, text =>
                {
                    scrape.Meter.CreateGauge<int>(text, text, text).Record(1, new Tag(text, text));
                    scrape.Meter.CreateCounter<int>($"fine_{++made}").Add(1, new Tag("key", text));
                }, tests: 100);
                Properties.Hold(HostileText.LabelValues, text => scrape.Meter.CreateCounter<int>($"fine_{++made}", null, text).Add(1, new(text, "value"), new Tag("key", text)), tests: 100);
                string[] lines = await scrape.SamplesAsync(); // which the strict parser has read
                for (int i = 1; i <= made; i++) Assert.Contains(lines, l => l.StartsWith($"fine_{i}_total", StringComparison.Ordinal));
            }))
        .Met("otel-fuzz-numbers", "Whatever a number is, it reads back as itself.", ["WriteLongMatchesReferenceImplementation", "WriteDoubleRoundTripsWithoutPadding"],
            Run(static async scrape =>
            {
                Random random = new(5);
                double[] numbers = [.. Enumerable.Range(0, 300).Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))).Where(double.IsFinite)];
                var gauge = scrape.Meter.CreateGauge<double>("g");
                for (int i = 0; i < numbers.Length; i++) gauge.Record(numbers[i], new Tag("i", i));
                Assert.Equal(numbers, (await scrape.SamplesAsync()).Select(static l => double.Parse(l[(l.IndexOf(' ', StringComparison.Ordinal) + 1)..], System.Globalization.CultureInfo.InvariantCulture)));
            }))
        .Skips("Schemes of escaping that are not negotiated here.",
            "EscapeNameWithDotsMatchesReferenceImplementation", "EscapeNameWithValuesMatchesReferenceImplementation", "EscapeNameToBufferMatchesStringOverload", "EscapeNameWithMalformedUtf16DotsMatchesReferenceImplementation",
            "EscapeNameWithMalformedUtf16ValuesMatchesReferenceImplementation", "EscapeNameToBufferWithMalformedUtf16DoesNotOverrunProductionBuffer");

    public static PeerSuite Events { get; } = new PeerSuite("OpenTelemetry", "EventSourceTests", 3)
        .Differs("otel-event-conflicts", "Conflicting types, helps and units are events of an event source.", "They are warnings of the application's own log, once each, and a metric counts them.", ["EventSource_EmitsEventsWhenInvoked"],
            static async () =>
            {
                FakeTimeProvider time = new();
                await using var scrape = Start(time: time);
                scrape.Meter.CreateCounter<int>("test_metric", "By").Add(1);
                scrape.Meter.CreateCounter<int>("test-metric-bytes", "s").Add(1);
                scrape.Meter.CreateGauge<int>("test_metric_bytes").Record(1);
                await scrape.SamplesAsync();
                var conflict = Assert.Single(scrape.Conflicts);
                Assert.Equal((ConflictReason.Kind, "test_metric_bytes"), (conflict.Reason, conflict.PrometheusName));
                Assert.Contains("which is a counter and not a gauge", conflict.Text, StringComparison.Ordinal);
                time.Advance(TimeSpan.FromSeconds(1)); // the kit's own metrics are read a few times a second
                using var snapshot = await scrape.Kit.SnapshotAsync();
                Assert.Equal(1, snapshot.Total("metricskit_name_conflicts"));
            })
        .Skips("Numbers of the exporter's events, and its exponential histograms, which no .NET instrument asks for.", "EventSourceTests_PrometheusExporterEventSource", "EventSource_MetricIgnored_EmitsMetricNameAndType");

    static void AddMany(Meter meter)
    {
        var counter = meter.CreateCounter<long>("test_counter", null, "Help text.");
        for (int i = 0; i < 4000; i++) counter.Add(1234567890123456, new Tag("index", $"series-value-{i:D8}-padding-padding-padding"));
    }
}
