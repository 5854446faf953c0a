namespace MetricsKit.Testing;

// Someone without Prometheus can still run the other tests; continuous integration must never pass by skipping.
/// <summary>Decides whether tests with a real Prometheus run.</summary>
public static class PrometheusSkip
{
    /// <summary>Why they are skipped, or <see langword="null"/> when they run.</summary>
    public static string? Reason(string? path, string? ci) =>
        path is null && ci != "true" ? "prometheus is not installed" : null;

    internal static string? Reason() => Reason(Executable.Find("prometheus"), Environment.GetEnvironmentVariable("CI"));
}
