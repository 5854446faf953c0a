using System.Text;
using Xunit;

namespace MetricsKit.Tests.Collectors.Proc;

public class ProcMemInfoTests
{
    [Fact]
    [Trait("Requirement", "S1-039")]
    public void Parse_RealFile_GivesBytesThatAddUp()
    {
        var memory = Parse(Samples.MemInfo);

        Assert.Equal(24683672L * 1024, memory.Total);
        Assert.Equal(24305680L * 1024, memory.Available);
        Assert.Equal(memory.Total, memory.Used + memory.Available);
    }

    [Fact]
    public void Parse_WithoutAvailable_AddsFreeBuffersAndCached()
    {
        var memory = Parse(Samples.MemInfo.Replace("MemAvailable", "Whatever", StringComparison.Ordinal));

        Assert.Equal((24013156L + 150004 + 292428) * 1024, memory.Available);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MemTotal: 0 kB\n")]
    [InlineData("MemTotal: -1 kB\nMemAvailable: -1 kB\n")]
    [InlineData("MemTotal: 9223372036854775807 kB\nMemAvailable: 99999999999999999999 kB\n")]
    [InlineData("MemTotal: 12 MB\nMemFree: 1 kB\nCached: 1 kB\n")]
    [InlineData("MemTotal:\nMemAvailable: kB\n")]
    [InlineData("MemTotal: 12 kB")]
    public void Parse_NothingUsable_IsAbsentAndNotZero(string file)
    {
        var memory = Parse(file);

        Assert.Null(memory.Total);
        Assert.Null(memory.Available);
        Assert.Null(memory.Used);
    }

    [Fact]
    public void Parse_MoreAvailableThanTotal_LeavesUsedAbsent() =>
        Assert.Null(Parse("MemTotal: 10 kB\nMemAvailable: 11 kB\n").Used);

    [Fact]
    public void Parse_FileCutAnywhere_GivesTheTrueNumberOrNone()
    {
        foreach (var cut in Garbage.Cuts(Samples.MemInfo))
        {
            var memory = ProcMemInfo.Parse(cut);
            Assert.Contains(memory.Total, new long?[] { null, 24683672L * 1024 });
            Assert.Contains(memory.Available, new long?[] { null, 24305680L * 1024 });
        }
    }

    [Fact]
    public void Parse_Garbage_GivesNothingNegative()
    {
        foreach (var file in Garbage.Files(Samples.MemInfo))
        {
            var memory = ProcMemInfo.Parse(file);
            Assert.False(memory.Total <= 0 || memory.Available < 0 || memory.Used < 0);
        }
    }

    static ProcMemInfo Parse(string file) => ProcMemInfo.Parse(Encoding.UTF8.GetBytes(file));
}
