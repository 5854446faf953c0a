using Xunit;

namespace MetricsKit.Tests.Aggregation;

public sealed class CollectorFaultLedgerTests
{
    [Fact]
    public void Names_PastTheBound_AreCountedAsOne()
    {
        CollectorFaultLedger ledger = new();
        for (int i = 0; i < 250; i++) ledger.Of("observable" + i).CountError();
        Assert.Equal(101, ledger.All.Count());
        Assert.Equal(150, ledger.Of("yet another").Errors);
        Assert.Equal(250, ledger.All.Sum(static f => f.Errors));
        Assert.Same(ledger.Of("observable7"), ledger.Of("observable7"));
    }

    [Fact]
    public void Others_OfWhichNoneFailed_AreNotThere() => Assert.Empty(new CollectorFaultLedger().All);
}
