using Microsoft.Extensions.Configuration;

namespace MetricsKit;

/// <summary>The section <c>MetricsKit</c>: which keys there are, what they set, and what was wrong with them.</summary>
sealed class MetricsKitConfiguration
{
    internal const string SectionName = "MetricsKit";

    /// <summary>Values that could not be read.</summary>
    internal IReadOnlyList<string> Errors { get; private set; } = [];

    /// <summary>Keys that set nothing.</summary>
    internal IReadOnlyList<string> UnknownKeys { get; private set; } = [];

    /// <summary>The variables of the OpenTelemetry specification as they were when the section was bound.</summary>
    internal OtelVariables Variables { get; private set; } = new(static _ => null);

    /// <summary>The section as it was bound.</summary>
    internal IReadOnlyDictionary<string, string> Values { get; private set; } = new Dictionary<string, string>();

    /// <summary>Every key of the section that has a value, with the name of the section in front.</summary>
    internal static IReadOnlyDictionary<string, string> ValuesOf(IConfiguration configuration)
    {
        Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in configuration.GetSection(SectionName).AsEnumerable())
        {
            if (value is not null) values[key] = value;
        }
        return values;
    }

    /// <summary>Sets what the variables of the OpenTelemetry specification say; of the exporter only once somebody asks for it.</summary>
    /// <param name="configuration">The host's, which has the environment in it where the host is to have one; null: none.</param>
    /// <param name="process">The process's variables, for what the configuration lacks; null: the configuration is all there is.</param>
    /// <param name="options">What to set.</param>
    internal void Begin(IConfiguration? configuration, ProcessVariables? process, MetricsKitOptions options)
    {
        var variables = Variables = new(name => configuration?[name] ?? process?.Read(name));
        options.BeginOtlp = () =>
        {
            OtlpExporterOptions otlp = new();
            OtelExporterVariables.Apply(variables, otlp);
            return otlp;
        };
        options.Resource.Variables = OtelResourceVariables.Read(variables);
    }

    /// <summary>Lets the variables have the last word on what neither the section nor code has stated.</summary>
    internal static void End(MetricsKitOptions options) => options.Otlp?.Complete?.Invoke();

    internal void Bind(IConfiguration configuration, MetricsKitOptions options)
    {
        var values = ValuesOf(configuration); // first: what changes meanwhile is seen as a change
        List<string> errors = [], unknown = [];
        ConfigurationReader root = new(configuration.GetSection(SectionName), SectionName, errors, unknown);
        root.Read("Enabled", (bool v) => options.Enabled = v);
        root.Read("Prefix", (string v) => options.Prefix = v);
        root.Read("Exemplars", (bool v) => options.Exemplars = v);
        root.Section("Tags", tags => tags.EachText((key, value) => options.Tags[key] = value));
        root.Section("Groups", groups => groups.Each((name, group) => Bind(group, options.Groups, name)));
        root.Section("Host", host =>
        {
            host.Read("ProcRoot", (string v) => options.Host.ProcRoot = v);
            host.Read("SysRoot", (string v) => options.Host.SysRoot = v);
        });
        root.Section("Derived", derived =>
        {
            derived.Read("Window", (TimeSpan v) => options.Derived.Window = v);
            derived.Read("Interval", (TimeSpan v) => options.Derived.Interval = v);
        });
        root.Section("Limits", limits =>
        {
            limits.Read("MaxSeries", (int v) => options.Limits.MaxSeries = v);
            limits.Read("MaxCellBytes", (long v) => options.Limits.MaxCellBytes = v);
            limits.Read("MaxThreads", (int v) => options.Limits.MaxThreads = v);
        });
        root.ReadList("Meters", values =>
        {
            options.Meters.Clear();
            foreach (string value in values) options.Meters.Add(value);
        });
        root.Section("Instruments", instruments => instruments.Each((name, instrument) => Bind(instrument, options.Instruments, name)));
        root.Section("Prometheus", prometheus => prometheus.Read("Path", (string v) => options.Prometheus.Path = v));
        root.Section("Resource", resource =>
        {
            resource.Section("Attributes", attributes => attributes.EachText((key, value) => options.Resource.Attributes[key] = value));
            resource.Read("TargetInfo", (bool v) => options.Resource.TargetInfo = v);
            resource.Section("Labels", labels => labels.EachText((key, value) => options.Resource.Labels[key] = value));
        });
        DeliveryConfiguration.Bind(root, options);
        root.ReportUnknown();
        (Errors, UnknownKeys, Values) = (errors, unknown, values); // of the last binding: options may be bound more than once
    }

    static void Bind(ConfigurationReader from, IDictionary<string, MeterGroupOptions> groups, string name)
    {
        if (!groups.TryGetValue(name, out var group)) groups[name] = group = new();
        from.Read("Enabled", (bool v) => group.Enabled = v);
        from.Read("Interval", (TimeSpan v) => group.Interval = v);
        from.ReadList("Metrics", values =>
        {
            group.Metrics.Clear();
            foreach (string value in values) group.Metrics.Add(value);
        });
        from.Section("Values", values => values.EachList((key, list) => group.Values[key] = [.. list]));
    }

    static void Bind(ConfigurationReader from, IDictionary<string, InstrumentOptions> instruments, string name)
    {
        if (!instruments.TryGetValue(name, out var instrument)) instruments[name] = instrument = new();
        from.Read("Enabled", (bool v) => instrument.Enabled = v);
        from.Read("Name", (string v) => instrument.Name = v);
        from.Read("Meter", (string v) => instrument.Meter = v);
        from.ReadSet("TagKeys", v => instrument.TagKeys = [.. v]);
        from.ReadSet("DropTagKeys", v => instrument.DropTagKeys = [.. v]);
        from.Section("Values", values => values.Each((key, texts) => Bind(texts, instrument.Values, key)));
        from.Read("MaxSeries", (int v) => instrument.MaxSeries = v);
        from.ReadNumbers("Bounds", v => instrument.Bounds = v);
        from.Read("TimeToLive", (TimeSpan v) => instrument.TimeToLive = v);
    }

    static void Bind(ConfigurationReader from, IDictionary<string, IDictionary<string, string>> values, string key) => from.EachText((text, other) =>
    {
        if (!values.TryGetValue(key, out var texts)) values[key] = texts = new Dictionary<string, string>(StringComparer.Ordinal);
        texts[text] = other;
    });
}
