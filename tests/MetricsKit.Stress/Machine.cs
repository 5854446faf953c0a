using System.Globalization;

namespace MetricsKit.Stress;

/// <summary>What the process holds of the machine.</summary>
static class Machine
{
    /// <summary>Open handles, without the assemblies that the runtime loads when it first needs them; none where the system does not say.</summary>
    public static string[] Handles => [.. List("/proc/self/fd").Select(static handle => new FileInfo(handle).LinkTarget ?? "gone").Where(static target => target != "gone" && !target.EndsWith(".dll", StringComparison.Ordinal))];

    /// <summary>Threads of the operating system, without those of the runtime itself, whose pool grows and shrinks as it likes; none where the system does not say.</summary>
    public static string[] Threads => [.. List("/proc/self/task").Select(static task => Read(Path.Combine(task, "comm"))).Where(static name => !name.StartsWith(".NET ", StringComparison.Ordinal))];

    /// <summary>A count, when it has come down to so many or never does: nobody waits for the threads of what was ended, nor for what those hold.</summary>
    public static int Settled(Func<int> count, int most)
    {
        SpinWait.SpinUntil(() => count() <= most, TimeSpan.FromSeconds(30));
        return count();
    }

    /// <summary>Managed bytes that are reachable, after finalizers have had two rounds, which a run of cells needs to come back.</summary>
    public static long LiveBytes()
    {
        for (int i = 0; i < 3; i++) Collect();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    /// <summary>Bytes of the process that are in memory; 0 where the system does not say.</summary>
    public static long ResidentBytes()
    {
        const string Statm = "/proc/self/statm"; // pages: size, resident, ...
        return File.Exists(Statm) ? long.Parse(File.ReadAllText(Statm).Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize : 0;
    }

    public static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    static string[] List(string folder) => Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder) : [];

    static string Read(string path)
    {
        try { return File.ReadAllText(path).Trim(); }
        catch (IOException) { return ".NET gone"; } // a thread that has ended since it was listed
    }
}
