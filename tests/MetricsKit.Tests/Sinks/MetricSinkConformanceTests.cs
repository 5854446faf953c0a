using Xunit;

namespace MetricsKit.Tests.Sinks;

/// <summary>The conformance catches sinks that are wrong: a check that cannot fail checks nothing.</summary>
public sealed class MetricSinkConformanceTests
{
    const int Races = 20;

    static readonly Dictionary<string, Func<ListDestination, IMetricSink>> _wrong = new()
    {
        ["swallows"] = static d => WrongSinks.Of(d, WrongSinks.Swallows),
        ["gives up"] = static d => WrongSinks.Of(d, WrongSinks.GivesUp),
        ["returns when cancelled"] = static d => WrongSinks.Of(d, WrongSinks.ReturnsWhenCancelled),
        ["drops last"] = static d => WrongSinks.Of(d, WrongSinks.DropsLast),
        ["reorders"] = static d => WrongSinks.Of(d, WrongSinks.Reorders),
        ["stores twice"] = static d => WrongSinks.Of(d, WrongSinks.StoresTwice),
        ["stores something for nothing"] = static d => WrongSinks.Of(d, WrongSinks.StoresSomethingForNothing),
        ["forgets the sign"] = static d => WrongSinks.Of(d, WrongSinks.ForgetsTheSign),
        ["forgets the kind"] = static d => WrongSinks.Of(d, WrongSinks.ForgetsTheKind),
        ["cuts timestamps"] = static d => WrongSinks.Of(d, WrongSinks.CutsTimestamps),
        ["trims tags"] = static d => WrongSinks.Of(d, WrongSinks.TrimsTags),
        ["writes as the culture does"] = static d => WrongSinks.Of(d, WrongSinks.WritesAsTheCultureDoes),
        ["keeps the memory"] = static d => new WrongSinks.KeepsTheMemory(d),
        ["never recovers"] = static d => new WrongSinks.NeverRecovers(d),
        ["shares its buffer"] = static d => new WrongSinks.SharesItsBuffer(d),
        ["trusts the old call"] = static d => new WrongSinks.TrustsTheOldCall(d),
        ["disposes once"] = static d => new WrongSinks.DisposesOnce(d),
        ["starts again"] = static d => new WrongSinks.StartsAgain(d),
    };

    static readonly Dictionary<string, Func<MetricSinkConformance, Task>> _facts = new()
    {
        ["hostile"] = static c => c.WriteAsync_HostileBatch_IsReadBackBitExact(),
        ["many"] = static c => c.WriteAsync_ManyBatches_AreCompleteAndInOrder(),
        ["broken"] = static c => c.WriteAsync_DestinationBroken_ThrowsAndTheSameBatchAgainLosesNothing(),
        ["memory"] = static c => c.WriteAsync_MemoryUsedAgainAfterwards_KeepsWhatWasWritten(),
        ["cancelled before"] = static c => c.WriteAsync_CancelledBefore_NeverSwallows(),
        ["empty"] = static c => c.WriteAsync_EmptyBatch_IsANoOp(),
        ["reopened"] = static c => c.Open_AfterDispose_ContinuesWhereItWas(),
        ["disposed twice"] = static c => c.Dispose_Twice_IsDisposedOnce(),
        ["disposed broken"] = static c => c.Dispose_DestinationBroken_EndsAndLosesNothingAcknowledged(),
        ["culture"] = static c => c.WriteAsync_AnyCulture_IsReadBackBitExact(),
        ["hanging"] = static c => c.WriteAsync_OldCallStillHangs_CorruptsNothing(),
        ["two calls"] = static c => c.WriteAsync_OldCallComesBackToLife_CorruptsNothing(),
    };

    [Theory]
    [InlineData("swallows", "broken")]
    [InlineData("swallows", "disposed broken")]
    [InlineData("gives up", "broken")]
    [InlineData("returns when cancelled", "cancelled before")]
    [InlineData("returns when cancelled", "broken")]
    [InlineData("drops last", "many")]
    [InlineData("reorders", "many")]
    [InlineData("stores twice", "many")]
    [InlineData("stores something for nothing", "empty")]
    [InlineData("forgets the sign", "hostile")]
    [InlineData("forgets the kind", "hostile")]
    [InlineData("cuts timestamps", "hostile")]
    [InlineData("trims tags", "hostile")]
    [InlineData("writes as the culture does", "culture")]
    [InlineData("keeps the memory", "memory")]
    [InlineData("keeps the memory", "many")]
    [InlineData("never recovers", "broken")]
    [InlineData("shares its buffer", "two calls")]
    [InlineData("trusts the old call", "hanging")]
    [InlineData("disposes once", "disposed twice")]
    [InlineData("disposes once", "disposed broken")]
    [InlineData("starts again", "reopened")]
    public async Task Facts_OnAWrongSink_Fail(string wrong, string fact)
    {
        // The second call need not come before the first one ends; all else fails the first time.
        for (int i = fact is "hanging" ? 0 : Races; i < Races; i++)
        {
            if (await Record.ExceptionAsync(() => _facts[fact](new Trial(_wrong[wrong]))) is not null) return;
        }
        await Assert.ThrowsAnyAsync<Exception>(() => _facts[fact](new Trial(_wrong[wrong])));
    }

    [Fact]
    public void WrongSinks_AndFacts_AreAllTried()
    {
        var tried = typeof(MetricSinkConformanceTests).GetMethod(nameof(Facts_OnAWrongSink_Fail))!.GetCustomAttributes(typeof(InlineDataAttribute), inherit: false).Cast<InlineDataAttribute>().Select(static d => d.GetData(null!).Single()).ToArray();
        Assert.Equal(_wrong.Keys.Order(), tried.Select(static t => (string)t[0]).Distinct().Order());
        Assert.Equal(_facts.Keys.Order(), tried.Select(static t => (string)t[1]).Distinct().Order());
        // One fact cancels while a write is under way, which no sink can be made to fail for certain.
        Assert.Equal(_facts.Count + 1, typeof(MetricSinkConformance).GetMethods().Count(static m => m.IsDefined(typeof(FactAttribute), inherit: false)));
    }

    /// <summary>Not public, so that its facts run only when they are called.</summary>
    sealed class Trial(Func<ListDestination, IMetricSink> open) : MetricSinkConformance
    {
        private protected override SinkRig Make() => new ListRig(open);
    }
}
