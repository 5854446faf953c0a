namespace MetricsKit.Testing;

/// <summary>What OpenTelemetry's tests of its scrape endpoint assert. The list is here, since one text shows all peers; the proofs are where there is a web server.</summary>
public static class HttpPeers
{
    const string NoDeadline = "The header is not read: a callback that hangs is given up after a second and the rest of the scrape is answered, well within any scrape's time-out.";
    const string NoLimit = "A text is streamed in segments of 64 KiB whatever its length; it is the number of series that has a limit.";
    const string PlainTags = "Tags of a meter are labels as they are called, and no label says which meter a series is of.";

    /// <summary>The suites, in the order of the approved list.</summary>
    public static IReadOnlyList<PeerSuite> Suites { get; } = [Failures(Answers(new("OpenTelemetry", "PrometheusExporterMiddlewareTests", 43))), Listener(), Integration()];

    static PeerSuite Answers(PeerSuite suite) => suite
        .Met("otel-http-get", "GET /metrics is 200 with all instruments in the format that was asked for.", ["RunWithDefaultOptions", "RunWithMapPrometheusScrapingEndpoint", "RunWithScrapeEndpointPathFallback", "RunWithTextPlainResponse", "RunWithOpenMetricsVersionHeader"])
        .Met("otel-http-path", "The path is an option, and one that is given where the endpoint is mapped wins, with a slash in front or without.",
            ["RunWithCustomScrapeEndpointPath", "RunWithScrapeEndpointPathFallbackFromAddPrometheusExporter", "RunWithScrapeEndpointPathOverride", "RunWithMapPrometheusScrapingEndpointWithPathOverride"])
        .Differs("otel-http-headers", "The answer has Last-Modified, and Vary names Accept-Encoding.", "It says no-store instead, since no scrape is the same as another, and Vary names Accept too, by which the format was chosen.", ["RunWithDefaultOptions"])
        .Differs("otel-http-predicate", "A predicate over the request may take the place of the path, with a pipeline of its own.", "It is an endpoint of the application, which conventions and the pipeline before it decide about, as about any other.", ["RunWithHttpContextPredicate", "RunWithMixedPredicateAndPath", "RunWithMixedPath"])
        .Met("otel-http-nothing", "A scrape before anything was measured is 200.", ["RunWithNoMetrics", "InvokeAsync_WhenNoData_Returns200"])
        .Differs("otel-http-scope", "Every series has the labels of its scope, tags of the meter with otel_scope_ before them.", PlainTags, ["RunWithScopeInfoEnabledConfigured", "RunWithTextPlainResponseAndMeterTags", "RunWithOpenMetricsVersionHeaderAndMeterTags"])
        .Met("otel-http-resource", "A resource is target_info, or labels of every series where that is configured.", ["RunWithTargetInfoEnabledConfigured", "RunWithResourceConstantLabelsConfigured"])
        .Met("otel-http-accept", "Accept decides about the format, and an odd one means text 0.0.4.", ["Negotiate_UsesTypedAcceptHeaders", "Negotiate_UsesFallbackForInvalidHeader", "Negotiate_DoesNotNegotiateEscaping_ForV0"])
        .Differs("otel-http-accept-versions", "Text 1.0.0, OpenMetrics 0.0.1 and schemes of escaping are negotiated.", "There are text 0.0.4 and OpenMetrics 1.0.0, which every Prometheus reads.", ["Negotiate_UsesTypedAcceptHeaders", "Negotiate_UsesUnderscoreEscaping_ForV1_WhenClientDoesNotNegotiateOne"])
        .Met("otel-http-alternate", "Scrapes may ask for one format and the other by turns.", ["CanServeMultipleContentTypes_NoMeterTags", "CanServeMultipleContentTypes_WithMeterTags"])
        .Met("otel-http-underscores", "A client that asks for names in another scheme gets them with underscores when that is how they are translated.", ["RunWithUnderscoreEscapingWithSuffixesStrategyAndNegotiatedAllowUtf8Escaping", "RunWithUnderscoreEscapingStrategyAndNegotiatedReversibleEscaping_ReportsEscapingApplied", "RunWithTranslationStrategy_MatchesSpecification"])
        .Differs("otel-http-strategies", "Names are in UTF-8, or without unit and _total, where a strategy says so.", "They never are: one name of a metric for everybody.",
            ["RunWithNoTranslationStrategyAndNegotiatedAllowUtf8Escaping", "RunWithUnderscoreEscapingWithoutSuffixesStrategy_OmitsUnitAndTotalSuffixes", "RunWithNoUtf8EscapingWithSuffixesStrategy_KeepsUtf8NameWithSuffixes", "RunWithNoTranslationStrategyAndNegotiatedUnderscoreEscaping"])
        .Met("otel-http-many", "A thousand counters are all there.", ["BufferSizeIncreasesWithLotOfMetrics"])
        .Skips("Options by name, for several exporters in one application; a host has one kit.", "RunWithPathNamedOptionsOverride", "RunWithMapPrometheusScrapingEndpointWithPathNamedOptionsOverride")
        .Skips("Providers that are made by hand; a host has one kit.", "RunWithMeterProvider", "RunWithMapPrometheusScrapingEndpointWithMeterProvider");

