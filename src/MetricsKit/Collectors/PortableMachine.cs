using System.Net.NetworkInformation;

namespace MetricsKit;

/// <summary>What the portable APIs tell of a machine that has no <c>/proc</c>: best effort, and nothing rather than an exception.</summary>
static class PortableMachine
{
    /// <summary>The memory that the process could use, in bytes; the limit of its container if it has one.</summary>
    public static long? TotalMemory => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes is > 0 and var bytes ? bytes : null;

    /// <summary>The roots of the drives that are built in.</summary>
    public static IReadOnlyList<string> FixedDrives()
    {
        try
        {
            return [.. DriveInfo.GetDrives().Where(static drive => drive.DriveType == DriveType.Fixed).Select(static drive => drive.Name)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The interfaces that are not the loopback, with their counts.</summary>
    public static IReadOnlyList<(string Name, long Received, long Sent)> NetworkInterfaces()
    {
        var interfaces = new List<(string, long, long)>();
        try
        {
            foreach (var item in NetworkInterface.GetAllNetworkInterfaces())
            {
                if (item.NetworkInterfaceType == NetworkInterfaceType.Loopback)
                    continue;
                var statistics = item.GetIPStatistics();
                interfaces.Add((item.Name, statistics.BytesReceived, statistics.BytesSent));
            }
        }
        catch (Exception e) when (e is NetworkInformationException or PlatformNotSupportedException or IOException)
        {
            // Those before the failing one are as good as they were.
        }
        return interfaces;
    }
}
