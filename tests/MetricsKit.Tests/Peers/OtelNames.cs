using MetricsKit.Testing;
using Xunit;
using static MetricsKit.Tests.Peers.PeerNames;

namespace MetricsKit.Tests.Peers;

/// <summary>Names and units, by OpenTelemetry's <c>PrometheusMetricTests</c>.</summary>
static class OtelNames
{
    const string Colons = "An underscore stands in its place: colons are left to recording rules, and no name that OpenTelemetry's own SDK accepts has one.";
    const string OneSpelling = "Both formats have the spelling that the exporter gives in OpenMetrics, since that is what a Prometheus server asks for, and a series keeps its name whoever scrapes.";
    const string OneScheme = "Names are always spelled with underscores: there is one translation, which every Prometheus reads and which the exporter has by default.";
    const string Suffixes = "Unit and _total are always there: the names are those of the exporter's default, and without _total no counter is valid in OpenMetrics.";

    public static PeerSuite Suite { get; } = Signs(Kinds(Units(Suffixed(Spelled(new("OpenTelemetry", "PrometheusMetricTests", 101))))));

    static PeerSuite Spelled(PeerSuite suite) => suite
        .Met("otel-name-valid", "A name of letters and underscores stays as it is.", ["SanitizeMetricName_Valid"],
            Gauge("active_directory_ds_replication_network_io", null, "active_directory_ds_replication_network_io"))
        .Met("otel-name-collapses", "Underscores in a row become one.", ["SanitizeMetricName_RemoveConsecutiveUnderscores", "OpenMetricsName_CollapsesConsecutiveUnderscores"],
            Gauge("cpu_sp__d_hertz", null, "cpu_sp_d_hertz"))
        .Met("otel-name-outer-underscores", "An underscore at either end stays.", ["SanitizeMetricName_SupportLeadingAndTrailingUnderscores"],
            Gauge("_cpu_speed_hertz_", null, "_cpu_speed_hertz_"))
        .Met("otel-name-unsupported", "What a name cannot hold becomes an underscore, a run of it one.",
            ["SanitizeMetricName_RemoveUnsupportedCharacters", "SanitizeMetricName_RemoveWhitespace", "SanitizeMetricName_RemoveMultipleUnsupportedCharacters"],
            Gauges(("metric_unit_$1000", null, "metric_unit_1000"), ("unit include", null, "unit_include"), ("sample_me%%$$$_count_ !!@unit include", null, "sample_me_count_unit_include")))
        .Met("otel-name-leading-digit", "An underscore takes the place of a digit at the beginning.",
            ["SanitizeMetricName_RemoveStartingNumber", "Name_StartWithNumber_UnderscoreStart", "OpenMetricsName_ReplacesLeadingNumber"],
            Gauges(("1_some_metric_name", null, "_some_metric_name"), ("2_metric_name", "By", "_metric_name_bytes")))
        .Met("otel-name-non-ascii", "A letter outside ASCII becomes an underscore.", ["SanitizeMetricName_ReplacesNonAsciiCharacters"],
            Gauge("A\u010A", null, "A_"))
        .Differs("otel-name-colon", "A colon stays.", Colons, ["SanitizeMetricName_SupportColon"],
            Gauge("sample_metric_name__:_per_meter", null, "sample_metric_name_per_meter"));

