using System.Diagnostics.Metrics;
using MetricsKit.Testing;
using MetricsKit.Tests.Formats;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MetricsKit.Tests.Instruments;

/// <summary>Information as a metric.</summary>
[Trait("Requirement", "S4-044")]
public sealed class InfoTests
{
    static readonly InstrumentDefinition<InfoInstrument> Row = Define.Info("app.build", "What was built.", TagKey.Open("version"), TagKey.Open("revision"), TagKey.Open("a"), TagKey.Open("b"), TagKey.Open("c"));

    [Fact]
    public void Info_InBothFormats_HasItsOwnTypeOrIsAGauge()
    {
        using TextRig rig = new("oht50", [("site", "north")], Row);
        rig.Make(Row).Set("1.2.3", "", "x\"y", "4", "5");
        Assert.Equal(
            "# HELP oht50_app_build_info What was built.\n# TYPE oht50_app_build_info gauge\n" +
            "oht50_app_build_info{version=\"1.2.3\",a=\"x\\\"y\",b=\"4\",c=\"5\",site=\"north\"} 1\n", rig.Text(ExpositionFormat.PrometheusText));
        Assert.Equal(
            "# TYPE oht50_app_build info\n# HELP oht50_app_build What was built.\n" +
            "oht50_app_build_info{version=\"1.2.3\",a=\"x\\\"y\",b=\"4\",c=\"5\",site=\"north\"} 1\n# EOF\n", rig.Text(ExpositionFormat.OpenMetrics));
        rig.Parse();
    }

    [PrometheusFact]
    public async Task Info_InText_PromtoolAccepts()
    {
        using TextRig rig = new("", null, Row);
        rig.Make(Row).Set("1.2.3", "abc", "", "", "");
        var answer = await PromTool.CheckMetricsAsync(rig.Text(ExpositionFormat.PrometheusText));
        Assert.True(answer.ExitCode == 0, answer.Output);
    }

    [Fact]
    public void Set_Again_TakesThePlaceOfWhatWasSaid()
    {
        using TextRig rig = new("", null, Row);
        var info = rig.Make(Row);
        Assert.DoesNotContain("app_build", rig.Text(ExpositionFormat.OpenMetrics), StringComparison.Ordinal); // nothing was said
        foreach (string version in new[] { "1", "2", "1", "1" })
        {
            info.Set(version, "", "", "", "");
            var (text, _) = rig.Parse();
            Assert.Equal(1, Assert.Single(text.Samples).Value);
            Assert.Equal(1, text.Value("app_build_info", ("version", version)));
        }
    }

    [Fact]
    public void Set_PastTheLimit_KeepsWhatWasSaid()
    {
        var row = Row with { MaxSeries = 1 };
        using TextRig rig = new("", null, row);
        var info = rig.Make(row);
        info.Set("1", "", "", "", "");
        info.Set("2", "", "", "", "");
        Assert.Equal(1, rig.Parse().Text.Value("app_build_info", ("version", "1")));
        Assert.Equal(1, rig.Registry.Ledger.Read(LedgerEntry.PastLimit));
    }

    [Fact]
    public void Set_WithoutAValueForEachKey_SaysWhichThereAre()
    {
        using TextRig rig = new("", null, Row);
        var fault = Assert.Throws<ArgumentException>(() => rig.Make(Row).Set("1"));
        Assert.Contains("has 5 keys and was given 1 values: give one for each of version, revision, a, b, c", fault.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(static () => Define.Info("app.build", "Nothing."));
    }

    [Fact]
    public void Names_AroundAnInformation_AreItsOwn()
    {
        var plain = Define.Gauge("app.built", "1", "Of the same family in OpenMetrics.") with { PrometheusName = "app_build" };
        var sample = Define.Gauge("app.build.info", "1", "Its sample's name.");
        var free = Define.Gauge("app.build.count", "1", "Free.");
        using TextRig rig = new("", null, Row, plain, sample, free);
        rig.Make(Row).Set("1", "", "", "", "");
        rig.Make(plain).Set(1);
        rig.Make(sample).Set(1);
        rig.Make(free).Set(1);
        Assert.Equal(["app_build_info", "app_build_count"], rig.Parse().Text.Families.Select(static f => f.Name));
        Assert.Equal(["app.built", "app.build.info"], rig.Conflicts.Select(static c => c.Instrument));
    }

    [Fact]
    public async Task Views_OfAnInformation_ApplyToItsManyTags()
    {
        await using var kit = TestKit.Start(static o => o.Instruments["viewed.build"] = new() { DropTagKeys = ["a"], Name = "viewed.thing" }, static b => b.AddMeter<Viewed>());
        Assert.Equal(
            "viewed_thing_info{version=\"1\",revision=\"2\",b=\"4\",c=\"5\"} 1\n",
            string.Concat((await TextAsync(kit)).Split('\n').Where(static l => l.StartsWith("viewed_", StringComparison.Ordinal)).Select(static l => l + "\n")));
    }

    static async Task<string> TextAsync(TestKit kit)
    {
        using var snapshot = await kit.SnapshotAsync();
        return TestKit.Text(snapshot);
    }

    sealed class Viewed : ICatalogMeter
    {
        static readonly InstrumentDefinition<InfoInstrument> Row = Define.Info("viewed.build", "What was built.", TagKey.Open("version"), TagKey.Open("revision"), TagKey.Open("a"), TagKey.Open("b"), TagKey.Open("c"));

        public static MeterDefinition Definition { get; } = new("Viewed", Row);

        public Viewed(Instruments<Viewed> instruments) => instruments.Create(Row).Set("1", "2", "3", "4", "5");
    }

    [Fact]
    public async Task Build_OfTheHost_NamesKitProgramRuntimeAndMachine()
    {
        FakeTimeProvider time = new();
        await using var kit = TestKit.Start(time: time);
        var build = BuildTexts.OfProcess;
        for (int scrape = 0; scrape < 3; scrape++)
        {
            using var snapshot = await kit.SnapshotAsync();
            Assert.Equal(1, snapshot.Find("metricskit.build", ("version", build.Version), ("runtime", build.Runtime), ("os", build.System), ("architecture", build.Architecture))?.Value);
            Assert.Contains("# TYPE metricskit_build info\n", TestKit.Text(snapshot, ExpositionFormat.OpenMetrics), StringComparison.Ordinal);
            time.Advance(TimeSpan.FromSeconds(1)); // the collector that said it has another round
        }
        Assert.StartsWith(".NET 10.", build.Runtime, StringComparison.Ordinal);
        Assert.Matches(@"^\d+\.\d+\.\d+", build.Version);
        Assert.Equal(("1.2.3-beta", "abc"), BuildTexts.Split("1.2.3-beta+abc"));
        Assert.Equal(("1.2.3", ""), BuildTexts.Split("1.2.3"));
    }

    [Fact]
    public void Info_ToAListenerOfTheProcess_IsAGaugeOfOne()
    {
        var row = Define.Info("app.listened", "What was built.", TagKey.Open("version"));
        using TextRig rig = new("", null, row);
        rig.Make(row).Set("1");
        List<(double, string)> seen = [];
        using MeterListener listener = new() { InstrumentPublished = (i, me) => { if (i.Name == "app.listened") me.EnableMeasurementEvents(i); } };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => seen.Add((value, string.Join(',', tags.ToArray()))));
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Equal([(1, "[version, 1]")], seen);
    }
}
