using Xunit;

namespace MetricsKit.Tests.Collectors;

public class CpuSharesTests
{
    static readonly CpuTicks _earlier = new(0, User: 1000, Nice: 1000, System: 1000, Idle: 1000, IoWait: 1000, Irq: 1000, SoftIrq: 1000, Steal: 1000);

    [Fact]
    [Trait("Requirement", "B1-07")]
    public void TryCompute_TwoSamples_SplitsTheTimeIntoRealModes()
    {
        var later = new CpuTicks(0, 1030, 1005, 1010, 1040, 1008, 1001, 1002, 1004);

        Assert.True(CpuShares.TryCompute(_earlier, later, out var shares));
        Assert.Equal(new CpuShares(Total: 52, User: 30, System: 10, IoWait: 8, Irq: 3, Nice: 5, Steal: 4), shares);
    }

    [Fact]
    public void TryCompute_NoTimePassed_HasNoAnswer() => Assert.False(CpuShares.TryCompute(_earlier, _earlier, out _));

    [Fact]
    public void TryCompute_AnyBusyModeWentBackwards_HasNoAnswer()
    {
        CpuTicks[] later =
        [
            _earlier with { Idle = 2000, User = 999 }, _earlier with { Idle = 2000, Nice = 999 },
            _earlier with { Idle = 2000, System = 999 }, _earlier with { Idle = 2000, Irq = 999 },
            _earlier with { Idle = 2000, SoftIrq = 999 }, _earlier with { Idle = 2000, Steal = 999 },
            _earlier with { User = 2000, Idle = 999 },
        ];

        Assert.All(later, ticks => Assert.False(CpuShares.TryCompute(_earlier, ticks, out _)));
    }

    [Fact]
    public void TryCompute_KernelBooksIoWaitOverToIdle_KeepsTheTotalExact()
    {
        Assert.True(CpuShares.TryCompute(_earlier, _earlier with { User = 1050, Idle = 1060, IoWait = 990 }, out var shares));
        Assert.Equal(50, shares.Total);
        Assert.Equal(0, shares.IoWait);
    }

    [Fact]
    public void TryCompute_AnyCounts_StayBetween0And100()
    {
        var random = new Random(7);
        for (var round = 0; round < 20_000; round++)
        {
            if (!CpuShares.TryCompute(Ticks(random), Ticks(random), out var s))
                continue;
            Assert.All([s.Total, s.User, s.System, s.IoWait, s.Irq, s.Nice, s.Steal], share => Assert.InRange(share, 0, 100));
            Assert.Equal(s.Total, s.User + s.System + s.Irq + s.Nice + s.Steal, 6);
            Assert.InRange(s.Total + s.IoWait, 0, 100.000001);
        }
    }

    // Half of the pairs are near the largest number that a file can hold.
    static CpuTicks Ticks(Random random)
    {
        long Next() => random.Next(2) == 0 ? random.Next(1000) : long.MaxValue - random.Next(1000);
        return new CpuTicks(0, Next(), Next(), Next(), Next(), Next(), Next(), Next(), Next());
    }
}