    static PeerSuite Suffixed(PeerSuite suite) => suite
        .Met("otel-name-unit-appended", "A gauge has its unit at the end and never _ratio.",
            ["Name_GaugeWithUnit_NoAppendRatio", "Name_UnitOtherThanOne_Normal", "OpenMetricsName_UnitAlreadyPresentInName_Appended"],
            Gauges(("sample", "unit", "sample_unit"), ("sample", "1", "sample"), ("metric_name", "2", "metric_name_2"), ("db_bytes_written", "By", "db_bytes_written_bytes")))
        .Met("otel-name-total", "A counter ends in _total behind its unit.",
            ["Name_SpecialCaseCounter_AppendTotal", "Name_SpecialCaseCounterWithoutUnit_DropUnitAppendTotal", "Name_SpecialCaseCounterWithNumber_AppendTotal", "OpenMetricsName_Counter_AppendTotal"],
            Counters(("sample", "unit", "sample_unit_total"), ("sample", "1", "sample_total"), ("sample", "2", "sample_2_total"), ("db_bytes_written", "By", "db_bytes_written_bytes_total")))
        .Met("otel-name-total-moves", "A counter's own _total moves behind the unit in OpenMetrics.",
            ["OpenMetricsName_CounterSuffixedWithTotal_AppendUnitAndTotal", "OpenMetricsName_CounterSuffixedWithTotal_DisableSuffixTotal_AppendTotal"],
            Counter("db_bytes_written_total", "By", "db_bytes_written_bytes_total"))
        .Met("otel-name-family", "The family of a counter is called in OpenMetrics without _total.",
            ["OpenMetricsMetadataName_Counter_NotAppendTotal", "OpenMetricsMetadataName_Counter_DisableSuffixTotal_NotAppendTotal", "OpenMetricsMetadataName_CounterWithUnitPrecedingTotal_UnitNotDuplicated", "Constructor_VerifiesAllProperties"],
            Counters(("db_bytes_written", "By", "db_bytes_written_bytes_total"), ("db_bytes_total", "By", "db_bytes_total"), ("test_metric", "By", "test_metric_bytes_total")))
        .Met("otel-name-unit-there", "A unit that the name ends in is not repeated, also in front of a counter's _total.",
            [
                "Name_UnitAlreadyPresentInName_NotAppended", "Name_UnitAlreadyPresentInName_CustomGauge_NotAppended", "Name_CounterWithUnitPrecedingTotal_UnitNotDuplicated",
                "OpenMetricsName_CounterWithUnitPrecedingTotal_UnitNotDuplicated", "OpenMetricsName_SuffixedWithUnit_NotAppended",
            ],
            async () =>
            {
                await Counters(("metric_name_total", "total", "metric_name_total"), ("db_bytes_total", "By", "db_bytes_total"))();
                await Gauges(("metric_hertz", "hertz", "metric_hertz"), ("db_written_bytes", "By", "db_written_bytes"))();
            })
        .Met("otel-name-total-of-a-gauge", "_total means nothing in the name of what is no counter: it stays, and a unit follows it.",
            ["Name_NonCounterWithUnitPrecedingTotal_UnitAppended", "OpenMetricsName_NonCounterWithUnitPrecedingTotal_UnitAppended", "OpenMetricsMetadataName_NonCounterWithUnitPrecedingTotal_UnitAppended", "GetNames_AllowUtf8_GaugeNamedWithTotalSuffix_KeepsSuffix", "GetNames_AllowUtf8_GaugeNamedExactlyTotal_IsNotEmptied", "Name_UnitAlreadyPresentInName_TotalNonCounterType_NotAppended"],
            Gauges(("db_bytes_total", "By", "db_bytes_total_bytes"), ("requests_total", "", "requests_total"), ("_total", "", "_total"), ("metric_name_total", "total", "metric_name_total")))
        .Met("otel-name-unit-of-two-words", "A unit is compared as a whole: its words in another order are no unit.", ["Name_UnitAlreadyPresentInName_OrderMatters_Appended"],
            Counter("metric_total_hertz", "hertz_total", "metric_total_hertz_hertz_total"))
        .Differs("otel-name-text-spelling", "In text a counter whose name ends in its unit with _total keeps its name.", OneSpelling, ["Name_UnitAlreadyPresentInName_CustomCounter_NotAppended"],
            Counter("metric_hertz_total", "hertz_total", "metric_hertz_hertz_total"))
        .Differs("otel-name-total-switch", "A switch leaves _total out in text, and there only.", Suffixes,
            ["Name_DisableTotalSuffixAddition_TotalNotAppended", "Name_TotalSuffixAlreadyPresent_DisableTotalSuffixAddition_TotalNotRemoved", "OpenMetricsName_Counter_DisableSuffixTotal_AppendTotal"],
            Counters(("sample", "1", "sample_total"), ("sample_total", "1", "sample_total"), ("db_bytes_written", "By", "db_bytes_written_bytes_total")));

