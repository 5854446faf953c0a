using Xunit;

namespace MetricsKit.Tests.Delivery;

/// <summary>Pauses are a function of the number of failures and of chance.</summary>
public sealed class BackoffTests
{
    static readonly TimeSpan First = TimeSpan.FromMilliseconds(100), Cap = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 200)]
    [InlineData(3, 400)]
    [InlineData(6, 3200)]
    [InlineData(7, 5000)]
    [InlineData(1000, 5000)]
    [InlineData(int.MaxValue, 5000)]
    public void Pause_AfterSoManyFailures_DoublesUpToTheCap(int failures, int milliseconds)
    {
        var whole = TimeSpan.FromMilliseconds(milliseconds);
        Assert.Equal(whole / 2, new Backoff(First, Cap, Jitter.Equal).After(failures, new Chance(0)));
        Assert.Equal(TimeSpan.Zero, new Backoff(First, Cap, Jitter.Full).After(failures, new Chance(0)));
        foreach (var jitter in Enum.GetValues<Jitter>())
        {
            var most = new Backoff(First, Cap, jitter).After(failures, new Chance(1 - 1e-12));
            Assert.InRange(most, whole - TimeSpan.FromTicks(1), whole);
        }
    }

    [Fact]
    public void Pause_WithACapBelowTheFirst_IsNeverMoreThanTheCap() =>
        Assert.All(Enumerable.Range(1, 100), static n => Assert.InRange(new Backoff(First, TimeSpan.FromMilliseconds(10), Jitter.Equal).After(n, new(n)), TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(10)));

    [Fact]
    public void Pause_BeforeAnyFailure_IsThatOfTheFirst() =>
        Assert.Equal(First / 2, new Backoff(First, Cap, Jitter.Equal).After(0, new Chance(0)));

    [Fact]
    public void Pause_FromTheSameSeed_IsTheSame() =>
        Assert.Equal(new Backoff(First, Cap, Jitter.Full).After(5, new(7)), new Backoff(First, Cap, Jitter.Full).After(5, new(7)));

    /// <summary>What would be chance says one number.</summary>
    internal sealed class Chance(double number) : Random
    {
        public override double NextDouble() => number;
    }
}
