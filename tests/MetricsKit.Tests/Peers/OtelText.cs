using System.Diagnostics.Metrics;
using System.Globalization;
using MetricsKit.Testing;
using Xunit;
using static MetricsKit.Tests.Peers.PeerScrape;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace MetricsKit.Tests.Peers;

/// <summary>Lines of text, by OpenTelemetry's <c>PrometheusSerializerTests</c>: families, labels and numbers.</summary>
static partial class OtelText
{
    const string NoScope = "No series has labels of its meter's name and version: what makes a series is its name and its own tags, and a new version of a library starts no new series; tags of the meter are labels as they are called.";
    const string LastWins = "Of keys that become one label the last tag's value wins, as it does for a key that is given twice, so that a value is never one that nobody recorded.";
    const string OnlyFinite = "What is not a finite number is counted as rejected and kept out, so that one of them does not spoil a total for good.";
    const string Underscores = "Names of metrics and labels are spelled with underscores whatever is negotiated, which is what the exporter does by default.";

    static PeerSuite Families(PeerSuite suite) => suite
        .Met("otel-text-gauge", "A gauge without tags is one line.", ["GaugeZeroDimension"],
            Text(static m => m.CreateObservableGauge("test_gauge", static () => 123), "# TYPE test_gauge gauge", "test_gauge 123"))
        .Met("otel-text-help", "A description is the help, a unit part of the name, and text has no UNIT line.", ["GaugeZeroDimensionWithDescription", "GaugeZeroDimensionWithUnit", "GaugeZeroDimensionWithDescriptionAndUnit", "WriteUnitMetadataIsNotWrittenForPrometheusTextFormat"],
            Text(static m => m.CreateObservableGauge("test_gauge", static () => 123, "seconds", "Hello, world!"), "# HELP test_gauge_seconds Hello, world!", "# TYPE test_gauge_seconds gauge", "test_gauge_seconds 123"))
        .Met("otel-text-unit-line", "OpenMetrics has a UNIT line.", ["WriteUnitMetadataWritesUnitOverrideThatDiffersFromMetricUnit"],
            OpenMetrics(static m => m.CreateObservableGauge("test", static () => 123, "s", "T."), "# TYPE test_seconds gauge", "# UNIT test_seconds seconds", "# HELP test_seconds T.", "test_seconds 123"))
        .Differs("otel-text-no-description", "Without a description there is no HELP line.", "A sentence with the instrument's own name stands in, since the exported name is another and people read it.", ["GaugeZeroDimension"],
            Run(static async scrape =>
            {
                scrape.Meter.CreateGauge<int>("test.gauge").Record(1);
                Assert.Contains("# HELP test_gauge Measurements of 'test.gauge'.\n", TestKit.Text(await scrape.Kit.SnapshotAsync()), StringComparison.Ordinal);
            }))
        .Met("otel-text-help-quotes", "A quotation mark in a description stays in text and is escaped in OpenMetrics.", ["WriteHelpMetadataDoesNotEscapeQuotationMarksForPrometheusText", "WriteHelpMetadataEscapesQuotationMarksForOpenMetrics"],
            Run(static async scrape =>
            {
                scrape.Meter.CreateGauge<int>("test_metric", null, "A \"quoted\" description").Record(1);
                Assert.Contains("# HELP test_metric A \"quoted\" description", await scrape.LinesAsync(ExpositionFormat.PrometheusText));
                Assert.Contains("# HELP test_metric A \\\"quoted\\\" description", await scrape.LinesAsync(ExpositionFormat.OpenMetrics));
            }))
        .Met("otel-text-sums", "A sum that goes down is a gauge, in OpenMetrics as well.", ["SumNonMonotonicDouble", "SumWithOpenMetricsFormat", "MapMetricTypeReturnsExpectedTypeName"],
            Run(static async scrape =>
            {
                var level = scrape.Meter.CreateUpDownCounter<double>("test_updown_counter");
                level.Add(10);
                level.Add(-11);
                string[] expected = ["# TYPE test_updown_counter gauge", "test_updown_counter -1"];
                Assert.Equal(expected, await scrape.LinesAsync(ExpositionFormat.PrometheusText));
                Assert.Equal(expected, await scrape.LinesAsync(ExpositionFormat.OpenMetrics));
            }))
        .Met("otel-text-names", "Names are sanitised on their way into the text.", ["WriteMetricNameSanitizesNonAsciiCharacters", "WriteMetricNameSanitizesNonAsciiUnitCharacters", "WriteAsciiStringNoEscapeWritesAsciiBytes"],
            PeerNames.Gauges(("A\u010A", "", "A_"), ("metric", "s\u010A", "metric_s"), ("metric_name_total", "", "metric_name_total")))
        .Differs("otel-text-without-suffixes", "A strategy leaves unit and _total out.", "They are always there: one translation, the exporter's default.", ["CounterWithUnitAndSuffixesDisabled"],
            OpenMetrics(static m => m.CreateCounter<long>("http.server.duration", "s").Add(1), "# TYPE http_server_duration_seconds counter", "# UNIT http_server_duration_seconds seconds", "http_server_duration_seconds_total 1"))
        .Met("otel-text-no-created-in-text", "Text has no _created samples.", ["CounterExportsCreatedMetric", "HistogramExportsCreatedMetric"],
            Run(static async scrape => Assert.DoesNotContain(await Created(scrape, ExpositionFormat.PrometheusText), static l => l.Contains("_created", StringComparison.Ordinal))))
        .Differs("otel-text-created", "OpenMetrics has the time of a series' beginning as a sample _created.", "There is none: a Prometheus server stores them as series of their own, one more for each series; the time is in the snapshot.", ["CounterExportsCreatedMetric", "HistogramExportsCreatedMetric"],
            Run(static async scrape =>
            {
                string[] lines = await Created(scrape, ExpositionFormat.OpenMetrics);
                Assert.DoesNotContain(lines, static l => l.Contains("_created", StringComparison.Ordinal));
                Assert.Contains("test_counter_total{key=\"value2\"} 2", lines);
                using var snapshot = await scrape.Kit.SnapshotAsync();
                Assert.InRange(snapshot.Find("test_counter", ("key", "value2"))!.Value.StartTime, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
            }))
        .Met("otel-text-target-info", "A resource is a metric target_info.", ["WriteTargetInfoSkipsEmptyNonSingletonResource", "WriteTargetInfoSkipsSingletonEmptyResource"],
            Run(static async scrape =>
            {
                scrape.Meter.CreateGauge<int>("test_gauge").Record(1);
                Assert.Equal(["test_gauge{service=\"fleet\"} 1"], await scrape.SamplesAsync());
                using var snapshot = await scrape.Kit.SnapshotAsync();
                Assert.Contains("\ntarget_info{service_name=", TestKit.Text(snapshot), StringComparison.Ordinal);
                Assert.Contains(",service=\"fleet\"} 1\n", TestKit.Text(snapshot), StringComparison.Ordinal);
            }, static o => o.Tags["service"] = "fleet"));

    static PeerSuite Scopes(PeerSuite suite) => suite
        .Met("otel-scope-suppressed", "With the labels of the scope switched off a series has its own tags alone.", ["WriteMetricSupportsScopeInfoEnabledOptionForCounters"],
            Text(static m =>
            {
                var counter = m.CreateCounter<double>("test_counter");
                counter.Add(1, new Tag("key", "value1"));
                counter.Add(2, new Tag("key", "value2"));
            }, "# TYPE test_counter_total counter", "test_counter_total{key=\"value1\"} 1", "test_counter_total{key=\"value2\"} 2"))
        .Differs("otel-scope-labels", "Every series has labels otel_scope_name, otel_scope_version and one for each tag of the meter.", NoScope,
            [
                "WriteMetricSupportsScopeInfoEnabledOptionForCounters", "SumWithScopeVersion", "HistogramOneDimensionWithScopeVersion", "WriteMetricPrefixesScopeAttributesAndDropsConflictingScopeAttributeNames",
                "WriteMetricDropsScopeAttributesWhoseNormalizedNamesConflictWithGeneratedScopeLabels", "WriteMetricDropsScopeAttributesWhoseNormalizedNamesConflictWithGeneratedScopeNameAndVersionLabels",
                "WriteHistogramMetricSerializesStaticTagsWithoutPreSerializedTags", "WriteMetricWritesScopeLabelsVerbatim", "WriteMetricEscapesScopeLabelKeysUsingNegotiatedDotsScheme",
            ],
            Scoped([new("library.mascot", "dotnetbot"), new("name", "ignored-name"), new("schema-url", "ignored")], static m => m.CreateGauge<long>("test_gauge").Record(123, new Tag("metric_tag", "value")),
                "test_gauge{library_mascot=\"dotnetbot\",metric_tag=\"value\",name=\"ignored-name\",schema_url=\"ignored\"} 123"))
        .Differs("otel-scope-collision", "A tag called as a label of the scope is joined to it with a semicolon.", "Nothing is joined, since there are no labels of the scope.", ["WriteMetricConcatenatesPointTagsThatCollideWithScopeLabels", "WriteMetric_AllowUtf8_EmbedsQuotedNameWhenLabelKeyCollidesWithScopeLabel"],
            Scoped([new("library.mascot", "dotnetbot")], static m => m.CreateCounter<int>("test_counter").Add(1, new Tag("otel_scope_library_mascot", "otter")),
                "test_counter_total{library_mascot=\"dotnetbot\",otel_scope_library_mascot=\"otter\"} 1"))
        .Differs("otel-scope-typed-tags", "Tags of the meter that become one label are joined, numbers in invariant culture.", LastWins, ["WriteMetricSerializesCollidingStaticMeterTagValuesUsingInvariantFormatting"],
            async () =>
            {
                var before = CultureInfo.CurrentCulture;
                try
                {
                    CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("fr-FR");
                    await Scoped([new("meter tag", 1.23m), new("meter_tag", 4.56m)], static m => m.CreateGauge<int>("test_gauge").Record(123), "test_gauge{meter_tag=\"4.56\"} 123")();
                }
                finally { CultureInfo.CurrentCulture = before; }
            });

    static PeerSuite Schemes(PeerSuite suite) => suite
        .Met("otel-scheme-underscores", "Under the scheme of underscores a dot or a colon in a name or a tag becomes one.", ["WriteMetric_EscapesMetricAndLabelNamesUsingNegotiatedScheme", "WriteMetric_EscapesColonInPointTagKeyUsingLabelNameRules"],
            OpenMetrics(static m => m.CreateCounter<long>("http.server.requests").Add(1, new("http.method", "GET"), new Tag("http:host", "x")), "# TYPE http_server_requests counter", "http_server_requests_total{http_host=\"x\",http_method=\"GET\"} 1"))
        .Met("otel-scheme-multibyte", "A name of letters outside ASCII becomes underscores, with its unit.", ["WriteMetric_SerializesMultibyteUtf8MetricNameProvidedByView"],
            PeerNames.Histogram("http.\u82B1\u706B.\U0001F680.requests", "s", "http_requests_seconds"))
        .Differs("otel-scheme-others", "A client may ask for names in UTF-8, with _dot_ or in code points.", Underscores,
            ["WriteMetric_EscapesMetricAndLabelNamesUsingNegotiatedScheme", "WriteMetric_EscapesColonInPointTagKeyUsingLabelNameRules", "WriteMetric_SerializesMultibyteUtf8MetricNameProvidedByView"],
            Run(static async scrape =>
            {
                scrape.Meter.CreateCounter<long>("http.server.requests").Add(1, new Tag("http:method", "GET"));
                foreach (string scheme in (string[])["allow-utf-8", "dots", "values"])
                {
                    var format = ExpositionNegotiation.Choose("application/openmetrics-text;version=1.0.0;escaping=" + scheme);
                    Assert.Equal(["http_server_requests_total{http_method=\"GET\"} 1"], await scrape.SamplesAsync(format));
                }
            }))
        .Differs("otel-scheme-view-name", "A view may give a name of any signs, which is quoted.", "A new name has to be an instrument's name, or the host does not start and says so.", ["WriteMetric_AllowUtf8_EscapesQuoteBackslashAndLineFeedInQuotedName"],
            static () =>
            {
                Assert.Contains("begins with a lower-case letter", Assert.Single(TestKit.Faults(static o =>
                {
                    o.Meters.Add("Peer.Views");
                    o.Instruments["original_name"] = new() { Name = "a\"b\\c\nd" };
                })), StringComparison.Ordinal);
                return Task.CompletedTask;
            });

    static Func<Task> Scoped(Tag[] tags, Action<Meter> measure, params string[] expected) => async () =>
    {
        await using var scrape = Start(meter: new("Peer." + Guid.NewGuid().ToString("N")) { Version = "1.0.0", Tags = tags, TelemetrySchemaUrl = "https://opentelemetry.io/schemas/1.0.0" });
        measure(scrape.Meter);
        Assert.Equal(expected, await scrape.SamplesAsync());
    };

    static Task<string[]> Created(PeerScrape scrape, ExpositionFormat format)
    {
        var counter = scrape.Meter.CreateCounter<double>("test_counter");
        var histogram = scrape.Meter.CreateHistogram<double>("test_histogram");
        foreach (int value in (int[])[1, 2])
        {
            counter.Add(value, new Tag("key", $"value{value}"));
            histogram.Record(value, new Tag("key", $"value{value}"));
        }
        return scrape.LinesAsync(format);
    }
}
