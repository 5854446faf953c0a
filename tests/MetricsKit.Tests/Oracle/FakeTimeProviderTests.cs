using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Oracle;

public sealed class FakeTimeProviderTests
{
    static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    readonly FakeTimeProvider _time = new();
    readonly List<string> _fired = [];

    [Fact]
    public void Clock_WithoutAdvance_Stands()
    {
        Assert.Equal(_time.GetUtcNow(), _time.GetUtcNow());
        Assert.Equal(_time.GetTimestamp(), _time.GetTimestamp());
    }

    [Fact]
    public void Advance_ByASpan_MovesBothClocksByIt()
    {
        var (moment, timestamp) = (_time.GetUtcNow(), _time.GetTimestamp());

        _time.Advance(TimeSpan.FromTicks(12_345_678));

        Assert.Equal(TimeSpan.FromTicks(12_345_678), _time.GetUtcNow() - moment);
        Assert.Equal(TimeSpan.FromTicks(12_345_678), _time.GetElapsedTime(timestamp));
    }

    [Fact]
    public void Advance_Backwards_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _time.Advance(-_second));

    [Fact]
    public void Start_WithAnOffset_IsTheSameMomentInUtc()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 5, 1, 2, 0, 0, TimeSpan.FromHours(2)));

        Assert.Equal(new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero), time.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, time.GetUtcNow().Offset);
        Assert.Equal(TimeSpan.Zero, time.GetLocalNow().Offset);
    }

    [Fact]
    public void Advance_OverSeveralTimers_FiresThemInOrderAtTheirMoments()
    {
        var start = _time.GetUtcNow();
        var moments = new List<TimeSpan>();
        foreach (var seconds in new[] { 3, 1, 2 })
        {
            _time.CreateTimer(_ => moments.Add(_time.GetUtcNow() - start), null, seconds * _second, Timeout.InfiniteTimeSpan);
        }

        _time.Advance(5 * _second);

        Assert.Equal([_second, 2 * _second, 3 * _second], moments);
        Assert.Equal(5 * _second, _time.GetUtcNow() - start);
    }

    [Fact]
    public void Advance_OverTimersDueTogether_FiresThemAsTheyWereArmed()
    {
        Timer("a", _second);
        Timer("b", _second);

        _time.Advance(_second);

        Assert.Equal(["a", "b"], _fired);
    }

    [Fact]
    public void Timer_BeforeItsTime_DoesNotFire()
    {
        Timer("a", _second);

        _time.Advance(_second - TimeSpan.FromTicks(1));

        Assert.Empty(_fired);
        Assert.Equal(1, _time.ArmedTimers);
    }

    [Fact]
    public void Timer_WithoutPeriod_FiresOnce()
    {
        Timer("a", _second);
        Timer("b", _second, period: TimeSpan.Zero);

        _time.Advance(10 * _second);

        Assert.Equal(["a", "b"], _fired);
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public void Timer_WithPeriod_FiresOncePerPeriod()
    {
        Timer("late", TimeSpan.FromSeconds(2.5));
        Timer("tick", _second, _second);

        _time.Advance(3 * _second);
        _time.Advance(_second / 2);

        Assert.Equal(["tick", "tick", "late", "tick"], _fired);
    }

    [Fact]
    public void Timer_DueAtOnce_FiresWithoutAdvance()
    {
        Timer("once", TimeSpan.Zero);
        Timer("tick", TimeSpan.Zero, _second);

        Assert.Equal(["once", "tick"], _fired);
        _time.Advance(_second);
        Assert.Equal(["once", "tick", "tick"], _fired);
    }

    [Fact]
    public void Change_OfAnArmedTimer_ReplacesItsTime()
    {
        var timer = Timer("a", _second);

        Assert.True(timer.Change(3 * _second, Timeout.InfiniteTimeSpan));
        _time.Advance(2 * _second);
        Assert.Empty(_fired);
        _time.Advance(_second);

        Assert.Equal(["a"], _fired);
    }

    [Fact]
    public void Change_ToInfinite_StopsTheTimer()
    {
        var timer = Timer("a", _second, _second);

        Assert.True(timer.Change(Timeout.InfiniteTimeSpan, _second));
        _time.Advance(5 * _second);

        Assert.Empty(_fired);
    }

    [Fact]
    public void Change_InsideTheCallback_ArmsTheTimerAgain()
    {
        ITimer? timer = null;
        timer = _time.CreateTimer(_ => { _fired.Add("a"); timer!.Change(_second, Timeout.InfiniteTimeSpan); }, null, _second, Timeout.InfiniteTimeSpan);

        _time.Advance(3 * _second);

        Assert.Equal(["a", "a", "a"], _fired);
    }

    [Fact]
    public async Task Dispose_OfAnArmedTimer_StopsItAndRefusesChanges()
    {
        var (first, second) = (Timer("a", _second), Timer("b", _second));

        first.Dispose();
        await second.DisposeAsync();
        _time.Advance(2 * _second);

        Assert.Empty(_fired);
        Assert.False(first.Change(_second, _second));
        Assert.False(second.Change(_second, _second));
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public void Dispose_InsideTheCallback_EndsThePeriods()
    {
        ITimer? timer = null;
        timer = _time.CreateTimer(_ => { _fired.Add("a"); timer!.Dispose(); }, null, _second, _second);

        _time.Advance(5 * _second);

        Assert.Equal(["a"], _fired);
    }

    [Fact]
    public void Timer_GivesItsStateToTheCallback()
    {
        object? given = null;
        _time.CreateTimer(state => given = state, "state", _second, Timeout.InfiniteTimeSpan);

        _time.Advance(_second);

        Assert.Equal("state", given);
    }

    [Fact]
    public async Task Framework_WaitingOnTheClock_IsReleasedByAdvance()
    {
        using var ticks = new PeriodicTimer(_second, _time);
        using var expiry = new CancellationTokenSource(2 * _second, _time);
        var delay = Task.Delay(3 * _second, _time);
        var tick = ticks.WaitForNextTickAsync();

        _time.Advance(_second);
        Assert.True(await tick);
        Assert.False(expiry.IsCancellationRequested);
        _time.Advance(_second);
        Assert.True(expiry.IsCancellationRequested);
        Assert.False(delay.IsCompleted);
        _time.Advance(_second);
        await delay;
    }

    ITimer Timer(string name, TimeSpan due, TimeSpan? period = null) =>
        _time.CreateTimer(_ => _fired.Add(name), null, due, period ?? Timeout.InfiniteTimeSpan);
}
