using Xunit;

namespace MetricsKit.Tests.Delivery;

/// <summary>D7: what a flush says, and when.</summary>
public sealed class LaneFlushTests
{
    [Fact]
    public async Task Flush_OfADestinationThatTakesAll_IsTrueAndEverythingIsDelivered()
    {
        LaneRig rig = new(static (_, _) => default);
        rig.Post(1, 2, 3);
        Assert.True(await rig.FlushAsync());
        Assert.Equal([1, 2, 3], rig.Attempted);
        Assert.Equal(3, rig.Ledger.Delivered);
        Assert.Equal(0, rig.Ledger.Imbalance);
        await rig.Lane.StopAsync(Threads.Patience);
        Assert.Equal([(1, true), (2, true), (3, true)], rig.Released);
    }
}
