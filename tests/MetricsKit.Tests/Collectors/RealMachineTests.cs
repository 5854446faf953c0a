using System.Text;
using Xunit;

namespace MetricsKit.Tests.Collectors;

public sealed class RealMachineTests : IDisposable
{
    readonly RecordedMeter<SystemMetrics> _recorded = new(static instruments => new SystemMetrics(instruments));
    readonly HostFiles _files = new();

    public void Dispose() => _recorded.Dispose();

    [Fact]
    [Trait("Requirement", "S1-002")]
    [Trait("Requirement", "S1-028")]
    [Trait("Requirement", "S1-039")]
    public void MemoryCollector_ThisMachine_AddsUp()
    {
        if (!OperatingSystem.IsLinux())
            return;

        var memory = new MemoryCollector(_recorded.Meter, _files);
        _recorded.Collect(memory);
        var series = _recorded.Collect(memory);

        Assert.Equal(series["memory.total{}"], series["memory.usage{type=used}"] + series["memory.usage{type=available}"]);
        Assert.InRange(series["memory.usage{type=used}"], 1 << 20, series["memory.total{}"]);
    }

    [Fact]
    [Trait("Requirement", "S1-040")]
    public void DiskCollector_ThisMachine_HasARootDisk()
    {
        if (!OperatingSystem.IsLinux())
            return;

        var series = _recorded.Collect(new DiskCollector(_recorded.Meter, _files));

        Assert.True(series["disk.usage{mount_point=/,type=used}"] > 0);
        Assert.InRange(
            series["disk.usage{mount_point=/,type=used}"] + series["disk.usage{mount_point=/,type=free}"],
            1 << 20, new DriveInfo("/").TotalSize);
    }

    [Fact]
    [Trait("Requirement", "B1-01")]
    [Trait("Requirement", "S1-041")]
    public void NetworkCollector_ThisMachine_TotalIsTheSumAndStaysOne()
    {
        if (!OperatingSystem.IsLinux())
            return;

        var network = new NetworkCollector(_recorded.Meter, _files);
        var before = ReceivedNow();
        _recorded.Collect(network);
        var series = _recorded.Collect(network);
        var after = ReceivedNow();

        if (before is null)
            return;
        Assert.InRange(series["network.bytes{direction=recv,interface=total}"], before.Value, after!.Value);
        Assert.Equal(
            series["network.bytes{direction=recv,interface=total}"],
            series.Where(item => item.Key.StartsWith("network.bytes{direction=recv", StringComparison.Ordinal)).Sum(item => item.Value) / 2);
    }

    [Fact]
    [Trait("Requirement", "S1-001")]
    [Trait("Requirement", "S1-038")]
    public void CpuCollector_ThisMachine_GivesEveryCoreOnLine()
    {
        if (!OperatingSystem.IsLinux())
            return;

        var cpu = new CpuCollector(_recorded.Meter, _files);
        Assert.Empty(_recorded.Collect(cpu));

        // Ticks are 10 ms long: after a quarter of a second every core has some, busy or idle.
        using var never = new ManualResetEventSlim();
        never.Wait(TimeSpan.FromMilliseconds(250));
        var series = _recorded.Collect(cpu);

        Assert.Equal(Cores() * 7, series.Count);
        Assert.All(series.Values, percent => Assert.InRange(percent, 0, 100));
    }

    [Fact]
    [Trait("Requirement", "S1-005")]
    public void LoadCollector_ThisMachine_GivesThreePeriods()
    {
        if (!OperatingSystem.IsLinux())
            return;

        Assert.Equal(3, _recorded.Collect(new LoadCollector(_recorded.Meter, _files)).Count);
    }

    static int Cores() => File.ReadLines("/proc/stat").Count(line => line.StartsWith("cpu", StringComparison.Ordinal) && char.IsAsciiDigit(line[3]));

    static double? ReceivedNow()
    {
        double? sum = null;
        var netDev = new ProcNetDev(File.ReadAllBytes("/proc/net/dev"));
        while (netDev.TryRead(out var name, out var received, out _))
        {
            if (!VirtualInterfaces.Contains(Encoding.UTF8.GetString(name)))
                sum = (sum ?? 0) + received;
        }
        return sum;
    }
}
