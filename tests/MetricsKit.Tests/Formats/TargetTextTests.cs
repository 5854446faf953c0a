using System.Text;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Formats;

/// <summary><c>target_info</c>: first on the page, valid whatever the attributes are, and nobody else's name.</summary>
public sealed class TargetTextTests
{
    static readonly InstrumentDefinition<CounterInstrument> Jobs = Define.Counter("jobs", "{job}", "Jobs.");

    [Fact]
    public void Text_WithAResource_BeginsWithItWithoutPrefixAndConstantLabels()
    {
        using TextRig rig = new("oht50", [("site", "north")], Described(("service.name", "fleet"), ("os.type", "linux")), Jobs);
        rig.Make(Jobs).Add(2);
        Assert.StartsWith("""
            # HELP target_info What is measured, in the attributes of the service, its host and its process.
            # TYPE target_info gauge
            target_info{service_name="fleet",os_type="linux"} 1
            # HELP oht50_jobs_total
            """, rig.Text(ExpositionFormat.PrometheusText), StringComparison.Ordinal);
        Assert.StartsWith("""
            # TYPE target info
            # HELP target What is measured, in the attributes of the service, its host and its process.
            target_info{service_name="fleet",os_type="linux"} 1
            # TYPE oht50_jobs counter
            """, rig.Text(ExpositionFormat.OpenMetrics), StringComparison.Ordinal);
        var (text, openMetrics) = rig.Parse();
        Assert.Equal((ExpositionType.Gauge, ExpositionType.Info), (text.Family("target_info").Type, openMetrics.Family("target").Type));
    }

    [Theory]
    [InlineData("a.b=1|a_b=2", "a_b=\"1;2\"")]
    [InlineData("a_b=2|a.b=1", "a_b=\"1;2\"")] // in the order of the keys and not of the list
    [InlineData("a..b=1|a.-.c=2|_d=3|__e=4", "a_b=\"1\",a_c=\"2\",_d=\"3\",_e=\"4\"")]
    [InlineData("1st=1|größe=2|le=3|.=4", "_1st=\"1\",gr_e=\"2\",exported_le=\"3\",_=\"4\"")]
    [InlineData("a=say \"stop\"|b=back\\slash|c=new\nline|d=روبوت 🤖", "a=\"say \\\"stop\\\"\",b=\"back\\\\slash\",c=\"new\\nline\",d=\"روبوت 🤖\"")]
    public void Labels_FollowTheCompatibilitySpecification(string attributes, string labels)
    {
        using TextRig rig = new("", null, Described([.. attributes.Split('|').Select(static a => (a.Split('=')[0], a.Split('=')[1]))]), Jobs);
        rig.Parse(); // is valid
        Assert.Contains($"target_info{{{labels}}} 1\n", rig.Text(ExpositionFormat.PrometheusText), StringComparison.Ordinal);
        Assert.Contains($"target_info{{{labels}}} 1\n", rig.Text(ExpositionFormat.OpenMetrics), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_SwitchedOffOrWithoutAttributes_HasNoTarget()
    {
        using TextRig off = new("", null, new ResourceDescriptor([new("service.name", "fleet")], showsTarget: false, []), Jobs), empty = new("", null, Described(), Jobs);
        Assert.DoesNotContain("target", off.Text(ExpositionFormat.OpenMetrics) + empty.Text(ExpositionFormat.PrometheusText), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_WithoutAnySeries_IsTheTargetAlone()
    {
        using TextRig rig = new("", null, Described(("service.name", "fleet")));
        Assert.EndsWith("target_info{service_name=\"fleet\"} 1\n# EOF\n", rig.Text(ExpositionFormat.OpenMetrics), StringComparison.Ordinal);
        Assert.EndsWith("target_info{service_name=\"fleet\"} 1\n", rig.Text(ExpositionFormat.PrometheusText), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("target.info")]
    [InlineData("target")]
    public void Instrument_OfThatName_IsACountedConflictWhileTheTargetIsShown(string name)
    {
        var row = Define.Gauge(name, "1", "Somebody's.");
        using TextRig rig = new("", null, Described(("service.name", "fleet")), row), off = new("", null, new ResourceDescriptor([new("service.name", "fleet")], showsTarget: false, []), row);
        rig.Make(row).Set(7);
        off.Make(row).Set(7);
        rig.Parse(); // is valid
        var conflict = Assert.Single(rig.Conflicts);
        Assert.Equal((name, "target", "MetricsKit"), (conflict.Instrument, conflict.First, conflict.FirstMeter));
        off.Parse();
        Assert.Empty(off.Conflicts);
    }

    [PrometheusFact]
    public async Task Page_WithATarget_SatisfiesPromTool()
    {
        using TextRig rig = new("oht50", null, Described(("service.name", "fleet"), ("a.b", "1"), ("a_b", "2")), Jobs);
        rig.Make(Jobs).Add(1);
        var result = await PromTool.CheckMetricsAsync(rig.Text(ExpositionFormat.PrometheusText));
        Assert.True(result is { ExitCode: 0, Output: "" }, result.Output);
    }

    static ResourceDescriptor Described(params (string Key, string Value)[] attributes) => new([.. attributes.Select(static a => KeyValuePair.Create(a.Key, a.Value))], showsTarget: true, []);
}
