namespace MetricsKit;

/// <summary>A kit that has no host to end it: the provider does.</summary>
/// <remarks>A provider disposes of its instrumentation before its last collection, which therefore has what the recorder still delivers.</remarks>
sealed class StartedKit(MetricsKitLifetime lifetime) : IDisposable
{
    /// <summary>It takes no longer than the shutdown time of the configuration. A second call finds that all is done.</summary>
    public void Dispose() => lifetime.EndAsync().GetAwaiter().GetResult();
}
