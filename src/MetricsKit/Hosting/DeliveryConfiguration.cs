namespace MetricsKit;

/// <summary>The keys of the recorder, of its sinks and of the exporters.</summary>
static class DeliveryConfiguration
{
    internal static void Bind(ConfigurationReader root, MetricsKitOptions options)
    {
        root.Section("Recorder", recorder => Bind(recorder, options.Recorder));
        root.Section("Processing", processing => Bind(processing, options.Processing));
        root.Section("Sinks", sinks =>
        {
            sinks.Section("Instruments", s => Bind(s, options.Sinks.Instruments));
            sinks.SwitchedSection("File", () => options.Sinks.File, v => options.Sinks.File = v, Bind);
            sinks.SwitchedSection("InfluxDb", () => options.Sinks.InfluxDb, v => options.Sinks.InfluxDb = v, Bind);
            sinks.SwitchedSection("Log", () => options.Sinks.Log, v => options.Sinks.Log = v, Bind);
        });
        root.SwitchedSection("Json", () => options.Json, v => options.Json = v, Bind);
        root.SwitchedSection("Otlp", () => options.Otlp ?? options.BeginOtlp(), v => options.Otlp = v, Bind, emptyIsAbsent: true);
    }

    static void Bind(ConfigurationReader from, RecorderOptions to)
    {
        from.Read("BlockSize", (int v) => to.BlockSize = v);
        from.Read("Capacity", (int v) => to.Capacity = v);
        from.Read("FlushSize", (int v) => to.FlushSize = v);
        from.Read("FlushInterval", (TimeSpan v) => to.FlushInterval = v);
        from.Read("Overload", (OverloadPolicy v) => to.Overload = v);
        from.Read("Timestamps", (TimestampSource v) => to.Timestamps = v);
        from.Read("ClockResolution", (TimeSpan v) => to.ClockResolution = v);
        from.Read("MaxSeries", (int v) => to.MaxSeries = v);
        from.Read("ShutdownTimeout", (TimeSpan v) => to.ShutdownTimeout = v);
    }

    static void Bind(ConfigurationReader from, ProcessingOptions to)
    {
        from.ReadList("Include", v => Fill(to.Include, v));
        from.ReadList("Exclude", v => Fill(to.Exclude, v));
        from.Section("Rename", s => s.EachText((key, value) => to.Rename[key] = value));
        from.Section("Scale", s => s.EachNumber((key, value) => to.Scale[key] = value));
        from.Section("Tags", s => s.EachText((key, value) => to.Tags[key] = value));
        from.ReadList("RemoveTags", v => Fill(to.RemoveTags, v));
    }

    static void Bind(ConfigurationReader from, InstrumentsSinkOptions to)
    {
        BindService(from, to);
        from.Read("Enabled", (bool v) => to.Enabled = v);
        from.Read("MaxMetrics", (int v) => to.MaxMetrics = v);
        from.Read("MaxSeries", (int v) => to.MaxSeries = v);
        from.ReadNumbers("Bounds", v => to.Bounds = v);
    }

    static void Bind(ConfigurationReader from, FileSinkOptions to)
    {
        BindService(from, to);
        from.Read("Directory", (string v) => to.Directory = v);
        from.Read("Format", (string v) => to.Format = v);
        from.Read("MaxFileBytes", (long v) => to.MaxFileBytes = v);
        from.Read("MaxTotalBytes", (long v) => to.MaxTotalBytes = v);
        from.Read("Compress", (bool v) => to.Compress = v);
        from.Read("Sync", (bool v) => to.Sync = v);
    }

    static void Bind(ConfigurationReader from, InfluxDbSinkOptions to)
    {
        BindService(from, to);
        from.Read("Url", (string v) => to.Url = v);
        from.Read("Database", (string v) => to.Database = v);
        from.Read("Username", (string v) => to.Username = v);
        from.Read("Password", (string v) => to.Password = v);
        from.Read("Precision", (string v) => to.Precision = v);
        from.Read("RetentionPolicy", (string v) => to.RetentionPolicy = v);
        from.Read("Retention", (TimeSpan v) => to.Retention = v);
        from.Read("CreateDatabase", (bool v) => to.CreateDatabase = v);
        from.Read("Compress", (bool v) => to.Compress = v);
    }

