using Xunit;

namespace MetricsKit.Tests.Delivery;

/// <summary>D7: which losses an answer tells of.</summary>
public sealed class FlushWaitsTests
{
    readonly FlushWaits _waits = new();

    [Fact]
    public async Task Loss_OfWhatWasPostedLater_IsToldByTheNextThoughThisOneIsFalseToo()
    {
        var first = _waits.Begin(1);
        _waits.Lost(5);
        _waits.Lost(1);
        Assert.False(await EndAsync(first));
        Assert.False(await EndAsync(_waits.Begin(5)));
        Assert.True(await EndAsync(_waits.Begin(5)));
    }

    [Fact]
    public async Task Loss_KnownToTwoFlushes_IsToldByBothAndByNoThird()
    {
        var (first, second) = (_waits.Begin(1), _waits.Begin(2));
        _waits.Lost(1);
        Assert.False(await EndAsync(first));
        Assert.False(await EndAsync(second));
        Assert.True(await EndAsync(_waits.Begin(2)));
    }

    [Fact]
    public async Task Wait_GivenUp_HasToldWhatItKnew()
    {
        var wait = _waits.Begin(2);
        _waits.Lost(1);
        _waits.GiveUp(wait);
        Assert.False(await wait.Answered);
        Assert.True(await EndAsync(_waits.Begin(2)));
    }

    [Fact]
    public async Task Wait_Forgotten_HasToldNothing()
    {
        var wait = _waits.Begin(2);
        _waits.Lost(1);
        _waits.Forget(wait);
        Assert.False(_waits.Any);
        Assert.False(await EndAsync(_waits.Begin(2)));
    }

    [Fact]
    public async Task Wait_WhileSomethingOfItIsLeft_HasNoAnswer()
    {
        var wait = _waits.Begin(2);
        _waits.Advance(2);
        Assert.False(wait.Answered.IsCompleted);
        _waits.Advance(3);
        Assert.True(await wait.Answered);
    }

    Task<bool> EndAsync(FlushWaits.Wait wait)
    {
        _waits.Advance(long.MaxValue);
        return wait.Answered;
    }
}
