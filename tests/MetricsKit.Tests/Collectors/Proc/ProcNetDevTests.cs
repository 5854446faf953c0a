using System.Text;
using Xunit;

namespace MetricsKit.Tests.Collectors.Proc;

public class ProcNetDevTests
{
    [Fact]
    public void TryRead_RealFile_GivesEveryInterface() =>
        Assert.Equal(
            [("lo", 3193, 3193), ("ifb0", 0, 0), ("eth0", 134666301, 228323), ("wlan0", 1000, 2000), ("docker0", 5000, 6000)],
            Parse(Encoding.UTF8.GetBytes(Samples.NetDev)));

    [Theory]
    [InlineData("eth0:7 0 0 0 0 0 0 0 8 0 0 0 0 0 0 0\n", "eth0")]
    [InlineData("eth0:1:7 0 0 0 0 0 0 0 8 0 0 0 0 0 0 0\n", "eth0:1")]
    public void TryRead_UnusualColons_AreUnderstood(string file, string name) =>
        Assert.Equal([(name, 7, 8)], Parse(Encoding.UTF8.GetBytes(file)));

    [Theory]
    [InlineData("")]
    [InlineData("eth0\n")]
    [InlineData(":7 0 0 0 0 0 0 0 8 0\n")]
    [InlineData("eth0: -7 0 0 0 0 0 0 0 8 0\n")]
    [InlineData("eth0: 7 0 0 0 0 0 0 0\n")]
    [InlineData("eth0: 7 0 0 0 0 0 0 0 99999999999999999999 0\n")]
    [InlineData("eth0: 7 0 0 0 0 0 0 0 8")]
    public void TryRead_LineThatIsNotWhole_IsPassedOver(string file) =>
        Assert.Empty(Parse(Encoding.UTF8.GetBytes(file)));

    [Fact]
    public void TryRead_FileCutAnywhere_NeverInventsAByte()
    {
        var whole = Parse(Encoding.UTF8.GetBytes(Samples.NetDev));

        foreach (var cut in Garbage.Cuts(Samples.NetDev))
        {
            var interfaces = Parse(cut);
            Assert.Equal(whole.Take(interfaces.Count), interfaces);
        }
    }

    [Fact]
    public void TryRead_Garbage_GivesOnlyCountsThatAreNotNegative()
    {
        foreach (var file in Garbage.Files(Samples.NetDev))
            Assert.All(Parse(file), item => Assert.True(item.Received >= 0 && item.Sent >= 0));
    }

    static List<(string Name, long Received, long Sent)> Parse(byte[] file)
    {
        var interfaces = new List<(string, long, long)>();
        var netDev = new ProcNetDev(file);
        while (netDev.TryRead(out var name, out var received, out var sent))
            interfaces.Add((Encoding.UTF8.GetString(name), received, sent));
        return interfaces;
    }
}
