namespace MetricsKit;

/// <summary>Where requests go. Pure.</summary>
/// <remarks>
/// Source: "Endpoint URLs for OTLP/HTTP" of the OpenTelemetry Protocol Exporter specification: the base gets the path of the signal behind a slash, the address of the
/// signal is taken as it is, and neither is changed otherwise. A gRPC server is named by scheme, host and port: its path is that of the method.
/// </remarks>
static class OtlpAddress
{
    internal const string MetricsPath = "/v1/metrics";
    internal const string GrpcPath = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

    const string HttpDefault = "http://localhost:4318", GrpcDefault = "http://localhost:4317";

    /// <summary>The address of the options, whose addresses are valid.</summary>
    internal static Uri Of(OtlpExporterOptions options)
    {
        bool isGrpc = options.Protocol == OtlpProtocol.Grpc;
        string text = options.MetricsEndpoint.Length > 0 ? options.MetricsEndpoint : options.Endpoint.Length > 0 ? options.Endpoint : isGrpc ? GrpcDefault : HttpDefault;
        Uri given = new(text, UriKind.Absolute);
        if (isGrpc) return new(given.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) + GrpcPath);
        if (options.MetricsEndpoint.Length > 0) return given;
        UriBuilder full = new(given);
        full.Path += full.Path.EndsWith('/') ? MetricsPath[1..] : MetricsPath;
        return full.Uri;
    }
}
