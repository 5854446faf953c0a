using FsCheck;
using FsCheck.Fluent;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Exporters;

public sealed class RoundScheduleTests
{
    [Theory]
    [InlineData(110, 120)] // a round that took no time
    [InlineData(113, 120)]
    [InlineData(119, 120)]
    [InlineData(120, 120)] // just in time for the next
    [InlineData(121, 130)]
    [InlineData(130, 130)]
    [InlineData(1_131, 1_140)]
    [InlineData(90, 120)] // a clock that went back
    public void After_ARoundThatEndedAt_IsTheFirstMomentToCome(long now, long due) =>
        Assert.Equal(new RoundSchedule(due, 10), RoundSchedule.Begin(100, 10).After(now));

    [Fact]
    public void After_AnyRounds_NeitherDriftsNorLooksBack()
    {
        var rounds = Gen.Choose(0, 5000).ListOf().ToArbitrary();
        Properties.Hold(rounds, static durations =>
        {
            const long Start = 7, Interval = 1000;
            var schedule = RoundSchedule.Begin(Start, Interval);
            foreach (int duration in durations)
            {
                long ended = schedule.Due + duration;
                var next = schedule.After(ended);
                Assert.Equal(0, (next.Due - Start) % Interval);
                Assert.True(next.Due > schedule.Due && next.Due >= ended && next.Due - Math.Max(ended, schedule.Due + 1) < Interval);
                schedule = next;
            }
        });
    }
}
