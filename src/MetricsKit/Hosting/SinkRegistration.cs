namespace MetricsKit;

/// <summary>A sink of the host. The recorder makes it and disposes of it, within its own time, not the container.</summary>
/// <param name="Name">What it is called in the log and in the kit's own metrics.</param>
/// <param name="Options">Its queue, its deadline and its retries.</param>
/// <param name="Make">Makes it from the host's services.</param>
sealed record SinkRegistration(string Name, SinkOptions Options, Func<IServiceProvider, IMetricSink> Make);
