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

        round.Ready();
        round.Run(new Does(() => gauge.Observe(4)));
        Assert.Equal(4, gauge.Table.Index.ValueAt(0));
    }

    [Fact]
    public void Round_ThatThrowsHalfWay_ShowsNothingOfItselfNorOfTheOneBefore()
    {
        using var registry = TestInstruments.Registry();
        var gauge = registry.Open(new("Thrown", Level)).Create(Level);
        CollectorRound round = new();
        foreach (double before in (double[])[double.NaN, 1])
        {
            if (before == 1) round.Run(new Does(() => gauge.Observe(before)));
            Assert.Throws<InvalidOperationException>(() => round.Run(new Does(() =>
            {
                gauge.Observe(2);
                throw new InvalidOperationException("It is broken.");
            })));
            Assert.Equal(double.NaN, gauge.Table!.Index.ValueAt(0));
        }
        Assert.Null(ObservationRound.Current);
        round.Run(new Does(() => gauge.Observe(4)));
        Assert.Equal(4, gauge.Table!.Index.ValueAt(0));
    }

    [Fact]
    public void Call_GivenUpBeforeItsFirstLine_StaysGivenUp()
    {
        using var registry = TestInstruments.Registry();
        var gauge = registry.Open(new("Abandoned", Level)).Create(Level);
        Does observes = new(() => gauge.Observe(1));
        CollectorState state = new(observes, new CollectorRound(), "slow", interval: null);
        CollectorPass pass = new([state], began: 0);
        Assert.True(state.TryBegin(pass, now: 1));
        Assert.Same(pass, state.TryGiveUp(since: 1));
        Assert.Null(state.Run()); // its thread gets the processor only now
        Assert.Equal(double.NaN, gauge.Table!.Index.ValueAt(0));
        Assert.True(state.End());

        Assert.True(state.TryBegin(pass, now: 2));
        Assert.Null(state.Run());
        Assert.Equal(1, gauge.Table.Index.ValueAt(0));
    }

    sealed class Does(Action what) : ICollector
    {
        public void Collect() => what();
    }
}
