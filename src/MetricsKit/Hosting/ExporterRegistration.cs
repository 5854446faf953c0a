namespace MetricsKit;

/// <summary>An exporter of the host. The monitor has it made when the host starts and disposes of it, within its own time, not the container.</summary>
/// <param name="Name">What it is called in the log and in the kit's own metrics.</param>
/// <param name="Options">Its interval and its deadline.</param>
/// <param name="Make">Makes it from the host's services.</param>
sealed record ExporterRegistration(string Name, ExporterOptions Options, Func<IServiceProvider, IMetricExporter> Make);