    static PeerSuite Failures(PeerSuite suite) => suite
        .Differs("otel-http-limit", "A text longer than a limit is 500.", NoLimit, ["ScrapeExceedingMaxResponseSizeReturns500"])
        .Differs("otel-http-failure", "A collection that fails is 500.", "It is 503 with Retry-After: the service itself is well, and the sentence in the body says where to look.", ["InvokeAsync_WhenExceptionOccurs_Returns500"])
        .Differs("otel-http-failure-late", "A failure after the answer has begun leaves its status as it is, and the text ends early.", "The connection is cut, since a text that ends early would be taken for a whole one.", ["InvokeAsync_WhenExceptionOccursAfterResponseStarted_DoesNotReturn500"])
        .Differs("otel-http-gone", "A client that has gone is answered 408.", "Nobody is there to be answered: reading stops, and it is no failure of the kit.", ["InvokeAsync_WhenRequest_TimesOut_Returns408"])
        .Differs("otel-http-deadline", "A collection that takes longer than X-Prometheus-Scrape-Timeout-Seconds is 408.", NoDeadline, ["InvokeAsync_WhenRequestDeadlineExceeded_Returns408"])
        .Met("otel-http-deadline-invalid", "A time-out that is no number, or none that makes sense, is ignored.", ["InvokeAsync_WhenRequestDeadlineInvalid_Returns200"]);

    static PeerSuite Listener() => new PeerSuite("OpenTelemetry", "PrometheusHttpListenerTests", 25)
        .Met("otel-listener-get", "Without Accept the answer is text, with it what was asked for, also before anything was measured.", ["RunHttpServerWithDefaultOptions", "RunHttpServerWithNoMetrics", "RunHttpServerWithNoAcceptHeader", "RunHttpServerWithOpenMetricsVersionHeader"])
        .Met("otel-listener-path", "A path without a slash in front is one with it.", ["ScrapeEndpointPathWithoutLeadingSlashIsNormalized"])
        .Met("otel-listener-large", "A text of megabytes is whole and has nothing between its lines.", ["RunHttpServerBufferSizeIncreasesWithLargePayload"])
        .Met("otel-listener-concurrent", "Scrapes that come while another is held up are all answered.", ["HttpListenerHandlesConcurrentScrapes"])
        .Met("otel-listener-deadline-invalid", "A time-out that makes no sense is ignored.", ["WhenRequestDeadlineInvalid_Returns200"])
        .Differs("otel-listener-labels", "Labels of scope and resource are there as they are configured.", PlainTags,
            ["RunHttpServerWithScopeInfoEnabledConfigured", "RunHttpServerWithTargetInfoEnabledConfigured", "RunHttpServerWithResourceConstantLabelsConfigured", "RunHttpServerWithNoAcceptHeaderAndMeterTags", "RunHttpServerWithOpenMetricsVersionHeaderAndMeterTags"])
        .Differs("otel-listener-deadline", "A collection that takes longer than X-Prometheus-Scrape-Timeout-Seconds is 408.", NoDeadline, ["WhenRequestDeadlineExceeded_Returns408"])
        .Differs("otel-listener-limit", "A text longer than a limit is 500.", NoLimit, ["WhenResponseExceedsMaxScrapeResponseSize_Returns500"])
        .Skips("The life of its own listener, with a host and a port: here it is an endpoint of the application's own server.",
            "PrometheusHttpListenerThrowsOnStartIfPortAlreadyInUse", "PortOnly_Set_HostDefaultsToLocalhost", "HostOnly_Set_Port_DefaultsTo9464", "Start_ThrowsObjectDisposedException_AfterDisposal", "ProcessRequest_Returns503_AfterDisposal",
            "StartIsIdempotentWhenAlreadyStarted", "Host_DefaultValue_Is_Localhost", "Port_DefaultValue_Is_9464", "DisposeImmediatelyAfterStartDoesNotThrow", "DisposeAfterStartWithCanceledTokenDoesNotThrow");

    static PeerSuite Integration() => new PeerSuite("OpenTelemetry", "PrometheusIntegrationTests", 6)
        .Met("otel-integration-gzip", "Who takes gzip gets it, and the text within ends in a line feed and not in # EOF.", ["Scrape_Endpoint_Uses_GZip_When_Requested"])
        .Met("otel-integration-promtool", "promtool finds nothing to complain of, whatever was asked for.", ["Promtool_Considers_Scrape_Response_Valid"])
        .Differs("otel-integration-disabled", "Switched off, the answer is 200 without a body.", "It is 200 with metricskit_enabled 0: an empty scrape looks like a service that has lost its metrics.", ["Scrape_Endpoint_Returns_No_Content_If_Sdk_Disabled"])
        .Skips("The acceptance tests start a real Prometheus that scrapes the quick start.", "Prometheus_Can_Scrape_Metrics", "Can_Scrape_Prometheus")
        .Skips("Exponential histograms of views of the SDK.", "ExponentialHistogramsAreIgnored");
}
