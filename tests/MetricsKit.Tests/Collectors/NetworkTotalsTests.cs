using Xunit;

namespace MetricsKit.Tests.Collectors;

public class NetworkTotalsTests
{
    readonly NetworkTotals _totals = new();

    [Fact]
    [Trait("Requirement", "B1-01")]
    public void Add_SameCountsAgain_DoNotGrow()
    {
        Round(("eth0", 100, 10), ("wlan0", 50, 5));
        Round(("eth0", 100, 10), ("wlan0", 50, 5));

        Assert.Equal((150, 15), (_totals.Received, _totals.Sent));
    }

    [Theory]
    [Trait("Requirement", "S1-041")]
    [InlineData("lo")]
    [InlineData("veth12ab")]
    [InlineData("docker0")]
    [InlineData("br-12ab")]
    [InlineData("br0")]
    [InlineData("virbr0")]
    [InlineData("cni0")]
    [InlineData("flannel.1")]
    [InlineData("bond0")]
    [InlineData("eth0.100")]
    [InlineData("wg0")]
    public void Add_InterfaceThatCarriesBytesOfAnother_IsLeftOut(string name)
    {
        Round((name, 1, 1));

        Assert.False(_totals.HasAny);
        Assert.Empty(_totals.Present);
    }

    [Theory]
    [InlineData("eth0")]
    [InlineData("enp3s0")]
    [InlineData("wlan0")]
    [InlineData("wwan0")]
    [InlineData("usb0")]
    [InlineData("tap0")]
    [InlineData("brcm0")]
    [InlineData("can0")]
    public void Add_InterfaceOfItsOwn_IsCounted(string name)
    {
        Round((name, 1, 2));

        Assert.Equal((1, 2), (_totals.Received, _totals.Sent));
    }

    [Fact]
    public void Received_InterfaceVanishes_KeepsItsShare()
    {
        Round(("eth0", 100, 10), ("usb0", 40, 4));
        Round(("eth0", 110, 11));

        Assert.Equal((150, 15), (_totals.Received, _totals.Sent));
        Assert.Equal(["eth0"], _totals.Present.Select(traffic => traffic.Name));
    }

    [Fact]
    public void Received_CounterStartsAgain_AddsTheNewLife()
    {
        Round(("eth0", 100, 10));
        Round(("eth0", 7, 11));
        Round(("eth0", 9, 1));

        Assert.Equal((109, 12), (_totals.Received, _totals.Sent));
        Assert.Equal(9, _totals.Present.Single().Received);
    }

    [Fact]
    public void Add_NameTwiceInARound_CountsOnce()
    {
        Round(("eth0", 100, 10), ("eth0", 5, 5));
        Round(("eth0", 101, 11), ("eth0", 5, 5));

        Assert.Equal((101, 11), (_totals.Received, _totals.Sent));
    }

    [Fact]
    public void Received_EndlessNewNames_IsExactAndForgetsNames()
    {
        for (var i = 0; i < 5000; i++)
            Round(("eth0", i, 0), ($"ppp{i}", 1, 1));

        Assert.Equal((4999 + 5000, 5000), (_totals.Received, _totals.Sent));
    }

    [Fact]
    public void Received_AnyHistory_NeverDecreases()
    {
        var random = new Random(11);
        double received = 0, sent = 0;
        for (var round = 0; round < 5000; round++)
        {
            Round([.. Enumerable.Range(0, random.Next(6)).Select(_ => ($"eth{random.Next(5)}", (long)random.Next(1000), (long)random.Next(1000)))]);
            Assert.True(_totals.Received >= received && _totals.Sent >= sent);
            (received, sent) = (_totals.Received, _totals.Sent);
        }
    }

    void Round(params ReadOnlySpan<(string Name, long Received, long Sent)> interfaces)
    {
        _totals.BeginRound();
        foreach (var (name, received, sent) in interfaces)
            _totals.Add(name, received, sent);
    }
}
