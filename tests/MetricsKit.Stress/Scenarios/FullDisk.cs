namespace MetricsKit.Stress;

/// <summary>Files on a disk of a few MiB that fills up, and in a directory that is taken away: run in a mount namespace of its own, whose mounts go with the process.</summary>
static class FullDisk
{
    // A tmpfs in place of the folder; root's power to ignore permissions is given up, so that losing one means something.
    const string Inside = "mount -t tmpfs -o size=4m,mode=0700 tmpfs \"$0\" && exec setpriv --inh-caps=-all --bounding-set=-dac_override,-dac_read_search -- \"$@\"";

    public static void Run(StressLedger ledger, Effort effort)
    {
        var folder = Directory.CreateTempSubdirectory("metricskit-full-");
        try
        {
            string[] unshare = ["unshare", "--mount", "--propagation", "private"];
            if (!CanRun([.. unshare, "true"])) unshare = ["unshare", "--map-root-user", "--mount", "--propagation", "private"]; // without being root
            string[] command = [.. unshare, "sh", "-c", Inside, folder.FullName, .. Child.CommandLine("file-full", folder.FullName, effort.IsLong ? Child.Long : "short")];
            using var child = Child.Start(command, reads: false);
            child.WaitForExit();
            ledger.Equals("exit code of the process on the small disk", child.ExitCode, 0);
            ledger.Equals("what it left on this disk", folder.GetFileSystemInfos().Length, 0); // it saw a mount that we do not see
        }
        finally { folder.Delete(recursive: true); }
    }

    static bool CanRun(string[] command)
    {
        using var tried = Child.Start(command, reads: false);
        tried.WaitForExit();
        return tried.ExitCode == 0;
    }
}
