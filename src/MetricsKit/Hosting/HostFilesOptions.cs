namespace MetricsKit;

/// <summary>Where the machine is read; in a container, where the host's file systems are mounted.</summary>
public sealed class HostFilesOptions
{
    /// <summary>Where <c>/proc</c> is.</summary>
    /// <value>The default is <c>/proc</c>.</value>
    public string ProcRoot { get; set; } = "/proc";

    /// <summary>Where <c>/sys</c> is.</summary>
    /// <value>The default is <c>/sys</c>.</value>
    public string SysRoot { get; set; } = "/sys";
}
