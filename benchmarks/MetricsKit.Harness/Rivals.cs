namespace MetricsKit.Benchmarks;

/// <summary>Who is measured, as the reports name them.</summary>
static class Rivals
{
    internal const string Nobody = "–", HandWritten = "written by hand", Kit = "MetricsKit";

    /// <summary>Without cells of their own, all threads share the striped store.</summary>
    internal const string KitStriped = "MetricsKit, MaxThreads 0", KitFull = "MetricsKit, MaxCellBytes used up";

    internal const string KitHeard = "MetricsKit, one foreign listener";

    /// <summary>The kit's instruments while its OTLP exporter works, and while readers of the OpenTelemetry SDK listen to them.</summary>
    internal const string KitOtlp = "MetricsKit, OTLP exporter", KitOneSdkReader = "MetricsKit, one SDK reader", KitTwoSdkReaders = "MetricsKit, two SDK readers";

    /// <summary>Instruments of a meter that is not the kit's, which the kit has selected; the same while configuration has them switched off.</summary>
    internal const string KitForeign = "MetricsKit, selected meter", KitForeignOff = "MetricsKit, selected meter, switched off";

    internal const string Unheard = "System.Diagnostics.Metrics, no listener", Heard = "System.Diagnostics.Metrics, one listener", OtelSdk = "OpenTelemetry SDK";

    internal static bool IsKit(string rival) => rival.StartsWith(Kit, StringComparison.Ordinal);
}
