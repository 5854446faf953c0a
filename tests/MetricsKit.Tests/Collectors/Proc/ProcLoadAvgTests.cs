using System.Text;
using Xunit;

namespace MetricsKit.Tests.Collectors.Proc;

public class ProcLoadAvgTests
{
    [Fact]
    public void TryParse_RealFile_GivesThreePeriods()
    {
        Assert.True(ProcLoadAvg.TryParse(Encoding.UTF8.GetBytes(Samples.LoadAvg), out var load));
        Assert.Equal(new ProcLoadAvg(0.76, 0.57, 0.26), load);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("0.1 0.2\n")]
    [InlineData("0,1 0,2 0,3 1/2 3\n")]
    [InlineData("NaN 0.2 0.3 1/2 3\n")]
    [InlineData("0.1 Infinity 0.3 1/2 3\n")]
    [InlineData("0.1 0.2 -0.3 1/2 3\n")]
    [InlineData("0.1 0.2 0.3")]
    public void TryParse_NotThreeLoads_IsAbsent(string file) =>
        Assert.False(ProcLoadAvg.TryParse(Encoding.UTF8.GetBytes(file), out _));

    [Fact]
    public void TryParse_Garbage_GivesOnlyFiniteLoads()
    {
        foreach (var file in Garbage.Files(Samples.LoadAvg).Concat(Garbage.Cuts(Samples.LoadAvg)))
        {
            if (ProcLoadAvg.TryParse(file, out var load))
                Assert.All([load.OneMinute, load.FiveMinutes, load.FifteenMinutes], value => Assert.True(double.IsFinite(value) && value >= 0));
        }
    }
}
