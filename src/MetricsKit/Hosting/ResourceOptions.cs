namespace MetricsKit;

/// <summary>What is measured: attributes of the service, its host and its process, which OpenTelemetry calls the resource.</summary>
/// <remarks>
/// They go with every export in OTLP, into the JSON document, and onto the page of Prometheus as <c>target_info</c>. Without a word there are <c>service.name</c>, <c>service.version</c>,
/// <c>service.instance.id</c>, <c>host.name</c>, <c>os.type</c>, <c>process.pid</c>, <c>process.runtime.name</c>, <c>process.runtime.version</c>, <c>telemetry.sdk.name</c>,
/// <c>telemetry.sdk.language</c> and <c>telemetry.sdk.version</c>, named and spelt as in OpenTelemetry's semantic conventions, and the host's <see cref="MetricsKitOptions.Tags"/>.
/// The variables <c>OTEL_RESOURCE_ATTRIBUTES</c> and, for the name of the service, <c>OTEL_SERVICE_NAME</c> win over these, tags over the variables, and <see cref="Attributes"/> over all.
/// </remarks>
public sealed class ResourceOptions
{
    /// <summary>Most bytes of all attributes in UTF-8, of the variable and of the options each; chosen so that <c>target_info</c> always fits a text writer's segment, escaped or not.</summary>
    internal const int MaxBytes = 8192;

    /// <summary>Longest key, as that of a tag.</summary>
    internal const int MaxKey = 128;

    /// <summary>Attributes by key, such as <c>deployment.environment.name</c>. An empty text takes away what would be there without a word.</summary>
    /// <value>The default is none. At most 8,192 bytes in all.</value>
    /// <remarks>Since shells drop names with dots, a key that is one of those which are there without a word but for dots and underscores means that: <c>service_name</c> is <c>service.name</c>. So it is with tags.</remarks>
    public IDictionary<string, string> Attributes { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whether the page of Prometheus begins with the metric <c>target_info</c>, whose labels are the attributes.</summary>
    /// <value>The default is true.</value>
    public bool TargetInfo { get; set; } = true;

    /// <summary>Labels that stand on every series in Prometheus, each with the key of the attribute whose text it has, such as <c>service</c> with <c>service.name</c>. A series' own tag wins.</summary>
    /// <value>The default is none. At most 16 together with <see cref="MetricsKitOptions.Tags"/>.</value>
    /// <remarks>They are not repeated in OTLP, where the attributes are with everything already, nor do the kit's own metrics carry them.</remarks>
    public IDictionary<string, string> Labels { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The attributes that variables of the environment state, the last of one key counting.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Variables { get; set; } = [];
}