    static PeerSuite Units(PeerSuite suite) => suite
        .Met("otel-unit-braces", "What is in braces is an annotation and no unit; a brace without its other half is none.",
            [
                "Unit_Annotation_None", "Unit_Annotation_RemoveLeading", "Unit_Annotation_RemoveTrailing", "Unit_Annotation_RemoveLeadingAndTrailing", "Unit_Annotation_RemoveMiddle", "Unit_Annotation_NoClose",
                "Name_UnitWithAnnotations_AnnotationsRemoved", "Name_ComplexUnitWithAnnotations_AnnotationsRemoved",
            ],
            PeerNames.Units(("Test", "Test"), ("%{percentage}", "percent"), ("{percentage}%", "percent"), ("{percentage}%{percentage}", "percent"), ("start{percentage}end", "startend"), ("{one", "one"), ("{packet}By", "bytes"), ("{CPU}%{usage}", "percent")))
        .Met("otel-unit-nothing-left", "Without a unit, or when nothing is left of it, nothing is appended.",
            ["Unit_Annotation_RemoveEverything", "Unit_Annotation_Multiple_RemoveEverything", "Unit_AnnotationMismatch_NoClose", "Unit_AnnotationMismatch_Close", "Name_EmptyUnit_NoSuffixAdded", "Name_NullUnit_NoSuffixAdded"],
            Gauges(("metric", "{percentage}", "metric"), ("metric", "{one}{two}", "metric"), ("metric", "{{one}}", "metric"), ("metric", "{{one}", "metric"), ("metric", "", "metric"), ("metric", null, "metric")))
        .Met("otel-unit-time", "Units of time are spelled out.", ["Name_TimeUnits_MappedCorrectly"],
            PeerNames.Units(("d", "days"), ("h", "hours"), ("min", "minutes"), ("s", "seconds"), ("ms", "milliseconds"), ("us", "microseconds"), ("ns", "nanoseconds")))
        .Met("otel-unit-bytes", "Units of bytes are spelled out, those of UCUM and those that people write.", ["Name_ByteUnits_MappedCorrectly"],
            PeerNames.Units(
                ("By", "bytes"), ("KiBy", "kibibytes"), ("MiBy", "mebibytes"), ("GiBy", "gibibytes"), ("TiBy", "tibibytes"), ("KBy", "kilobytes"), ("MBy", "megabytes"), ("GBy", "gigabytes"), ("TBy", "terabytes"),
                ("B", "bytes"), ("KB", "kilobytes"), ("MB", "megabytes"), ("GB", "gigabytes"), ("TB", "terabytes")))
        .Met("otel-unit-si", "Units of the SI are spelled out.", ["Name_SIUnits_MappedCorrectly"],
            PeerNames.Units(("m", "meters"), ("V", "volts"), ("A", "amperes"), ("J", "joules"), ("W", "watts"), ("g", "grams")))
        .Met("otel-unit-others", "Celsius, hertz, percent and dollars are spelled out.", ["Name_MiscUnits_MappedCorrectly"],
            PeerNames.Units(("Cel", "celsius"), ("Hz", "hertz"), ("%", "percent"), ("$", "dollars")))
        .Met("otel-unit-unknown", "A unit that is not known stays as it is, a digit at its beginning as well.",
            ["Name_UnknownUnit_UsedAsIs", "OpenMetricsName_UnitStartingWithNumber_DoesNotAddExtraSeparator", "OpenMetricsName_UnitStartingWithMultipleDigits_PreservesSingleSeparator", "SanitizeMetricUnit_LeadingNumberAllowed", "SanitizeMetricUnit_Valid"],
            PeerNames.Units(("custom_unit", "custom_unit"), ("2", "2"), ("10ms", "10ms"), ("2_unitname", "2_unitname"), ("requests", "requests")))
        .Met("otel-unit-rate", "A unit behind a slash becomes a word in the singular behind _per_.", ["Name_RateUnits_MappedCorrectly", "Name_RateUnitsWithMapping_MappedCorrectly"],
            PeerNames.Units(
                ("requests/s", "requests_per_second"), ("bits/s", "bits_per_second"), ("errors/m", "errors_per_minute"), ("events/h", "events_per_hour"), ("calls/d", "calls_per_day"), ("tasks/w", "tasks_per_week"),
                ("jobs/mo", "jobs_per_month"), ("cycles/y", "cycles_per_year"), ("By/s", "bytes_per_second"), ("ms/m", "milliseconds_per_minute"), ("%/h", "percent_per_hour")))
        .Met("otel-unit-rate-unknown", "A unit behind a slash that is not known stays, whatever is before it.",
            ["Name_RateUnitsWithUnknownPerUnit_UsedAsIs", "Name_RateUnitsWithMappedNumeratorAndUnknownDenominator_MapsCorrectly", "Name_MultipleSlashesInUnit_FirstSlashProcessed"],
            PeerNames.Units(
                ("requests/custom", "requests_per_custom"), ("events/quarter", "events_per_quarter"), ("packets/tick", "packets_per_tick"), ("items/unknown_unit", "items_per_unknown_unit"),
                ("By/custom", "bytes_per_custom"), ("%/unknown", "percent_per_unknown"), ("req/s/extra", "req_per_s_extra")))
        .Met("otel-unit-unsupported", "What a name cannot hold becomes an underscore within a unit and is cut off its ends.",
            [
                "SanitizeMetricUnit_RemoveConsecutiveUnderscores", "SanitizeMetricUnit_RemoveUnsupportedCharacters", "SanitizeMetricUnit_RemoveWhitespace", "SanitizeMetricUnit_ReplacesNonAsciiCharacters",
                "Name_UnitWithSpace_Sanitized", "Name_UnitWithSpecialChars_Sanitized",
            ],
            PeerNames.Units(("req__per__s", "req_per_s"), ("# RU", "RU"), ("req s", "req_s"), ("s\u010A", "s"), ("req!", "req")))
        .Differs("otel-unit-slash-alone", "The sanitising of units alone drops a slash in front as any other sign.",
            "The whole of a unit is asked, where what is behind the slash is a rate, as the exporter's own metric has it.", ["SanitizeMetricUnit_RemoveMultipleUnsupportedCharacters"],
            PeerNames.Units(("##/RU!", "per_RU")))
        .Met("otel-unit-of-histogram", "A histogram's unit goes the same way.", ["Name_UnitWithHash_Sanitized"],
            Histogram("azure_cosmosdb_client_operation_request_charge", "# RU", "azure_cosmosdb_client_operation_request_charge_RU"))
        .Met("otel-unit-and-name", "Name and unit are spelled independently of each other.",
            ["Name_UnsupportedMetricNameChars_Drop", "OpenMetricsName_CollapsesConsecutiveUnsupportedCharacters", "OpenMetricsName_NameEscapingAndUnitNormalization_AreAppliedIndependently"],
            Gauges(("s%%ple", "%/m", "s_ple_percent_per_minute"), ("s%%ple", "req__per__s", "s_ple_req_per_s")));

