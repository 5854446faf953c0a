using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Delivery;

/// <summary>Each transition of the breaker, and those that must not happen.</summary>
public sealed class BreakerTests
{
    static readonly TimeSpan First = TimeSpan.FromSeconds(1), Cap = TimeSpan.FromSeconds(5);

    readonly FakeTimeProvider _time = new();
    readonly Breaker _breaker;

    public BreakerTests() => _breaker = new(new(First, Cap, Jitter.Equal), _time, new BackoffTests.Chance(0)); // pauses are exactly half

    [Fact]
    public void Breaker_BelowTheThreshold_StaysClosed()
    {
        Fail(Breaker.Threshold - 1);
        Assert.Equal(BreakerState.Closed, _breaker.State);
        Assert.True(_breaker.TryEnter());
    }

    [Fact]
    public void Breaker_AfterASuccess_CountsFailuresAnew()
    {
        Fail(Breaker.Threshold - 1);
        _breaker.Succeeded();
        Fail(Breaker.Threshold - 1);
        Assert.Equal(BreakerState.Closed, _breaker.State);
    }

    [Fact]
    public void Breaker_AtTheThreshold_OpensForThePause()
    {
        Fail(Breaker.Threshold);
        Assert.Equal(BreakerState.Open, _breaker.State);
        _time.Advance(First / 2 - TimeSpan.FromTicks(1));
        Assert.False(_breaker.TryEnter());
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(_breaker.TryEnter());
        Assert.Equal(BreakerState.HalfOpen, _breaker.State);
    }

    [Fact]
    public void Breaker_WhileAProbeIsUnderWay_LetsNobodyElseIn()
    {
        Fail(Breaker.Threshold);
        _time.Advance(Cap);
        Assert.True(_breaker.TryEnter());
        Assert.False(_breaker.TryEnter());
        Assert.False(_breaker.TryProbe());
    }

    [Fact]
    public void Breaker_AfterAProbeThatSucceeded_IsClosedAndForgets()
    {
        Fail(Breaker.Threshold);
        Assert.True(_breaker.TryProbe());
        _breaker.Succeeded();
        Assert.Equal(BreakerState.Closed, _breaker.State);
        Fail(Breaker.Threshold - 1);
        Assert.Equal(BreakerState.Closed, _breaker.State);
        Fail(1);
        Assert.Equal(First / 2, Pause()); // the pauses begin anew as well
    }

    [Fact]
    public void Breaker_AfterEachProbeThatFailed_PausesTwiceAsLongUpToTheCap()
    {
        Fail(Breaker.Threshold);
        List<double> pauses = [];
        for (int probe = 0; probe < 5; probe++)
        {
            pauses.Add(Pause().TotalSeconds);
            _time.Advance(Pause());
            Assert.True(_breaker.TryEnter());
            Fail(1);
            Assert.Equal(BreakerState.Open, _breaker.State);
        }
        Assert.Equal([0.5, 1, 2, 2.5, 2.5], pauses);
    }

    [Fact]
    public void Breaker_AskedToTryAtOnce_ProbesWithoutWaiting()
    {
        Fail(Breaker.Threshold);
        Assert.False(_breaker.TryEnter());
        Assert.True(_breaker.TryProbe());
        Fail(1);
        Assert.Equal(BreakerState.Open, _breaker.State);
    }

    [Fact]
    public void Breaker_WithAStragglerWhileOpen_DoesNotPauseLonger()
    {
        Fail(Breaker.Threshold);
        var pause = Pause();
        Fail(3);
        Assert.Equal(pause, Pause());
    }

    void Fail(int times)
    {
        for (int i = 0; i < times; i++) _breaker.Failed();
    }

    TimeSpan Pause() => _time.GetElapsedTime(_time.GetTimestamp(), _breaker.ProbeAt);
}
