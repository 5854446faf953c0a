using MetricsKit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using static MetricsKit.Tests.Recording.Processing.ProcessingRig;

namespace MetricsKit.Tests.Recording.Processing;

public sealed class SampleProcessorChainTests
{
    [Fact]
    public void Of_NoSteps_IsNoChain() =>
        Assert.Null(SampleProcessorChain.Of(new(), [], NullLogger.Instance, TimeProvider.System));

    [Fact]
    public void Steps_OfConfigurationAndCode_RunInTheirOrder()
    {
        ProcessingRig rig = new(
            new ProcessingOptions { Rename = { ["a"] = "b" } },
            SampleProcessors.Rename(static n => n + "1"), SampleProcessors.Map(static s => s with { Value = s.Value + 1 }), SampleProcessors.Rename(static n => n + "2"), SampleProcessors.Map(static s => s with { Value = s.Value * 10 }));
        Assert.Equal("b12{} 50", rig.Read(Series("a"), 4));
    }

    [Fact]
    public void Step_ThatLeavesOut_IsTheLastToSeeTheSample()
    {
        int seen = 0;
        ProcessingRig rig = new(SampleProcessors.Keep(static _ => false), SampleProcessors.Keep(_ => ++seen > 0));
        Assert.Null(rig.Run(Series("a")));
        Assert.Equal(0, seen);
        Assert.Equal((1, 0), rig.Counts);
    }

    [Fact]
    public void Step_ThatThrows_DropsCountsAndLogsOnceAnEpisode()
    {
        bool broken = true;
        ProcessingRig rig = new(SampleProcessors.Map(s => broken && s.Value > 0 ? throw new FormatException("no such thing") : s));
        var series = Series("a");
        for (int i = 0; i < 5; i++)
        {
            Assert.Null(rig.Run(series, 1));
            Assert.NotNull(rig.Run(series, 0)); // in between it works: the episode goes on
        }
        Assert.Equal((0, 5), rig.Counts);
        string line = Assert.Single(rig.Log.All);
        Assert.StartsWith("Warning: The sample processor Map failed (FormatException: no such thing)", line, StringComparison.Ordinal);

        broken = false;
        rig.Time.Advance(TimeSpan.FromSeconds(59));
        rig.Run(series);
        Assert.Single(rig.Log.All);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        rig.Run(series);
        rig.Run(series);
        Assert.Equal("Information: The sample processor Map works again; 5 samples were dropped.", rig.Log.All[^1]);
        Assert.Equal(2, rig.Log.All.Count);

        broken = true;
        rig.Run(series);
        rig.Run(series);
        Assert.Equal(3, rig.Log.All.Count);
        Assert.Equal((0, 7), rig.Counts);
    }

    [Theory]
    [InlineData(double.NaN, SampleKind.Gauge)]
    [InlineData(double.PositiveInfinity, SampleKind.Gauge)]
    [InlineData(double.NegativeInfinity, SampleKind.Histogram)]
    [InlineData(-0.5, SampleKind.Counter)]
    public void Step_ThatMakesAValueWhichNoSinkMaySee_DropsAndCounts(double value, SampleKind kind)
    {
        int behind = 0;
        ProcessingRig rig = new(SampleProcessors.Map(s => s with { Value = value }), SampleProcessors.Keep(_ => ++behind > 0));
        Assert.Null(rig.Run(new("a", kind)));
        Assert.Equal((0, 1), rig.Counts);
        Assert.Equal(0, behind);
        Assert.Contains("the step made a", Assert.Single(rig.Log.All), StringComparison.Ordinal);
    }

    [Fact]
    public void Step_ThatScalesPastTheLargestNumber_DropsAndCounts()
    {
        ProcessingRig rig = new(SampleProcessors.Scale("a", 10));
        Assert.Null(rig.Run(Series("a"), double.MaxValue));
        Assert.Equal(10, rig.Run(Series("a"), 1)!.Value.Value);
        Assert.Equal((0, 1), rig.Counts);
    }

    [Fact]
    public void Step_ThatLosesTheSeries_DropsAndCounts()
    {
        ProcessingRig rig = new(SampleProcessors.Map(static _ => default), SampleProcessors.KeepSeries(static _ => true));
        Assert.Null(rig.Run(Series("a")));
        Assert.Equal((0, 1), rig.Counts);
    }

    [Fact]
    public void Step_ThatGivesALocalTime_IsTakenAtItsWord()
    {
        var local = new DateTime(2026, 7, 1, 12, 0, 0, DateTimeKind.Local);
        ProcessingRig rig = new(SampleProcessors.Map(s => s with { Timestamp = local }));
        var timestamp = rig.Run(Series("a"))!.Value.Timestamp;
        Assert.Equal((local.ToUniversalTime(), DateTimeKind.Utc), (timestamp, timestamp.Kind));
    }

    [Fact]
    public void AddSampleProcessor_TypesAndInstances_AreStepsInTheirOrder()
    {
        ServiceCollection services = new();
        var keep = SampleProcessors.Keep(static _ => true);
        services.AddSingleton(new Suffix("_injected"));
        services.AddMetricsKit().AddSampleProcessor(keep).AddSampleProcessor<Suffixing>().AddSampleProcessor(SampleProcessors.Rename(static n => n + "_last"));
        using var provider = services.BuildServiceProvider();
        var steps = provider.GetServices<ISampleProcessor>().ToArray();

        Assert.Equal(3, steps.Length);
        Assert.Same(keep, steps[0]);
        Assert.Equal("a_injected_last{} 1", new ProcessingRig(steps).Read(Series("a")));
    }

    sealed record Suffix(string Text);

    sealed class Suffixing(Suffix suffix) : ISampleProcessor
    {
        public bool Process(ref Sample sample)
        {
            sample = sample with { Series = new(sample.Series.Name + suffix.Text) };
            return true;
        }
    }
}