    static PeerSuite Kinds(PeerSuite suite) => suite
        .Met("otel-kind", "Sums that only grow are counters, other sums and gauges are gauges, histograms are histograms.", ["GetPrometheusType_MapsOpenTelemetryMetricsTypeToPrometheus", "GetPrometheusType_HistogramVariants_ReturnsHistogram", "Constructor_AllPrometheusTypes_Work"],
            PeerScrape.Run(static async scrape =>
            {
                var meter = scrape.Meter;
                meter.CreateCounter<long>("a").Add(1);
                meter.CreateCounter<double>("b").Add(1);
                meter.CreateUpDownCounter<long>("c").Add(1);
                meter.CreateUpDownCounter<double>("d").Add(1);
                meter.CreateGauge<long>("e").Record(1);
                meter.CreateGauge<double>("f").Record(1);
                meter.CreateHistogram<long>("g").Record(1);
                meter.CreateHistogram<double>("h").Record(1);
                Assert.Equal(
                    ["a_total counter", "b_total counter", "c gauge", "d gauge", "e gauge", "f gauge", "g histogram", "h histogram"],
                    (await scrape.LinesAsync(ExpositionFormat.PrometheusText)).Where(static l => l.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(static l => l["# TYPE ".Length..]));
            }))
        .Skips("There are no summaries and no untyped metrics here, and .NET has no instruments for them.",
            "GetPrometheusType_Summary_ReturnsSummary", "GetPrometheusType_Untyped_ReturnsUntyped", "Name_UntypedMetricType_WorksCorrectly", "Name_SummaryMetricType_WorksCorrectly", "Name_SummaryWithTotal_DoesNotAppendTotal")
        .Skips("An invalid number of the exporter's own enumeration.", "GetPrometheusType_InvalidMetricType_ThrowsInvalidOperationException");

    static PeerSuite Signs(PeerSuite suite) => suite
        .Met("otel-name-underscores-scheme", "Under the scheme of underscores, which is the default, names are those above.", ["GetNames_Underscores_MatchesDefaultProperties", "GetNames_AllowUtf8_CounterWithUnitBeforeTotalSuffix_DoesNotDuplicateUnit", "AppendSuffixes_False_AllowUtf8_LegacyNameIsFlaggedValid"],
            Counters(("http.server.duration", "s", "http_server_duration_seconds_total"), ("db_bytes_total", "By", "db_bytes_total"), ("http_server_requests", "", "http_server_requests_total")))
        .Differs("otel-name-other-schemes", "A client may ask for names whose dots are spelled _dot_ or _2e_.", OneScheme, ["GetNames_Dots_EscapesFamilyNameAndAppendsTotalSuffixLiterally", "GetNames_Values_EscapesFamilyNameAndAppendsTotalSuffixLiterally"],
            PeerScrape.Run(static async scrape =>
            {
                scrape.Meter.CreateCounter<long>("http.server.duration", "s").Add(1);
                foreach (string scheme in (string[])["dots", "values"])
                {
                    var format = ExpositionNegotiation.Choose($"application/openmetrics-text;version=1.0.0;escaping={scheme}");
                    Assert.Equal(["http_server_duration_seconds_total 1"], await scrape.SamplesAsync(format));
                }
            }))
        .Differs("otel-name-without-suffixes", "A strategy leaves unit and _total out of every name.", Suffixes,
            [
                "AppendSuffixes_False_Underscores_DropsUnitAndTotalAndCollapsesNames", "AppendSuffixes_False_DropsUnitMetadata", "AppendSuffixes_False_Underscores_PreservesUserAuthoredTotalSuffix",
                "AppendSuffixes_False_Counter_IgnoresDisableTotalNameSuffixForCounters", "AppendSuffixes_False_Dots_EscapesNameButAppendsNoSuffixes", "AppendSuffixes_False_Values_EscapesNameButAppendsNoSuffixes",
                "AppendSuffixes_False_AllowUtf8_PassesNameThroughUnalteredAndFlagsNonLegacyName",
            ],
            Counters(("http.server.duration", "s", "http_server_duration_seconds_total"), ("db_bytes_total", "By", "db_bytes_total"), ("requests", "1", "requests_total")));
}
