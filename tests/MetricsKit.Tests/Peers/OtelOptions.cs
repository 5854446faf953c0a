using MetricsKit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace MetricsKit.Tests.Peers;

/// <summary>Options, by OpenTelemetry's tests of what registers its exporters.</summary>
static class OtelOptions
{
    public static PeerSuite Suite { get; } = new PeerSuite("OpenTelemetry", "PrometheusExporter- and PrometheusHttpListenerMeterProviderBuilderExtensionsTests", 17)
        .Met("otel-options-code", "What code sets wins over the environment, which wins over the default.", ["TestAddPrometheusHttpListener_Configuration_From_Environment_Variables", "TestAddPrometheusHttpListener_Manual_Configuration_Overrides_Environment_Variables"],
            static async () =>
            {
                var environment = TestKit.Configuration(("Tags:service", "environment"), ("Tags:other", "environment"));
                await using var kit = TestKit.Start(static o => o.Tags["service"] = "code", configuration: environment);
                var options = kit.Services.GetRequiredService<IOptions<MetricsKitOptions>>().Value;
                Assert.Equal(("code", "environment", "/metrics"), (options.Tags["service"], options.Tags["other"], options.Prometheus.Path));
            })
        .Differs("otel-options-invalid", "A value from the environment that makes no sense is ignored.", "The host does not start and says which value and what it should be: a setting that does nothing is worse than none.",
            ["TestAddPrometheusHttpListener_Configuration_From_Environment_Variables_Ignores_Invalid_Values", "TestAddPrometheusHttpListener_Configuration_From_Environment_Variables_Ignores_OutOfRange_Port"],
            static () =>
            {
                Assert.Contains("MaxSeries", Assert.Single(TestKit.Faults(configuration: TestKit.Configuration(("Limits:MaxSeries", "-1")))), StringComparison.Ordinal);
                return Task.CompletedTask;
            })
        .Skips("How its exporters pass options on to each other, by name and by delegate.",
            "TestAddPrometheusExporter_NamedOptions", "TranslationStrategy_DefaultsToUnderscoreEscapingWithSuffixes", "TranslationStrategy_DelegatesToExporterOptions", "DisableTotalNameSuffixForCounters_DelegatesToExporterOptions",
            "ScopeInfoEnabled_DelegatesToExporterOptions", "ScrapeResponseCacheDurationMilliseconds_DelegatesToExporterOptions", "TargetInfoEnabled_DelegatesToExporterOptions", "ResourceConstantLabels_DelegatesToExporterOptions",
            "MaxScrapeResponseSizeBytes_DelegatesToExporterOptions", "TestAddPrometheusHttpListener_NamedOptions", "TestAddPrometheusHttpListener_Defaults_Are_Correct", "TestAddPrometheusHttpListener_UsesConfiguredCacheDuration",
            "AddPrometheusHttpListener_WrapsListenerStartFailureInInvalidOperationException");
}
