using Xunit;
using static MetricsKit.Tests.Recording.Processing.ProcessingRig;

namespace MetricsKit.Tests.Recording.Processing;

public sealed class SampleProcessorsTests
{
    static readonly SampleSeries _temperature = Series("temperature", Tag("location", "hall"), Tag("sensor_id", "7"));

    [Fact]
    [Trait("Requirement", "S1-034")]
    public void Keep_APredicateOfSamples_LeavesOutAndCounts()
    {
        ProcessingRig rig = new(SampleProcessors.Keep(static s => s.Value > 10));
        Assert.Null(rig.Run(_temperature, 9));
        Assert.Equal(11, rig.Run(_temperature, 11)!.Value.Value);
        Assert.Null(rig.Run(_temperature, 10));
        Assert.Equal((2, 0), rig.Counts);
    }

    [Fact]
    [Trait("Requirement", "S1-034")]
    public void KeepSeries_APredicateOfSeries_IsAskedOnceForEach()
    {
        int asked = 0;
        ProcessingRig rig = new(SampleProcessors.KeepSeries(s =>
        {
            asked++;
            return s.Name.StartsWith('t');
        }));
        var other = Series("pressure");
        for (int i = 0; i < 3; i++)
        {
            Assert.Same(_temperature, rig.Run(_temperature)!.Value.Series);
            Assert.Null(rig.Run(other));
        }
        Assert.Equal(2, asked);
        Assert.Equal((3, 0), rig.Counts);
    }

    [Fact]
    [Trait("Requirement", "S1-035")]
    public void Map_AFunctionOfSamples_ReplacesThem()
    {
        ProcessingRig rig = new(SampleProcessors.Map(static s => s with { Value = s.Value * 1.8 + 32, Timestamp = s.Timestamp.AddHours(1) }));
        var sample = rig.Run(_temperature, 100)!.Value;
        Assert.Equal((212, DateTime.UnixEpoch.AddHours(1)), (sample.Value, sample.Timestamp));
    }

    [Fact]
    [Trait("Requirement", "S1-035")]
    public void Rename_ANameThatChanges_KeepsKindAndTags()
    {
        ProcessingRig rig = new(SampleProcessors.Rename(static name => name + "_celsius"));
        var series = rig.Run(new("temperature", SampleKind.Histogram, Tag("a", "b")))!.Value.Series;
        Assert.Equal(("temperature_celsius", SampleKind.Histogram), (series.Name, series.Kind));
        Assert.Equal(Tag("a", "b"), Assert.Single(series.Tags));
    }

    [Fact]
    [Trait("Requirement", "S1-035")]
    public void Scale_ByName_MultipliesThatNameAlone()
    {
        ProcessingRig rig = new(SampleProcessors.Scale("temperature", 0.001));
        Assert.Equal("temperature{} 21.5", rig.Read(Series("temperature"), 21500));
        Assert.Equal("pressure{} 21500", rig.Read(Series("pressure"), 21500));
        Assert.Equal(BitConverter.DoubleToInt64Bits(-0.0), BitConverter.DoubleToInt64Bits(rig.Run(Series("pressure"), -0.0)!.Value.Value));
    }

    [Fact]
    [Trait("Requirement", "S1-036")]
    public void AddTags_OfAKeyThatASeriesHas_LosesAgainstItsOwn()
    {
        ProcessingRig rig = new(SampleProcessors.AddTags(("site", "berlin"), ("location", "nowhere")));
        Assert.Equal("temperature{location=hall,sensor_id=7,site=berlin} 1", rig.Read(_temperature));
        Assert.Equal("pressure{location=nowhere,site=berlin} 1", rig.Read(Series("pressure")));
    }

    [Fact]
    public void AddTags_WhereASeriesHasNearlyAllThatItMayHave_CountsAKeyOnce()
    {
        var tags = Enumerable.Range(0, 31).Select(static i => Tag(FormattableString.Invariant($"k{i:d2}"), "v")).ToArray();
        ProcessingRig rig = new(SampleProcessors.AddTags(("k00", "x"), ("k01", "x"), ("new", "x")));
        Assert.Equal([.. tags, Tag("new", "x")], rig.Run(Series("a", tags))!.Value.Series.Tags.ToArray());
    }

    [Fact]
    [Trait("Requirement", "S1-035")]
    public void RemoveTags_OfAKeyThatASeriesHas_RemovesThat()
    {
        ProcessingRig rig = new(SampleProcessors.RemoveTags("sensor_id", "unknown"));
        Assert.Equal("temperature{location=hall} 1", rig.Read(_temperature));
    }

