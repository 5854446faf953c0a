using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Oracle;

public sealed class EventuallyTests
{
    static readonly TimeSpan _long = TimeSpan.FromSeconds(60);
    static readonly TimeSpan _time = TimeSpan.FromSeconds(2);
    static readonly TimeSpan _short = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Becomes_ConditionThatTurnsTrue_Returns()
    {
        var asked = 0;

        await Eventually.BecomesAsync(() => ++asked == 3, _long, "asked three times");

        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task Becomes_ConditionThatStaysFalse_SaysWhatWasAwaited()
    {
        var late = await Assert.ThrowsAsync<TimeoutException>(() => Eventually.BecomesAsync(() => false, _short, "the door is open"));

        Assert.Contains("the door is open", late.Message, StringComparison.Ordinal);
        Assert.Contains("0.05 s", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Becomes_ConditionThatHangs_EndsAtTheDeadline()
    {
        var never = new TaskCompletionSource<bool>();

        await Assert.ThrowsAsync<TimeoutException>(() => Eventually.BecomesAsync(() => never.Task, _short, "it answers"));
    }

    [Fact]
    public async Task Becomes_ConditionThatThrows_PassesItOnAtOnce() =>
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Eventually.BecomesAsync(() => Task.FromException<bool>(new InvalidOperationException()), _long, "it answers"));

    [Fact]
    public async Task Becomes_ConditionThatTurnsTrueWhileNobodyAsks_ReturnsHoweverLate()
    {
        var asked = 0;

        await Eventually.BecomesAsync(
            () =>
            {
                // As on a machine that has no processor for whoever waits, until the time is over.
                var began = TimeProvider.System.GetTimestamp();
                SpinWait.SpinUntil(() => asked > 0 || TimeProvider.System.GetElapsedTime(began) > _time);
                return ++asked == 2;
            },
            _time,
            "it is true");

        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Becomes_WithNoTimeAtAll_AsksOnce() =>
        await Eventually.BecomesAsync(() => true, TimeSpan.Zero, "it is true");
}
