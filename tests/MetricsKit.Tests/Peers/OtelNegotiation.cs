using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Peers;

/// <summary>Which format a scraper gets, by OpenTelemetry's tests of its header parser, protocols, strategies of translation and escaping.</summary>
static class OtelNegotiation
{
    const string Text = "text/plain; version=0.0.4; charset=utf-8", Open = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    const string Prometheus3 = "application/openmetrics-text;version=1.0.0;escaping={0};q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
    const string TwoFormats = "There are two formats, text 0.0.4 and OpenMetrics 1.0.0, and the content type says which: every Prometheus reads both, and version 1.0.0 of text adds only the quoting of names that are never quoted here.";

    public static PeerSuite Headers { get; } = new PeerSuite("OpenTelemetry", "PrometheusHeadersParserTests", 5)
        .Met("otel-accept-text", "Who asks for text, or likes it better, gets text 0.0.4; case, charset, escaping and blanks do not matter.", ["Negotiate_Parses_Valid_Header", "Negotiate_DoesNotNegotiateEscaping_ForV0"],
            Gets(Text,
                "text/plain", "text/plain; charset=utf-8", "text/plain; charset=utf-8; version=0.0.4", "text/plain;version=0.0.4;q=0.6,*/*;q=0.5", "text/plain; q=0.9, application/openmetrics-text; version=1.0.0; q=0.1",
                "TEXT/PLAIN; q=0.9, Application/OpenMetrics-Text; version=1.0.0; q=0.1", "*/*;q=0.8,text/plain; charset=utf-8; version=0.0.4", "text/plain; escaping=dots", "text/plain; escaping=values", "text/plain; version=0.0.4"))
        .Met("otel-accept-openmetrics", "Who asks for OpenMetrics 1.0.0, or likes it better, gets it, also without a version, with quotation marks or in capitals.", ["Negotiate_Parses_Valid_Header", "Negotiate_UsesUnderscoreEscaping_ForV1_WhenClientDoesNotNegotiateOne"],
            Gets(Open,
                "application/openmetrics-text", "application/openmetrics-text; version=1.0.0", "application/openmetrics-text; version=\"1.0.0\"", "application/openmetrics-text; version=1.0.0; escaping=underscores",
                "application/openmetrics-text; version=\"1.0.0\"; escaping=\"underscores\"", "application/openmetrics-text; version=1.0.0; charset=utf-8", "Application/OpenMetrics-Text; version=1.0.0",
                "text/plain; q=0.3, application/openmetrics-text; version=1.0.0; q=0.9", "TEXT/PLAIN; q=0.3, Application/OpenMetrics-Text; version=1.0.0; q=0.9", "application/openmetrics-text;version=1.0.0;escaping=underscores;q=0.6,*/*;q=0.5",
                Prometheus3.Replace("{0}", "underscores", StringComparison.Ordinal)))
        .Met("otel-accept-fallback", "Who asks for nothing that is there, or says nothing, gets text 0.0.4.", ["Negotiate_Uses_Fallback_For_Invalid_Header", "Negotiate_UsesFallback_WhenNoAcceptHeader"],
            Gets(Text,
                null, "", "foo", "application/json", "application/openmetrics-text; version=0.0.5", "application/openmetrics-text; version=foo", "application/openmetrics-text; version=1.0.0; q=0",
                "application/openmetrics-text; version=2.0.0", "text/plain; q=0, application/openmetrics-text; version=1.0.0; q=0"))
        .Differs("otel-accept-tie", "Of two formats that a client likes equally, it gets the one that it names first.", "It gets OpenMetrics, which says more: an order has no meaning in Accept (RFC 9110, 12.5.1).", ["Negotiate_Parses_Valid_Header"],
            Gets(Open,
                "text/plain,application/openmetrics-text; version=1.0.0; charset=utf-8", "text/plain, application/openmetrics-text; version=1.0.0; charset=utf-8",
                "text/plain; charset=utf-8,application/openmetrics-text; version=1.0.0; charset=utf-8", "text/plain, */*;q=0.8,application/openmetrics-text; version=1.0.0; charset=utf-8"))
        .Differs("otel-accept-old-openmetrics", "OpenMetrics 0.0.1 is a format of its own.", "Who asks for it gets 1.0.0, which says so in its content type and which every client of that draft reads.", ["Negotiate_Parses_Valid_Header"],
            Gets(Open, "application/openmetrics-text;version=0.0.1;q=0.6,*/*;q=0.5", "application/openmetrics-text; version=0.0.1", "application/openmetrics-text; version=0.0.1; charset=utf-8", "application/openmetrics-text; version=\"0.0.1\""))
        .Differs("otel-accept-text-1.0.0", "Text 1.0.0 is a format of its own.", TwoFormats, ["Negotiate_Parses_Valid_Header", "Negotiate_UsesUnderscoreEscaping_ForV1_WhenClientDoesNotNegotiateOne"],
            Gets(Text, "text/plain; version=1.0.0", "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,*/*;q=0.5", "text/plain; version=1.0.0; escaping=dots", "text/plain; version=1.0.0; escaping=values"))
        .Differs("otel-accept-escaping", "The scheme of escaping that a client asks for is negotiated and stands in the content type.", "It is not: names need no escaping, a Prometheus without the word in the answer takes them as they are.", ["Negotiate_Parses_Valid_Header"],
            Gets(Open,
                "application/openmetrics-text; escaping=dots", "application/openmetrics-text; escaping=values", "application/openmetrics-text; version=1.0.0; escaping=allow-utf-8", "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8",
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,*/*;q=0.5", Prometheus3.Replace("{0}", "allow-utf-8", StringComparison.Ordinal),
                "application/openmetrics-text; version=1.0.0; escaping=dots", "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=dots", "application/openmetrics-text; version=1.0.0; escaping=values", "application/openmetrics-text; version=\"1.0.0\"; escaping=\"values\""))
        .Differs("otel-accept-odd", "A scheme of escaping that is not known, or a weight above 1, makes the header invalid: text.", "Parameters that are not known are ignored, as OpenMetrics asks, and a weight above 1 is taken for 1.", ["Negotiate_Uses_Fallback_For_Invalid_Header"],
            Gets(Open, "application/openmetrics-text; version=1.0.0; escaping=foo", "application/openmetrics-text; version=1.0.0; q=1.1"));

    public static PeerSuite Protocols { get; } = new PeerSuite("OpenTelemetry", "PrometheusProtocolTests", 44)
        .Met("otel-content-type", "Text is text/plain of version 0.0.4 in UTF-8, which is also what is answered when nothing was negotiated.", ["GetContentType_PrometheusTextV0_IsCorrect", "GetContentType_FallbackProtocol_IsCorrect", "ApplyTranslationStrategy_ClassicFormats_DoNotNegotiateEscaping"],
            Types(ExpositionFormat.PrometheusText, Text))
        .Differs("otel-content-type-escaping", "OpenMetrics 1.0.0 says its scheme of escaping, and what was applied is what it says.", "It says version and charset alone: there is one scheme, which is what a client takes for granted.", ["GetContentType_OpenMetricsV1_IsCorrect", "ApplyTranslationStrategy_ReportsEscapingApplied", "GetContentType_ToStringDelegatesToGetContentType"],
            Types(ExpositionFormat.OpenMetrics, Open))
        .Differs("otel-content-type-others", "There are content types of text 1.0.0 and of OpenMetrics 0.0.1.", TwoFormats, ["GetContentType_PrometheusTextV1_IsCorrect", "GetContentType_OpenMetricsV0_IsCorrect"],
            static () =>
            {
                Assert.Equal([Text, Open], Enum.GetValues<ExpositionFormat>().Select(ExpositionNegotiation.ContentType));
                return Task.CompletedTask;
            })
        .Skips("Equality and hash codes of the exporter's own structure; a format is an enumeration here.",
            "Equals_ReturnsTrueForIdenticalInstances", "Equals_ReturnsTrueForSameInstance", "Equals_ReturnsFalseForDifferentMediaType", "Equals_ReturnsFalseForDifferentEscaping", "Equals_ReturnsFalseForDifferentVersion",
            "Equals_ReturnsFalseForDifferentIsOpenMetrics", "Equals_ReturnsTrueForIdenticalInstancesWithNullEscaping", "Equals_Object_ReturnsTrueForIdenticalInstances", "Equals_Object_ReturnsFalseForNull", "Equals_Object_ReturnsFalseForDifferentType",
            "GetHashCode_ReturnsSameValueForEqualInstances", "GetHashCode_ReturnsSameValueForSameInstance", "GetHashCode_ReturnsSameValueForIdenticalInstancesWithNullEscaping", "GetHashCode_DifferentForDifferentMediaType",
            "GetHashCode_DifferentForDifferentEscaping", "GetHashCode_DifferentForDifferentVersion", "GetHashCode_DifferentForDifferentIsOpenMetrics", "Equals_WorksWithFallbackConstant", "Equals_EqualsOperator_ConsistentWithEquals",
            "CanBeUsedAsDictionaryKey", "CanBeUsedInHashSet", "Equals_ShortCircuitsOnIsOpenMetrics", "Equals_ShortCircuitsOnMediaType", "Equals_ShortCircuitsOnEscaping", "Equals_ChecksAllPropertiesWhenPreviousMatch",
            "Equals_ReturnsFalseForMultipleDifferentProperties", "Equals_HandlesEscapingNullVsEmptyString", "Equals_HandlesBothEscapingNonNull", "GetHashCode_IsConsistentAcrossMultipleCalls", "GetHashCode_HandlesNullEscaping",
            "GetHashCode_DifferentForNullVsEmptyStringEscaping", "Equals_Symmetry", "Equals_Transitivity", "GetHashCode_DifferentVersionsProduceDifferentHashes", "Equals_HandlesIsOpenMetricsCorrectly", "Equals_Object_BoxingScenario");

    public static PeerSuite Strategies { get; } = new PeerSuite("OpenTelemetry", "PrometheusTranslationStrategyTests", 8)
        .Met("otel-strategy-default", "By default names are spelled with underscores and have unit and _total, whatever scheme a client asks for.",
            ["DefaultStrategy_IsUnderscoreEscapingWithSuffixes", "Exporter_DefaultOptions_AppendsSuffixes", "HttpListenerOptions_DefaultTranslationStrategy_IsUnderscoreEscapingWithSuffixes", "MetricName_MatchesSpecification", "GetEffectiveEscapingScheme_CombinesStrategyWithNegotiatedScheme"],
            Named("text/plain; version=1.0.0", "text/plain; version=1.0.0; escaping=underscores", "text/plain; version=1.0.0; escaping=allow-utf-8", "application/openmetrics-text; version=1.0.0; escaping=dots"))
        .Differs("otel-strategy-others", "Other strategies leave names in UTF-8, or without unit and _total.", "There is the default alone: one name of a metric for everybody.",
            ["GetEscapingScheme_MapsEscapingAxis", "AppendSuffixes_MapsSuffixAxis", "Exporter_AppendSuffixes_ReflectsConfiguredStrategy", "MetricName_MatchesSpecification"],
            PeerNames.Counter("foo.bar", "By", "foo_bar_bytes_total"));

    public static PeerSuite Escaping { get; } = new PeerSuite("OpenTelemetry", "PrometheusEscapingTests", 16)
        .Differs("otel-escaping-names", "The schemes dots and values spell names so that they can be read back.", "Every sign that a name cannot hold becomes an underscore: the dotted name is in the catalogue, the JSON and the snapshot.",
            ["EscapeName_Dots", "EscapeName_Values", "EscapeName_Values_EncodesSpacesAndAstralCharacters", "EscapeName_Values_EncodesNonAsciiCharacters", "EscapeName_MetricNameKeepsColon"],
            PeerNames.Gauges(
                ("metric.name.with.dots", null, "metric_name_with_dots"), ("mysystem.prod.west.cpu.load", null, "mysystem_prod_west_cpu_load"), ("http.status:sum", null, "http_status_sum"), ("a_b", null, "a_b"), ("a b", null, "a_b"),
                ("label with \U0001F631", null, "label_with_"), ("\u82B1\u706B", null, "_"), ("U__foo_2e_bar", null, "U_foo_2e_bar"), ("", null, "_")))
        .Met("otel-escaping-surrogates", "Lone surrogates in a name do no harm.", ["EscapeName_Dots_EncodesUnpairedSurrogatesWithoutOverrun", "EscapeName_Values_EncodesUnpairedSurrogatesWithoutOverrun", "EscapeName_Values_EncodesUnpairedSurrogateAsReplacementCharacter"],
            PeerNames.Gauges(("\uD800", null, "_"), ("abc\uD800", null, "abc_"), ("abc\uDC00", null, "abc_"), ("\uD800abc", null, "_abc"), ("\uD800\uD800\uD800", null, "_"), ("\U00010000\uD800", null, "_")))
        .Met("otel-escaping-valid", "A name that is valid stays under the scheme of underscores.", ["EscapeName_LeavesNameUnchanged", "EscapeName_ToBuffer_Values_WithLegacyValidName_WritesNameUnchanged", "IsValidLegacyName_ValidatesMetricNames"],
            PeerNames.Gauges(("metric_name", null, "metric_name"), ("Avalid_23name", null, "Avalid_23name"), ("MetricName", null, "MetricName"), ("_metric", null, "_metric"), ("0metric", null, "_metric"), ("a\u00C5z", null, "a_z")))
        .Met("otel-escaping-labels", "A colon is valid in no label.", ["EscapeName_Dots_LabelNameEncodesColon", "EscapeName_Values_LabelNameEncodesColon", "IsValidLegacyLabelName_DisallowsColons"],
            PeerScrape.Text(static m => m.CreateCounter<int>("c").Add(1, new("la:bel", "a"), new("LabelName", "b"), new KeyValuePair<string, object?>("0label", "c")), "# TYPE c_total counter", "c_total{LabelName=\"b\",_0label=\"c\",la_bel=\"a\"} 1"))
        .Skips("The exporter's reading of a scheme's name, and its buffers.", "FromString_MapsEscapingScheme", "EscapeName_ToBuffer_WithEmptyName_LeavesCursorUnchanged");

    static Func<Task> Gets(string contentType, params string?[] headers) => () =>
    {
        Assert.All(headers, accept => Assert.Equal(contentType, ExpositionNegotiation.ContentType(ExpositionNegotiation.Choose(accept))));
        return Task.CompletedTask;
    };

    static Func<Task> Types(ExpositionFormat format, string type) => () =>
    {
        Assert.Equal(type, ExpositionNegotiation.ContentType(format));
        return Task.CompletedTask;
    };

    static Func<Task> Named(params string[] headers) => PeerScrape.Run(async scrape =>
    {
        scrape.Meter.CreateCounter<int>("foo.bar", "By").Add(5);
        foreach (string accept in headers) Assert.Equal(["foo_bar_bytes_total 5"], await scrape.SamplesAsync(ExpositionNegotiation.Choose(accept)));
    });
}