    [Fact]
    public void Steps_ThatChangeNothing_LeaveTheVerySeries()
    {
        ProcessingRig rig = new(
            SampleProcessors.Rename(static name => name), SampleProcessors.AddTags(("location", "x")), SampleProcessors.RemoveTags("y"),
            SampleProcessors.MapSeries(static s => s), SampleProcessors.Scale("z", 2));
        Assert.Same(_temperature, rig.Run(_temperature)!.Value.Series);
    }

    [Fact]
    public void Steps_OfOneSeries_MakeOneSeriesOfIt()
    {
        ProcessingRig rig = new(SampleProcessors.Rename(static name => name + "_x"), SampleProcessors.AddTags(("a", "b")));
        Assert.Same(rig.Run(_temperature)!.Value.Series, rig.Run(_temperature, 2)!.Value.Series);
    }

    [Fact]
    public void Steps_InSteadyState_AllocateNothing()
    {
        ProcessingRig rig = new(
            new ProcessingOptions { Include = { "t*" }, Scale = { ["temperature"] = 2 }, Tags = { ["site"] = "berlin" } },
            SampleProcessors.Keep(static s => s.Value < 100), SampleProcessors.KeepSeries(static _ => true), SampleProcessors.Map(static s => s with { Value = s.Value + 1 }),
            SampleProcessors.Rename(static n => n + "x"), SampleProcessors.AddTags(("a", "b")), SampleProcessors.RemoveTags("location"));
        SampleSeries[] series = [.. Enumerable.Range(0, 100).Select(static i => Series("temperature", Tag("n", FormattableString.Invariant($"{i}"))))];
        void Round(int rounds)
        {
            for (int i = 0; i < rounds; i++)
            {
                foreach (var one in series) rig.Run(one, i);
            }
        }
        Round(50); // every series is known, and the code is compiled
        Assert.Equal(0, Allocation.LeastOf(() => Round(100)));
    }

    [Fact]
    public void SeriesSteps_MoreSeriesThanTheyRemember_StayRightAndBounded()
    {
        int asked = 0;
        SeriesProcessor step = new("test", s =>
        {
            asked++;
            return new(s, s.Tags.Length);
        });
        SampleSeries[] Make(int count) => [.. Enumerable.Range(0, count).Select(static i => Series("a", Tag("n", FormattableString.Invariant($"{i}")), Tag("m", "x")))];
        void Send(SampleSeries[] all)
        {
            foreach (var series in all)
            {
                Sample sample = new(series, DateTime.UnixEpoch, 3);
                Assert.True(step.Process(ref sample));
                Assert.Equal((series, 6), (sample.Series, sample.Value));
            }
        }

        Send(Make(SeriesProcessor.MaxSeries)); // the last that is ever seen of them
        var living = Make(100);
        for (int i = 0; i <= SeriesProcessor.MaxSeries / 100 + 1; i++) Send(living); // recomputed so often, they have their turn
        asked = 0;
        Send(living);
        Send(living);
        Assert.Equal(0, asked);
    }

    [Fact]
    public void SeriesSteps_ASeriesThatTheRecorderForgets_IsForgottenHereAsWell()
    {
        int asked = 0;
        ProcessingRig rig = new(SampleProcessors.Rename(name =>
        {
            asked++;
            return name + "_celsius";
        }));
        var forgotten = Series("temperature");
        forgotten.BecomeForgotten();
        for (int i = 0; i < 2; i++) Assert.True(rig.Run(forgotten)!.Value.Series.OwnBytes > 100); // its batch answers for its memory
        Assert.Equal(2, asked);
        Assert.Equal(0, rig.Run(Series("temperature"))!.Value.Series.OwnBytes);
    }

    [Fact]
    public void Factories_OfNonsense_SayWhatIsWrong()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => SampleProcessors.Scale("a", 0));
        Assert.Throws<ArgumentOutOfRangeException>(static () => SampleProcessors.Scale("a", double.NaN));
        Assert.Throws<ArgumentException>(static () => SampleProcessors.AddTags(("a\nb", "c")));
        Assert.Throws<ArgumentNullException>(static () => SampleProcessors.Keep(null!));
        Assert.Throws<ArgumentNullException>(static () => SampleProcessors.Map(null!));
        Assert.Throws<ArgumentNullException>(static () => SampleProcessors.MapSeries(null!));
        Assert.Throws<ArgumentNullException>(static () => SampleProcessors.KeepSeries(null!));
        Assert.Throws<ArgumentNullException>(static () => SampleProcessors.Rename(null!));
    }
}
