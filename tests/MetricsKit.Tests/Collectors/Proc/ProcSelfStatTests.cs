using System.Text;
using Xunit;

namespace MetricsKit.Tests.Collectors.Proc;

public class ProcSelfStatTests
{
    static readonly ProcSelfStat _expected = new(Threads: 13, StartTicks: 82282, ResidentPages: 350);

    [Theory]
    [InlineData("cat")]
    [InlineData("a b")]
    [InlineData(") R 1 2 3 (")]
    [InlineData("x)\n1 (y) S 1")]
    [InlineData("")]
    public void TryParse_AnyNameOfTheProgram_IsSteppedOver(string name)
    {
        var file = Samples.SelfStat.Replace("(cat)", $"({name})", StringComparison.Ordinal);

        Assert.True(ProcSelfStat.TryParse(Encoding.UTF8.GetBytes(file), out var stat));
        Assert.Equal(_expected, stat);
    }

    [Fact]
    public void TryParse_FileCutAnywhere_IsAbsent()
    {
        foreach (var cut in Garbage.Cuts(Samples.SelfStat).SkipLast(1))
            Assert.False(ProcSelfStat.TryParse(cut, out _));
    }

    [Fact]
    public void TryParse_Garbage_GivesOnlyCountsThatAreNotNegative()
    {
        foreach (var file in Garbage.Files(Samples.SelfStat))
        {
            if (ProcSelfStat.TryParse(file, out var stat))
                Assert.True((stat.Threads | stat.StartTicks | stat.ResidentPages) >= 0);
        }
    }
}
