using System.Text;
using Xunit;

namespace MetricsKit.Tests.Collectors.Proc;

public class ProcStatTests
{
    [Fact]
    [Trait("Requirement", "S1-038")]
    public void TryReadCore_RealFile_GivesEveryCoreAndNotTheMachine()
    {
        var cores = Cores(Encoding.UTF8.GetBytes(Samples.Stat));

        Assert.Equal([0, 1, 2, 3], cores.Select(core => core.Core));
        Assert.Equal(new CpuTicks(3, 5255, 0, 1860, 71708, 3130, 0, 141, 178), cores[3]);
    }

    [Fact]
    public void TryReadCore_FileCutAnywhere_NeverInventsATick()
    {
        var whole = Cores(Encoding.UTF8.GetBytes(Samples.Stat));

        foreach (var cut in Garbage.Cuts(Samples.Stat))
        {
            var cores = Cores(cut);
            Assert.Equal(whole.Take(cores.Count), cores);
        }
    }

    [Fact]
    public void TryReadCore_Garbage_GivesOnlyCountsThatAreNotNegative()
    {
        foreach (var file in Garbage.Files(Samples.Stat))
        {
            foreach (var core in Cores(file))
                Assert.All([core.Core, core.User, core.Nice, core.System, core.Idle, core.IoWait, core.Irq, core.SoftIrq, core.Steal], count => Assert.True(count >= 0));
        }
    }

    [Theory]
    [InlineData("cpu0 1 2 3 4 5 6 7\n")]
    [InlineData("cpu0 1 2 3 -4 5 6 7 8\n")]
    [InlineData("cpu0 1 2 3 99999999999999999999 5 6 7 8\n")]
    [InlineData("cpu-1 1 2 3 4 5 6 7 8\n")]
    [InlineData("cpux 1 2 3 4 5 6 7 8\n")]
    [InlineData("cpu0 1 2 3 4 5 6 7 8")]
    public void TryReadCore_LineThatIsNotWhole_IsPassedOver(string line) =>
        Assert.Equal([7], Cores(Encoding.UTF8.GetBytes("cpu7 1 2 3 4 5 6 7 8 9 10 11\n" + line)).Select(core => core.Core));

    [Fact]
    public void TryReadBootTime_RealFile_GivesSeconds()
    {
        Assert.True(ProcStat.TryReadBootTime(Encoding.UTF8.GetBytes(Samples.Stat), out var seconds));
        Assert.Equal(1795223772, seconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("btime \n")]
    [InlineData("btime 0\n")]
    [InlineData("btime -5\n")]
    [InlineData("btime 17952")]
    public void TryReadBootTime_NotThere_IsAbsent(string file) =>
        Assert.False(ProcStat.TryReadBootTime(Encoding.UTF8.GetBytes(file), out _));

    static List<CpuTicks> Cores(byte[] file)
    {
        var cores = new List<CpuTicks>();
        var stat = new ProcStat(file);
        while (stat.TryReadCore(out var core))
            cores.Add(core);
        return cores;
    }
}
