using System.Diagnostics;

namespace MetricsKit.Stress;

/// <summary>This program once more, in another role than a scenario: to be killed, or to be in another mount namespace.</summary>
static class Child
{
    public const string Word = "child", Long = "long";

    /// <summary>What the other process does; its exit code.</summary>
    public static int Run(string[] how) => how switch
    {
        ["file-kills", var folder, var format, var from, var size] => FileKillsChild.Run(folder, format, from, size),
        ["file-full", var folder, var effort] => FullDiskChild.Run(folder, new(IsLong: effort == Long)),
        _ => 2,
    };

    /// <summary>The words of a command line that runs this program in that role.</summary>
    public static string[] CommandLine(params string[] how) => [Environment.ProcessPath!, .. IsHosted ? [typeof(Child).Assembly.Location] : Array.Empty<string>(), Word, .. how];

    public static Process Start(IReadOnlyList<string> commandLine, bool reads)
    {
        ProcessStartInfo start = new(commandLine[0], commandLine.Skip(1)) { RedirectStandardOutput = reads, RedirectStandardInput = true };
        return Process.Start(start) ?? throw new InvalidOperationException($"{commandLine[0]} does not start.");
    }

    static bool IsHosted => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";
}
