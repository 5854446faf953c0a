using System.Globalization;
using MetricsKit.Tests.Collectors.Proc;
using Xunit;

namespace MetricsKit.Tests.Collectors;

public sealed class SystemCollectorsTests : IDisposable
{
    readonly RecordedMeter<SystemMetrics> _recorded = new(static instruments => new SystemMetrics(instruments));
    readonly MemoryHostFiles _files = new();

    SystemMetrics Meter => _recorded.Meter;

    public void Dispose() => _recorded.Dispose();

    [Fact]
    [Trait("Requirement", "S1-001")]
    public void CpuCollector_TwoSamples_GivesEveryCoreAndTypeWithoutIdle()
    {
        var cpu = new CpuCollector(Meter, _files);
        _files["proc/stat"] = Stat("cpu0 100 100 100 100 100 100 100 100", "cpu1 0 0 0 0 0 0 0 0");

        Assert.Empty(_recorded.Collect(cpu));

        _files["proc/stat"] = Stat("cpu0 130 105 110 140 108 101 102 104", "cpu1 90 0 0 10 0 0 0 0");
        var series = _recorded.Collect(cpu);

        Assert.Equal(14, series.Count);
        Assert.Equal(52, series["cpu.usage{core=cpu_0,type=total}"]);
        Assert.Equal(30, series["cpu.usage{core=cpu_0,type=user}"]);
        Assert.Equal(10, series["cpu.usage{core=cpu_0,type=system}"]);
        Assert.Equal(8, series["cpu.usage{core=cpu_0,type=iowait}"]);
        Assert.Equal(3, series["cpu.usage{core=cpu_0,type=irq}"]);
        Assert.Equal(5, series["cpu.usage{core=cpu_0,type=nice}"]);
        Assert.Equal(4, series["cpu.usage{core=cpu_0,type=steal}"]);
        Assert.Equal(90, series["cpu.usage{core=cpu_1,type=total}"]);
    }

    [Fact]
    [Trait("Requirement", "B1-18")]
    public void CpuCollector_HasATimerOfItsOwn_SoThatReadersDoNotDisturbEachOther()
    {
        Assert.Equal(TimeSpan.FromSeconds(5), new CpuCollector(Meter, _files).Interval);
        Assert.Equal(TimeSpan.FromSeconds(1), new CpuCollector(Meter, _files, TimeSpan.FromSeconds(1)).Interval);
    }

    [Fact]
    public void CpuCollector_CoreUnplugged_IsGoneAndReturnsAfterTwoSamples()
    {
        var cpu = new CpuCollector(Meter, _files);
        string[] cores = ["cpu_0,cpu_1", "cpu_0", "cpu_0", "cpu_0,cpu_1"];
        bool[] present = [true, true, false, true, true];
        for (var round = 0; round < present.Length; round++)
        {
            var ticks = string.Create(CultureInfo.InvariantCulture, $"{round * 50} 0 0 {round * 50} 0 0 0 0");
            _files["proc/stat"] = present[round] ? Stat($"cpu0 {ticks}", $"cpu1 {ticks}") : Stat($"cpu0 {ticks}");
            var series = _recorded.Collect(cpu);
            if (round > 0)
                Assert.Equal(cores[round - 1], string.Join(',', series.Keys.Select(key => key["cpu.usage{core=".Length..key.IndexOf(',', StringComparison.Ordinal)]).Distinct().Order()));
        }
    }

    [Fact]
    public void CpuCollector_TicksGoBackwards_GivesNoSampleAndRecovers()
    {
        var cpu = new CpuCollector(Meter, _files);
        _files["proc/stat"] = Stat("cpu0 1000 0 0 1000 0 0 0 0");
        _recorded.Collect(cpu);
        _files["proc/stat"] = Stat("cpu0 10 0 0 10 0 0 0 0");
        Assert.Empty(_recorded.Collect(cpu));
        _files["proc/stat"] = Stat("cpu0 20 0 0 40 0 0 0 0");
        Assert.Equal(25, _recorded.Collect(cpu)["cpu.usage{core=cpu_0,type=total}"]);
    }

    [Fact]
    public void CpuCollector_OneReadFails_AnswersForTheLongerTimeAfterwards()
    {
        var cpu = new CpuCollector(Meter, _files);
        _files["proc/stat"] = Stat("cpu0 0 0 0 0 0 0 0 0");
        _recorded.Collect(cpu);
        _files.Files.Clear();
        Assert.Empty(_recorded.Collect(cpu));
        _files["proc/stat"] = Stat("cpu0 10 0 0 90 0 0 0 0");
        Assert.Equal(10, _recorded.Collect(cpu)["cpu.usage{core=cpu_0,type=total}"]);
    }

    [Fact]
    [Trait("Requirement", "S1-002")]
    [Trait("Requirement", "S1-028")]
    public void MemoryCollector_RealFile_GivesUsedAvailableAndTotal()
    {
        _files["proc/meminfo"] = Samples.MemInfo;

        Assert.Equal(
            new Dictionary<string, double>
            {
                ["memory.total{}"] = 24683672L * 1024,
                ["memory.usage{type=used}"] = (24683672L - 24305680) * 1024,
                ["memory.usage{type=available}"] = 24305680L * 1024,
            },
            _recorded.Collect(new MemoryCollector(Meter, _files)));
    }

