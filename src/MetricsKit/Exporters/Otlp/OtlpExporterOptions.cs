using System.Net.Http;

namespace MetricsKit;

/// <summary>The OTLP exporter: each snapshot to an OpenTelemetry collector, or to whatever else takes OTLP.</summary>
/// <remarks>
/// What neither code nor the section <c>MetricsKit:Otlp</c> sets comes from the variables of the OpenTelemetry specification, <c>OTEL_EXPORTER_OTLP_METRICS_*</c> before
/// <c>OTEL_EXPORTER_OTLP_*</c>, and <c>OTEL_METRIC_EXPORT_INTERVAL</c> and <c>OTEL_METRIC_EXPORT_TIMEOUT</c>. A variable alone exports nothing: the section or
/// <c>AddOtlpExporter()</c> asks for it.
/// </remarks>
public sealed class OtlpExporterOptions : ExporterOptions
{
    const int LeastRequestBytes = 1 << 16, MostRequestBytes = 64 << 20;

    /// <summary>The collector's address, with http or https and without a user.</summary>
    /// <value>The default is <c>http://localhost:4318</c>, with <see cref="OtlpProtocol.Grpc"/> <c>http://localhost:4317</c>.</value>
    /// <remarks>
    /// Over HTTP <c>/v1/metrics</c> is appended. The variables' address counts where neither code nor the section sets this or <see cref="MetricsEndpoint"/>, and is put here or there
    /// after both, since what it means depends on the protocol.
    /// </remarks>
    public string Endpoint { get; set; } = "";

    /// <summary>The whole address of the receiver of metrics, to which nothing is appended; it takes the place of <see cref="Endpoint"/>.</summary>
    /// <value>The default is empty.</value>
    /// <remarks>An <see cref="Endpoint"/> that code sets wins over this of the section.</remarks>
    public string MetricsEndpoint { get; set; } = "";

    /// <summary>How OTLP is carried; in configuration <c>http/protobuf</c> or <c>grpc</c>.</summary>
    /// <value>The default is <see cref="OtlpProtocol.HttpProtobuf"/>.</value>
    public OtlpProtocol Protocol { get; set; }

    /// <summary>Headers of the requests, such as <c>Authorization</c>; with gRPC its metadata.</summary>
    /// <remarks>
    /// Those of the section take the place of all that the variables state, and code adds to either. Those of the variables go wherever the exporter does, as with OpenTelemetry's own SDKs:
    /// also to an address that code or the section sets. If they are not for it, clear them in code, or state those that are.
    /// The exporter says no value. What a server says is not repeated where it has a value of four characters or more in it, or eight characters in a row of a longer one.
    /// </remarks>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether requests are compressed with gzip.</summary>
    /// <value>The default is false: a collector is mostly near, and compressing costs more than writing.</value>
    public bool Compress { get; set; }

    /// <summary>How long one request may take; several of them are one export, whose time is <see cref="ExporterOptions.Timeout"/>.</summary>
    /// <value>The default is 10 s. 10 ms to 10 minutes.</value>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Since when counters and histograms count.</summary>
    /// <value>The default is <see cref="OtlpTemporality.Cumulative"/>.</value>
    public OtlpTemporality Temporality { get; set; }

    /// <summary>Whose names the rows of the catalogue have.</summary>
    /// <value>The default is <see cref="InstrumentNaming.MetricsKit"/>.</value>
    /// <remarks>With <see cref="InstrumentNaming.SemanticConventions"/> a handful of rows, those with a twin in the conventions, change their names; the others keep them, since nothing there measures the same.</remarks>
    public InstrumentNaming Naming { get; set; }

    /// <summary>The most bytes of one request before compression; a larger snapshot goes in several.</summary>
    /// <value>The default is 4 MiB, which is what a gRPC server takes by default. 65,536 to 67,108,864.</value>
    public int MaxRequestBytes { get; set; } = 4 << 20;

    /// <summary>A PEM file of the authorities that the server's certificate is checked against instead of the system's; empty: the system's.</summary>
    public string Certificate { get; set; } = "";

    /// <summary>A PEM file with the client's own certificate, for servers that ask for one; empty: none.</summary>
    public string ClientCertificate { get; set; } = "";