    static void Bind(ConfigurationReader from, LogSinkOptions to)
    {
        BindService(from, to);
        from.Read("Level", (string v) => to.Level = v);
    }

    static void Bind(ConfigurationReader from, JsonExporterOptions to)
    {
        from.Read("Interval", (TimeSpan v) => to.Interval = v);
        from.Read("Timeout", (TimeSpan v) => to.Timeout = v);
        from.Read("Path", (string v) => to.Path = v);
        from.Read("Url", (string v) => to.Url = v);
        from.Section("Headers", s => s.EachText((key, value) => to.Headers[key] = value));
        from.Read("Compress", (bool v) => to.Compress = v);
    }

    static void Bind(ConfigurationReader from, OtlpExporterOptions to)
    {
        from.Read("Interval", (TimeSpan v) => to.Interval = v);
        from.Read("Timeout", (TimeSpan v) => to.Timeout = v);
        from.Read("RequestTimeout", (TimeSpan v) => to.RequestTimeout = v);
        from.Read("Endpoint", (string v) => to.Endpoint = v);
        from.Read("MetricsEndpoint", (string v) => to.MetricsEndpoint = v);
        LetCodeWin(to);
        from.ReadWord("Protocol", (OtlpProtocol v) => to.Protocol = v, ("http/protobuf", OtlpProtocol.HttpProtobuf), ("grpc", OtlpProtocol.Grpc));
        from.Section("Headers", s => ReplaceHeaders(s, to.Headers));
        from.Read("Compress", (bool v) => to.Compress = v);
        from.Read("Temporality", (OtlpTemporality v) => to.Temporality = v);
        from.Read("Naming", (InstrumentNaming v) => to.Naming = v);
        from.Read("MaxRequestBytes", (int v) => to.MaxRequestBytes = v);
        from.Read("Certificate", (string v) => to.Certificate = v);
        from.Read("ClientCertificate", (string v) => to.ClientCertificate = v);
        from.Read("ClientKey", (string v) => to.ClientKey = v);
    }

    /// <summary>Of the two addresses the one for metrics alone wins, unless the section has it and code, which wins over the section, the other.</summary>
    static void LetCodeWin(OtlpExporterOptions to)
    {
        var (endpoint, metrics, complete) = (to.Endpoint, to.MetricsEndpoint, to.Complete);
        if (metrics.Length == 0) return;
        to.Complete = () =>
        {
            if (to.MetricsEndpoint == metrics && to.Endpoint != endpoint && !string.IsNullOrEmpty(to.Endpoint)) to.MetricsEndpoint = "";
            complete?.Invoke();
        };
    }

    /// <summary>Headers are one setting: those of the variables are not sent beside the section's, which may be for another server.</summary>
    static void ReplaceHeaders(ConfigurationReader from, IDictionary<string, string> headers)
    {
        List<KeyValuePair<string, string>> stated = [];
        from.EachText((key, value) => stated.Add(new(key, value)));
        if (stated.Count > 0) headers.Clear();
        foreach (var (key, value) in stated) headers[key] = value;
    }

    static void BindService(ConfigurationReader from, SinkOptions to)
    {
        from.Read("QueueSamples", (int v) => to.QueueSamples = v);
        from.Read("QueueBytes", (long v) => to.QueueBytes = v);
        from.Read("Timeout", (TimeSpan v) => to.Timeout = v);
        from.Read("MaxRetryDelay", (TimeSpan v) => to.MaxRetryDelay = v);
    }

    /// <summary>What configuration says takes the place of what was there.</summary>
    static void Fill(IList<string> list, IReadOnlyList<string> values)
    {
        list.Clear();
        foreach (string value in values) list.Add(value);
    }
}