    [Fact]
    [Trait("Requirement", "S1-003")]
    [Trait("Requirement", "S1-040")]
    public void DiskCollector_EveryLocalDisk_GivesUsedAndFree()
    {
        _files["proc/self/mountinfo"] = Samples.MountInfo;
        _files.Disks["/"] = new DiskSpace(Total: 1000, Free: 700, Available: 600);
        _files.Disks["/data"] = new DiskSpace(50, 50, 50);
        _files.Disks["/mnt/nas"] = new DiskSpace(9, 9, 9);

        Assert.Equal(
            new Dictionary<string, double>
            {
                ["disk.usage{mount_point=/,type=used}"] = 300,
                ["disk.usage{mount_point=/,type=free}"] = 600,
                ["disk.usage{mount_point=/data,type=used}"] = 0,
                ["disk.usage{mount_point=/data,type=free}"] = 50,
            },
            _recorded.Collect(new DiskCollector(Meter, _files)));
    }

    [Fact]
    public void DiskCollector_DiskUnmounted_IsGone()
    {
        var disks = new DiskCollector(Meter, _files);
        _files["proc/self/mountinfo"] = Samples.MountInfo;
        _files.Disks["/"] = _files.Disks["/data"] = new DiskSpace(2, 1, 1);
        Assert.Equal(4, _recorded.Collect(disks).Count);

        _files["proc/self/mountinfo"] = Samples.MountInfo.Replace("/data", "/elsewhere", StringComparison.Ordinal);
        Assert.Equal(2, _recorded.Collect(disks).Count);
    }

    [Fact]
    [Trait("Requirement", "S1-004")]
    [Trait("Requirement", "S1-041")]
    [Trait("Requirement", "B1-18")]
    public void NetworkCollector_RealFile_GivesEachInterfaceAndTheirTotal()
    {
        _files["proc/net/dev"] = Samples.NetDev;
        var network = new NetworkCollector(Meter, _files);
        var expected = new Dictionary<string, double>
        {
            ["network.bytes{direction=recv,interface=eth0}"] = 134666301,
            ["network.bytes{direction=sent,interface=eth0}"] = 228323,
            ["network.bytes{direction=recv,interface=wlan0}"] = 1000,
            ["network.bytes{direction=sent,interface=wlan0}"] = 2000,
            ["network.bytes{direction=recv,interface=total}"] = 134667301,
            ["network.bytes{direction=sent,interface=total}"] = 230323,
        };

        Assert.Equal(expected, _recorded.Collect(network));
        Assert.Equal(expected, _recorded.Collect(network));
    }

    [Fact]
    public void NetworkCollector_InterfaceVanishes_IsGoneAndTheTotalStays()
    {
        _files["proc/net/dev"] = Samples.NetDev;
        var network = new NetworkCollector(Meter, _files);
        var before = _recorded.Collect(network);
        _files["proc/net/dev"] = "eth0: 134666301 0 0 0 0 0 0 0 228323 0\n";
        var after = _recorded.Collect(network);

        Assert.Equal(4, after.Count);
        Assert.Equal(before["network.bytes{direction=recv,interface=total}"], after["network.bytes{direction=recv,interface=total}"]);
    }

    [Fact]
    [Trait("Requirement", "S1-005")]
    [Trait("Requirement", "B1-17")]
    public void LoadCollector_RealFile_GivesThreePeriods()
    {
        _files["proc/loadavg"] = Samples.LoadAvg;

        Assert.Equal(
            new Dictionary<string, double> { ["system.load{period=1m}"] = 0.76, ["system.load{period=5m}"] = 0.57, ["system.load{period=15m}"] = 0.26 },
            _recorded.Collect(new LoadCollector(Meter, _files)));
    }

    [Fact]
    public void Collectors_MaskedOrGarbageMachine_ReportNothingRatherThanZero()
    {
        if (!OperatingSystem.IsLinux())
            return;

        ICollector[] collectors =
        [
            new CpuCollector(Meter, _files), new MemoryCollector(Meter, _files), new DiskCollector(Meter, _files),
            new NetworkCollector(Meter, _files), new LoadCollector(Meter, _files),
        ];
        Assert.All(collectors, collector => Assert.Empty(_recorded.Collect(collector)));

        foreach (var content in new[] { "", "\n", "max\n", "-1\n", "cpu0 -1 -1 -1 -1 -1 -1 -1 -1\n", "MemTotal: 0 kB\n", "nested/0 0 0\n" })
        {
            foreach (var path in new[] { "proc/stat", "proc/meminfo", "proc/self/mountinfo", "proc/net/dev", "proc/loadavg" })
                _files[path] = content;
            Assert.All(collectors, collector => Assert.Empty(_recorded.Collect(collector)));
        }
    }

    static string Stat(params ReadOnlySpan<string> cores) => "cpu  1 1 1 1 1 1 1 1 0 0\n" + string.Join('\n', cores) + "\nbtime 1\n";
}
