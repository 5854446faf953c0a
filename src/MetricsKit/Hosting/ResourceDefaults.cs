using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Hosting;

namespace MetricsKit;

/// <summary>The attributes that a host has without a word. Names and values are those of OpenTelemetry's semantic conventions for services, hosts, operating systems, processes and telemetry.</summary>
/// <param name="Application">The program's name; empty where nobody knows it.</param>
/// <param name="Version">The program's version without its commit; empty: unknown.</param>
/// <param name="Instance">What tells this host from every other one.</param>
/// <param name="Machine">The machine's name.</param>
/// <param name="System">One of the conventions' names of operating systems; empty where they have none.</param>
/// <param name="ProcessId">The number of the process.</param>
/// <param name="Executable">The file that runs; empty: unknown.</param>
/// <param name="Runtime">The runtime's version.</param>
/// <param name="Kit">The kit's version.</param>
sealed record ResourceDefaults(string Application, string Version, string Instance, string Machine, string System, int ProcessId, string Executable, string Runtime, string Kit)
{
    internal ImmutableArray<KeyValuePair<string, string>> Attributes =>
    [
        .. from attribute in new KeyValuePair<string, string>[]
        {
            new(ResourceAttributes.ServiceName, Application.Length > 0 ? Application : Executable.Length > 0 ? "unknown_service:" + Executable : "unknown_service"),
            new("service.version", Version),
            new("service.instance.id", Instance),
            new("host.name", Machine),
            new("os.type", System),
            new("process.pid", ProcessId.ToString(CultureInfo.InvariantCulture)),
            new("process.runtime.name", ".NET"),
            new("process.runtime.version", Runtime),
            new("telemetry.sdk.name", "MetricsKit"), // "opentelemetry" is reserved for the SDKs of OpenTelemetry
            new("telemetry.sdk.language", "dotnet"),
            new("telemetry.sdk.version", Kit),
        }
        where attribute.Value.Length > 0
        select attribute,
    ];

    /// <summary>Asks the process. Each call is another instance: a host asks once.</summary>
    internal static ResourceDefaults Read(IHostEnvironment? environment)
    {
        var build = BuildTexts.OfProcess;
        string application = environment?.ApplicationName is { Length: > 0 } named ? named : build.Application;
        return new(application, BuildTexts.Split(build.ApplicationVersion).Version, Guid.NewGuid().ToString(), Environment.MachineName, SystemName(),
            Environment.ProcessId, Path.GetFileName(Environment.ProcessPath) ?? "", Environment.Version.ToString(), build.Version);
    }

    static string SystemName() =>
        OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsFreeBSD() ? "freebsd" : "";
}
