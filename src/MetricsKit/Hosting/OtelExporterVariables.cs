namespace MetricsKit;

/// <summary>What the OTLP exporter is told by variables, before the section <c>MetricsKit:Otlp</c> and code have their say.</summary>
/// <remarks>
/// The names and their meaning are those of the OpenTelemetry specification 1.60: "OpenTelemetry Protocol Exporter", "Metrics Exporter - OTLP" and "Periodic exporting MetricReader".
/// A variable for metrics takes the place of the one for all signals, the headers as a whole.
/// </remarks>
static class OtelExporterVariables
{
    const string Headers = "HEADERS", Endpoint = "ENDPOINT", Insecure = "INSECURE";
    const string TemporalityPreference = OtelVariables.OtlpMetrics + "TEMPORALITY_PREFERENCE", HistogramAggregation = OtelVariables.OtlpMetrics + "DEFAULT_HISTOGRAM_AGGREGATION";

    /// <summary>Sets what the variables say, but for the address, which <see cref="OtlpExporterOptions.Complete"/> sets when the protocol is known.</summary>
    /// <param name="from">The variables.</param>
    /// <param name="to">The options, as they are by default.</param>
    internal static void Apply(OtelVariables from, OtlpExporterOptions to)
    {
        to.Complete = () => ApplyEndpoint(from, to);
        to.Protocol = WordOfEither("PROTOCOL", "http/protobuf", "grpc") switch { 0 => OtlpProtocol.HttpProtobuf, 1 => OtlpProtocol.Grpc, _ => to.Protocol };
        ApplyHeaders(from, to);
        to.Compress = WordOfEither("COMPRESSION", "gzip", "none") switch { 0 => true, 1 => false, _ => to.Compress };
        to.RequestTimeout = TimeoutIn(OtelVariables.OtlpMetrics + "TIMEOUT") ?? TimeoutIn(OtelVariables.Otlp + "TIMEOUT") ?? to.RequestTimeout;
        to.Timeout = TimeoutIn("OTEL_METRIC_EXPORT_TIMEOUT") ?? to.Timeout;
        to.Interval = from.Milliseconds("OTEL_METRIC_EXPORT_INTERVAL", ExporterOptions.LeastInterval, ExporterOptions.MostInterval, isTimeout: false) ?? to.Interval;
        to.Certificate = FileOfEither("CERTIFICATE", nameof(to.Certificate)) ?? to.Certificate;
        to.ClientCertificate = FileOfEither("CLIENT_CERTIFICATE", nameof(to.ClientCertificate)) ?? to.ClientCertificate;
        to.ClientKey = FileOfEither("CLIENT_KEY", nameof(to.ClientKey)) ?? to.ClientKey;
        to.Temporality = from.Word(TemporalityPreference, "cumulative", "delta", "lowmemory") switch { 0 => OtlpTemporality.Cumulative, 1 => OtlpTemporality.Delta, 2 => OtlpTemporality.LowMemory, _ => to.Temporality };
        from.Word(HistogramAggregation, "explicit_bucket_histogram"); // there is no other: whoever asks for one is told

        int? WordOfEither(string name, params string[] words) => from.Word(OtelVariables.OtlpMetrics + name, words) ?? from.Word(OtelVariables.Otlp + name, words);

        TimeSpan? TimeoutIn(string name) => from.Milliseconds(name, ExporterOptions.LeastTimeout, ExporterOptions.MostTimeout, isTimeout: true);

        string? FileOfEither(string name, string key)
        {
            string variable = from.Text(OtelVariables.OtlpMetrics + name) is null ? OtelVariables.Otlp + name : OtelVariables.OtlpMetrics + name;
            if (from.Text(variable) is not { } file) return null;
            to.Sources[key] = (variable, file); // a file that is wrong stops the start, and its fault is to name what somebody wrote
            return file;
        }
    }

    /// <summary>Once nobody else has stated an address.</summary>
    static void ApplyEndpoint(OtelVariables from, OtlpExporterOptions to)
    {
        if (!string.IsNullOrEmpty(to.Endpoint) || !string.IsNullOrEmpty(to.MetricsEndpoint)) return;
        var protocol = to.Protocol;
        if (AddressIn(OtelVariables.OtlpMetrics) is { } own) to.MetricsEndpoint = own;
        else if (AddressIn(OtelVariables.Otlp) is { } common) to.Endpoint = common;

        string? AddressIn(string kind)
        {
            string name = kind + Endpoint;
            if (from.Text(name) is not { } text) return null;
            // Without a scheme it is a target of gRPC, "host:port", and only there the flag has a say.
            string address = protocol != OtlpProtocol.Grpc || text.Contains("://", StringComparison.Ordinal) ? text : ((from.Flag(OtelVariables.OtlpMetrics + Insecure) ?? from.Flag(OtelVariables.Otlp + Insecure)) == true ? "http://" : "https://") + text;
            OtlpExporterOptions tried = kind == OtelVariables.Otlp ? new() { Protocol = protocol, Endpoint = address } : new() { Protocol = protocol, MetricsEndpoint = address };
            if (!tried.Faults("").Any()) return address;
            from.Warn($"{name} is no address to export to and is ignored: write it like http://collector:{(protocol == OtlpProtocol.Grpc ? "4317" : "4318")}, without a user{(kind == OtelVariables.Otlp ? " and without a query" : "")}.");
            return null;
        }
    }

    static void ApplyHeaders(OtelVariables from, OtlpExporterOptions to)
    {
        string name = from.Text(OtelVariables.OtlpMetrics + Headers) is null ? OtelVariables.Otlp + Headers : OtelVariables.OtlpMetrics + Headers;
        int member = 0;
        foreach (var header in OtelList.Read(from.Text(name) ?? ""))
        {
            member++;
            if (header is var (key, value) && RequestFaults.CanBeName(key) && !RequestFaults.IsOwn(key) && RequestFaults.CanBeValue(value)) to.Headers[key] = value;
            else from.Warn($"Header {member} of {name} is left out: write key=value, percent-encoded, of printable ASCII characters, and none that follows from the document.");
        }
    }
}
