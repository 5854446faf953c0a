using Xunit;

namespace MetricsKit.Tests.Instruments;

public sealed class AbandonedRoundTests
{
    static readonly InstrumentDefinition<ObservableGaugeInstrument> Level = Define.ObservableGauge("level", "1", "A level.");

    [Fact]
    public void Round_ThatIsAbandoned_LeavesNothingBehindAndTakesNothingMore()
    {
        using var registry = TestInstruments.Registry();
        var gauge = registry.Open(new("Abandoned", Level)).Create(Level);
        CollectorRound round = new();
        round.Run(new Does(() => gauge.Observe(1)));
        Assert.Equal(1, gauge.Table!.Index.ValueAt(0));

        using ManualResetEventSlim gate = new();
        using ManualResetEventSlim observed = new();
        Thread hanging = new(() => round.Run(new Does(() =>
        {
            gauge.Observe(2);
            observed.Set();
            gate.Wait();
            gauge.Observe(3); // too late
        })));
        hanging.Start();
        observed.Wait();
        round.Abandon();
        Assert.Equal(double.NaN, gauge.Table.Index.ValueAt(0));
        gate.Set();
        hanging.Join();
        Assert.Equal(double.NaN, gauge.Table.Index.ValueAt(0));

        round.Run(new Does(() => gauge.Observe(4)));
        Assert.Equal(4, gauge.Table.Index.ValueAt(0));
    }

    sealed class Does(Action what) : ICollector
    {
        public void Collect() => what();
    }
}
