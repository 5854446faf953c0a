using System.Reflection;
using System.Runtime.InteropServices;

namespace MetricsKit;

/// <summary>What is running: the kit, the program, the runtime and the machine, as texts that harm nobody who reads them. Names of hosts and users are not among them.</summary>
/// <param name="Version">The kit's version.</param>
/// <param name="Revision">The commit that the kit was built from; empty when the build did not say.</param>
/// <param name="Application">The program's name.</param>
/// <param name="ApplicationVersion">The program's version, with its commit when the build said it.</param>
/// <param name="Runtime">For example <c>.NET 10.0.2</c>.</param>
/// <param name="System">The operating system as it calls itself.</param>
/// <param name="Architecture">The process', for example <c>x64</c>.</param>
sealed record BuildTexts(string Version, string Revision, string Application, string ApplicationVersion, string Runtime, string System, string Architecture)
{
    /// <summary>Of this process. Asked for with the first snapshot, by whoever is first, since asking the runtime and the system for their names takes milliseconds.</summary>
    internal static BuildTexts OfProcess => field ??= Read(); // the same whoever is first

    static BuildTexts Read()
    {
        var (version, revision) = Split(VersionOf(typeof(BuildTexts).Assembly));
        var program = Assembly.GetEntryAssembly();
        return new(version, revision, program?.GetName().Name ?? "", program is null ? "" : VersionOf(program),
            RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription, NameOf(RuntimeInformation.ProcessArchitecture));
    }

    /// <summary>The SDK writes the commit behind a plus sign, as semantic versioning has it.</summary>
    internal static (string Version, string Revision) Split(string version)
    {
        int plus = version.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? (version, "") : (version[..plus], version[(plus + 1)..]);
    }

    static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version?.ToString() ?? "";

    static string NameOf(Architecture architecture) => architecture switch
    {
        global::System.Runtime.InteropServices.Architecture.X64 => "x64",
        global::System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        global::System.Runtime.InteropServices.Architecture.X86 => "x86",
        _ => architecture.ToString().ToLowerInvariant(),
    };
}