    /// <summary>A PEM file with the private key of <see cref="ClientCertificate"/>; empty: it stands in the certificate's own file.</summary>
    public string ClientKey { get; set; } = "";

    /// <summary>Changes the handler of the connections before it is used: TLS, certificates, a proxy.</summary>
    /// <value>The default is null: redirects are not followed, and neither cookies nor a proxy of the environment are used.</value>
    /// <remarks>It is called at the start, and again for each handler that takes the place of one whose call over gRPC was not answered.</remarks>
    public Action<SocketsHttpHandler>? ConfigureHandler { get; set; }

    /// <summary>What is left to do once the section and code have had their say; null: nothing.</summary>
    internal Action? Complete { get; set; }

    /// <summary>Keys whose value came from a variable, each with the name of the variable and what it said.</summary>
    internal Dictionary<string, (string Variable, string Text)> Sources { get; } = new(StringComparer.Ordinal);

    /// <summary>What whoever stated a key's value calls it: the variable where it still has its value, otherwise the key.</summary>
    internal string NameOf(string path, string key, string value) => Sources.TryGetValue(key, out var source) && source.Text == value ? source.Variable : $"{path}:{key}";

    internal override IEnumerable<string> Faults(string path)
    {
        foreach (string fault in base.Faults(path)) yield return fault;
        foreach (string fault in RequestFaults.OfAddress(path, nameof(Endpoint), Endpoint, "http://collector:4318")) yield return fault;
        if (Protocol == OtlpProtocol.HttpProtobuf && !RequestFaults.IsPlain(Endpoint) && Uri.TryCreate(Endpoint, UriKind.Absolute, out var endpoint) && (endpoint.Query + endpoint.Fragment).Length > 0)
            yield return $"{path}:{nameof(Endpoint)} has a query or a fragment, behind which no path can be appended: write the whole address as {path}:{nameof(MetricsEndpoint)}.";
        foreach (string fault in RequestFaults.OfAddress(path, nameof(MetricsEndpoint), MetricsEndpoint, "http://collector:4318/v1/metrics")) yield return fault;
        foreach (string fault in RequestFaults.OfHeaders(path, Headers)) yield return fault;
        if (Protocol is not (OtlpProtocol.HttpProtobuf or OtlpProtocol.Grpc)) yield return $"{path}:{nameof(Protocol)} is {(int)Protocol}: it must be one of {string.Join(", ", Enum.GetNames<OtlpProtocol>())}.";
        if (Temporality is not (OtlpTemporality.Cumulative or OtlpTemporality.Delta or OtlpTemporality.LowMemory)) yield return $"{path}:{nameof(Temporality)} is {(int)Temporality}: it must be one of {string.Join(", ", Enum.GetNames<OtlpTemporality>())}.";
        if (Naming is not (InstrumentNaming.MetricsKit or InstrumentNaming.SemanticConventions)) yield return $"{path}:{nameof(Naming)} is {(int)Naming}: it must be one of {string.Join(", ", Enum.GetNames<InstrumentNaming>())}.";
        if (!CanBeTimeout(RequestTimeout)) yield return $"{path}:{nameof(RequestTimeout)} is {RequestTimeout:c}: it must be 10 ms to 10 minutes.";
        if (MaxRequestBytes is < LeastRequestBytes or > MostRequestBytes) yield return $"{path}:{nameof(MaxRequestBytes)} is {MaxRequestBytes}: it must be 65,536 to 67,108,864 bytes.";
        foreach (string fault in FileFaults(path)) yield return fault;
    }

    IEnumerable<string> FileFaults(string path)
    {
        foreach (var (key, file) in new[] { (nameof(Certificate), Certificate), (nameof(ClientCertificate), ClientCertificate), (nameof(ClientKey), ClientKey) })
        {
            if (!string.IsNullOrEmpty(file) && !File.Exists(file)) yield return $"{NameOf(path, key, file)} is '{file}', where there is no file that can be read: write the path of a PEM file.";
        }
        if (!string.IsNullOrEmpty(ClientKey) && string.IsNullOrEmpty(ClientCertificate)) yield return $"{NameOf(path, nameof(ClientKey), ClientKey)} is there without its certificate: set {path}:{nameof(ClientCertificate)}, too.";
    }
}
