namespace MetricsKit.Testing;

// Someone without InfluxDB can still run the other tests; continuous integration must never pass by skipping.
/// <summary>Decides whether tests with a real InfluxDB run.</summary>
public static class InfluxDbSkip
{
    /// <summary>Why they are skipped, or <see langword="null"/> when they run.</summary>
    public static string? Reason(string? path, string? ci) =>
        path is null && ci != "true" ? "influxdb is not installed" : null;

    internal static string? Reason() => Reason(Executable.Find("influxd"), Environment.GetEnvironmentVariable("CI"));
}
