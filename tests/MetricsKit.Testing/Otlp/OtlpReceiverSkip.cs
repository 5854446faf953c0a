namespace MetricsKit.Testing;

// Someone without Node can still run the other tests; continuous integration must never pass by skipping.
/// <summary>Decides whether tests with the receiver of OTLP run.</summary>
public static class OtlpReceiverSkip
{
    // Where the test script installs the modules: beside the program, so that Node finds them without being told.
    internal static readonly string Folder = Find() ?? "";

    /// <summary>Why they are skipped, or <see langword="null"/> when they run.</summary>
    public static string? Reason(string? node, bool hasModules, string? ci) =>
        ci == "true" ? null
        : node is null ? "node is not installed"
        : hasModules ? null
        : "the modules of the receiver of OTLP are not installed: tests/run.sh does that";

    internal static string? Reason() =>
        Reason(Executable.Find("node"), Directory.Exists(Path.Combine(Folder, "node_modules", "@opentelemetry", "otlp-transformer")), Environment.GetEnvironmentVariable("CI"));

    static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var receiver = Path.Combine(folder.FullName, "tests", "MetricsKit.Testing", "Otlp", "receiver");
            if (Directory.Exists(receiver))
            {
                return receiver;
            }
        }

        return null;
    }
}
