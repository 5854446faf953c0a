namespace MetricsKit;

/// <summary>Everything that can be configured, bound from the section <c>MetricsKit</c>; what code sets wins over the section.</summary>
public sealed class MetricsKitOptions
{
    /// <summary>The kill switch. Off: measurements go into cells that nobody reads, and a scrape shows <c>metricskit_enabled 0</c>.</summary>
    /// <value>The default is true.</value>
    /// <remarks>It follows the configuration while the host runs: what was counted meanwhile is there when it is switched on again. The recorder, its sinks and the exporters are as they started.</remarks>
    public bool Enabled { get; set; } = true;

    /// <summary>What stands before every exported name of catalogue meters, with an underscore between.</summary>
    /// <value>The default is empty.</value>
    /// <remarks>It is a matter of Prometheus: names in the sinks of samples have none. There <see cref="Tags"/> tell services apart.</remarks>
    public string Prefix { get; set; } = "";

    /// <summary>Tags on every series and on every recorded sample in every sink; an own tag of the same key wins.</summary>
    public IDictionary<string, string> Tags { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whether counters and the buckets of histograms show the last measurement that was made in a recorded <see cref="System.Diagnostics.Activity"/>, with its trace and span id.</summary>
    /// <value>The default is false, and costs nothing. A change needs a restart.</value>
    /// <remarks>
    /// They stand in OpenMetrics, which Prometheus asks for and stores where it runs with <c>--enable-feature=exemplar-storage</c>, and in snapshots; not in the older text nor in JSON.
    /// At most one a second is taken for each bucket. Samples of the recorder have none.
    /// </remarks>
    public bool Exemplars { get; set; }

    /// <summary>Settings of groups of meters by name: <c>System</c>, <c>Process</c>, <c>Application</c>, <c>Business</c>, <c>Safety</c>, <c>Performance</c>, or a meter's own group.</summary>
    public IDictionary<string, MeterGroupOptions> Groups { get; } = new Dictionary<string, MeterGroupOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Where the machine is read.</summary>
    public HostFilesOptions Host { get; } = new();

    /// <summary>How rates and ratios are computed.</summary>
    public DerivedOptions Derived { get; } = new();

    /// <summary>The bounds on what the kit holds.</summary>
    public LimitOptions Limits { get; } = new();

    /// <summary>Meters of the process that are measured beside the kit's own, by name; <c>*</c> stands for any run of characters and <c>?</c> for one, and case does not matter.
    /// <c>dotnet</c> stands for the meters of .NET and ASP.NET Core themselves, as <c>AddDotNetMeters()</c> selects them.</summary>
    /// <value>The default is none.</value>
    public IList<string> Meters { get; } = [];

    /// <summary>Settings of single instruments, by name; dots and underscores are equal.</summary>
    public IDictionary<string, InstrumentOptions> Instruments { get; } = new Dictionary<string, InstrumentOptions>(InstrumentNameComparer.Instance);

    /// <summary>The Prometheus endpoint.</summary>
    public PrometheusOptions Prometheus { get; } = new();

    /// <summary>The recorder of custom samples.</summary>
    public RecorderOptions Recorder { get; } = new();

    /// <summary>What happens to samples between recorder and sinks.</summary>
    public ProcessingOptions Processing { get; } = new();

    /// <summary>Where recorded samples go.</summary>
    public SinksOptions Sinks { get; } = new();

    /// <summary>The JSON exporter of snapshots; null: off.</summary>
    public JsonExporterOptions? Json { get; set; }

    /// <summary>The OTLP exporter of snapshots; null: off.</summary>
    /// <remarks>
    /// What the section <c>MetricsKit:Otlp</c> or <c>AddOtlpExporter()</c> makes begins with what the variables of the OpenTelemetry specification say; an object that code makes
    /// and puts here does not.
    /// </remarks>
    public OtlpExporterOptions? Otlp { get; set; }

    /// <summary>What is measured, as it is exported: attributes of the service, its host and its process.</summary>
    public ResourceOptions Resource { get; } = new();

    /// <summary>Makes what the OTLP exporter begins with before the section and code have their say.</summary>
    internal Func<OtlpExporterOptions> BeginOtlp { get; set; } = static () => new();
}
